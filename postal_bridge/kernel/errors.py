"""Every error of the service, as a tree. No sentence and no HTTP status stands here.

AppError
├── Unauthenticated        nobody is signed in
├── Forbidden              the caller's role may not use this function at all
├── NotFound               no such thing in the caller's scope
├── Conflict               the thing is in another state than the caller thinks
│   ├── MoveNotOpen            the state table has no such row
│   ├── IdempotencyMismatch    the key was used with another body
│   ├── LostUpdate             somebody else changed it meanwhile
│   └── StaleToken             another run of the same action took over
├── RuleViolation          the request is understood and against a rule
│   └── KeyMissing             no usable Idempotency-Key
├── TooMany                ask again later
├── TemporaryFailure       the outside (or the database) is away: try again
│   ├── DatabaseBusy
│   └── StorageAway            a file could not be written: nothing was kept
├── Refusal                the outside said no, with a reason
├── UnclearAnswer          the outside may have done it: a person must look
├── HomeMismatch           a process was pointed at the wrong home
└── SetupLacking           something is not installed or not configured
"""

from typing import ClassVar

Param = str | int


class AppError(Exception):
    """`code` names the text in config/locale; `params` fill it: ids, codes, counts, amounts."""

    code: ClassVar[str] = "internal"

    def __init__(self, **params: Param) -> None:
        super().__init__(self.code, params)
        self.params = params


class Unauthenticated(AppError):
    code = "unauthenticated"


class Forbidden(AppError):
    code = "forbidden"


class NotFound(AppError):
    code = "not_found"


class Conflict(AppError):
    code = "conflict"


class MoveNotOpen(Conflict):
    """`machine` says whose `status` it is: an open drawer is no open pouch."""

    code = "move_not_open"

    def __init__(self, *, machine: str, status: str, action: str) -> None:
        super().__init__(machine=machine, status=status, action=action)


class IdempotencyMismatch(Conflict):
    code = "idempotency_mismatch"


class LostUpdate(Conflict):
    code = "lost_update"


class StaleToken(Conflict):
    code = "stale_token"


class RuleViolation(AppError):
    code = "rule_violation"


class KeyMissing(RuleViolation):
    code = "key_missing"


class TooMany(AppError):
    code = "too_many"


class TemporaryFailure(AppError):
    code = "temporary_failure"


class DatabaseBusy(TemporaryFailure):
    code = "database_busy"


class StorageAway(TemporaryFailure):
    code = "storage_away"


class Refusal(AppError):
    code = "refused_outside"


class UnclearAnswer(AppError):
    code = "unclear_answer"


class HomeMismatch(AppError):
    code = "home_mismatch"


class SetupLacking(AppError):
    code = "setup_lacking"
