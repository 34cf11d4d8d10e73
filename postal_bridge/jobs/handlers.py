"""What periodic work does when its message arrives."""

from collections.abc import Mapping
from datetime import date

from postal_bridge.delivery.service import forget_old_doors
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.checking import Check
from postal_bridge.kernel.errors import UnclearAnswer
from postal_bridge.kernel.idempotency import forget_old_answers
from postal_bridge.kernel.log import log
from postal_bridge.kernel.outbox import Policy, Work
from postal_bridge.kernel.streams import seal_day
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.people.service import forget_old_sessions, forget_old_tries

ORPHAN_AGE_S = 86_400


class VerifyFound(UnclearAnswer):
    """Stored data breaks an invariant; `bin/bridge verify` names it."""

    code = "verify_found"


class SealDay:
    """Heads that moved stand under a signed root, once for each day."""

    name = "jobs.seal_day"
    policy = Policy(queue="heavy", timeout_s=120)

    def prepare(self, uow: ReadUnit, work: Work) -> date:
        return date.fromisoformat(work.body["day"])

    def call(self, order: date) -> date:
        return order

    def settle(self, uow: UnitOfWork, work: Work, result: date) -> None:
        if seal_day(uow, result):
            log.info("day_sealed", day=result.isoformat())


class ForgetAnswers:
    """Idempotency keys older than their 30 days may be used anew; sessions and counts of tries
    that are over are gone, and doors whose time of keeping is over."""

    name = "jobs.forget_answers"
    policy = Policy(queue="heavy", timeout_s=120)

    def prepare(self, uow: ReadUnit, work: Work) -> bool:
        return True

    def call(self, order: bool) -> bool:
        return order

    def settle(self, uow: UnitOfWork, work: Work, result: bool) -> None:
        log.info("answers_forgotten", count=forget_old_answers(uow))
        log.info("sessions_forgotten", count=forget_old_sessions(uow))
        log.info("sign_in_tries_forgotten", count=forget_old_tries(uow))
        log.info("doors_forgotten", count=forget_old_doors(uow))


class SweepBlobs:
    """Files that a crash left without a row are gone; running twice removes nothing more."""

    name = "jobs.sweep_blobs"
    policy = Policy(queue="heavy", timeout_s=600)

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def prepare(self, uow: ReadUnit, work: Work) -> tuple[frozenset[str], float]:
        return self._blobs.named(uow), uow.machine_now.timestamp()

    def call(self, order: tuple[frozenset[str], float]) -> int:
        """A file put meanwhile is not named here, and too young to go."""
        named, now_s = order
        return self._blobs.sweep(named, older_than_s=ORPHAN_AGE_S, now_s=now_s)

    def settle(self, uow: UnitOfWork, work: Work, result: int) -> None:
        log.info("blobs_swept", count=result)


class VerifyAll:
    """Everything stored was checked; what does not hold waits for a person the same day."""

    name = "jobs.verify_all"
    policy = Policy(queue="heavy", timeout_s=3600)

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks

    def prepare(self, uow: ReadUnit, work: Work) -> dict[str, int]:
        return {name: sum(1 for _ in check(uow)) for name, check in self._checks.items()}

    def call(self, order: dict[str, int]) -> None:
        broken = sum(order.values())
        if broken:
            log.error("verify_found", **order)
            raise VerifyFound(count=broken)

    def settle(self, uow: UnitOfWork, work: Work, result: None) -> None:
        """Nothing is wrong, and the action says when it was looked at."""
