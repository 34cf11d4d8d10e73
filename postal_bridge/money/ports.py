"""What the money room asks of the outside: providers that say that money came, a platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.money.dues import Due
from postal_bridge.money.receiving import ReceivingAccount


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
    is_charge : False where the provider says that nothing was paid, or that it took it back
    """

    provider: str
    transaction: str
    account_key: str
    amount: int
    currency: str
    reference: str | None
    occurred_at: datetime
    body_sha256: str
    is_charge: bool = True


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


@dataclass(frozen=True, slots=True)
class PlatformOrder:
    """A payment as the National Payment Platform is told of it, with its receipt's part.

    Attributes
    ----------
    reference, asked_at : ours, and when the payment was made; together one order for ever
    dues : what it is for, line by line
    into : the account its payer was shown
    """

    reference: str
    amount_vnd: int
    asked_at: datetime
    ip: str = field(repr=False)
    dues: tuple[Due, ...]
    procedure_code: str
    procedure_name: str
    agency_code: str
    agency_name: str
    dossier_number: str
    payer_name: str = field(repr=False)
    payer_id_number: str = field(repr=False)
    payer_address: str = field(repr=False)
    into: ReceivingAccount


class PlatformGateway(Protocol):
    """The National Payment Platform. Raises PlatformAway, PlatformRefused, PlatformUnclear only."""

    def order(self, order: PlatformOrder) -> str:
        """The page where the payer pays. The same payment is the same order."""
        ...

    def charged(self, reference: str, asked_at: datetime) -> ProviderNotice | None:
        """What it has charged for that order; None while it has charged nothing."""
        ...
