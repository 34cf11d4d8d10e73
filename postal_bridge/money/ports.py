"""What the money room asks of the outside: providers that say that money came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.keys import KeyRing


@dataclass(frozen=True, slots=True)
class ProviderNotice:
    """A provider's verified word that money came.

    Attributes
    ----------
    transaction : the provider's own number of it; together with `provider` unique
    account_key : "BIN-ACCOUNT" the money went to, or the terminal of a gateway
    amount : in the currency's smallest unit; đồng where `currency` is VND
    reference : ours, found in the transfer's note; None when there is none
    occurred_at : the provider's time; its age refuses nothing
    body_sha256 : digest of the message as it came
    """

    provider: str
    transaction: str
    account_key: str
    amount: int
    currency: str
    reference: str | None
    occurred_at: datetime
    body_sha256: str


class NoticeFate(Protocol):
    """What became of a notice, as an adapter needs it for its answer."""

    @property
    def fate(self) -> str: ...

    @property
    def why(self) -> str | None: ...

    @property
    def is_repeat(self) -> bool: ...


class PaymentProvider(Protocol):
    """Reads and answers one provider's messages. Opens no connection.

    `read` raises BadSignature or NoticeUnreadable (money/errors.py); `answer` and `refuse` make
    the body the provider expects, from the settled result or from our error.
    """

    @property
    def name(self) -> str: ...

    def read(self, body: bytes, headers: Mapping[str, str], *, ring: KeyRing) -> ProviderNotice: ...

    def answer(self, settled: NoticeFate) -> bytes: ...

    def refuse(self, error: AppError) -> bytes: ...
