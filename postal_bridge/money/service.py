"""Use cases of the money room; its parts are re-exported from the files named for their ideas.

The parts (first parameter `uow`) are the only thing another room may call.
"""

from typing import TypeVar
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.books import tariff_book
from postal_bridge.money.budgets import BudgetView, GrantBudget, budgets
from postal_bridge.money.corrections import (
    AnswerCorrection,
    CorrectionView,
    Reversal,
    answer_as_clerk,
    apply_after_silence,
    refund_proposed,
    reverse_entry,
    show_to_clerk,
)
from postal_bridge.money.drawers import (
    ContestDifference,
    CountDrawer,
    DrawerView,
    OpenDrawer,
    ResolveDifference,
    contest_shift,
    count_shift,
    drawer_by_id,
    drawer_of_clerk,
    drawers_for,
    end_shift,
    settle_contested,
    start_shift,
)
from postal_bridge.money.dues import Due, FeeDue
from postal_bridge.money.fare_end_store import FARE_ENDS_MARK
from postal_bridge.money.fare_ends import (
    FareEnd,
    FareEndKind,
    call_off_fare,
    fare_ends_of,
    pay_back_by_transfer,
    pay_back_fare,
    restore_fare,
)
from postal_bridge.money.fee_remitting import (
    FeeLine,
    OpenFees,
    RemitFees,
    RemittedFees,
    open_fees,
    remit_section_fees,
    remittance_of,
    remittances_to,
)
from postal_bridge.money.ledger import PostedLine
from postal_bridge.money.online import (
    OnlinePayment,
    RequestOnline,
    Settled,
    expire_payment,
    online_payment,
    request_online,
    settle_notice,
)
from postal_bridge.money.owed_store import owing_money
from postal_bridge.money.parked_views import (
    HeldFor,
    ParkedNotice,
    held_for_payment,
    parked_notices,
)
from postal_bridge.money.payment_views import (
    PaymentView,
    payment_status_of_quote,
    payment_statuses_of,
    payment_view,
    payments_of_dossier,
    read_payments_ahead,
)
from postal_bridge.money.payments import ReceiptView, Standing
from postal_bridge.money.ports import ProviderNotice
from postal_bridge.money.publishing import (
    TariffFileWrong,
    TariffLook,
    TariffPublished,
    TariffsPage,
    grant_budget,
    look_at_tariff,
    open_tariffs,
    publish_tariff,
    publish_tariff_once,
    tariffs_page,
)
from postal_bridge.money.quote_checks import verify_terms
from postal_bridge.money.quotes import (
    FareAsk,
    QuoteView,
    explain_quote,
    explained_quote,
    lapse_quote,
    open_quote,
    preview_quote,
    quote,
    quote_view,
    results_quoted_since,
)
from postal_bridge.money.receipts import (
    FeeReceipt,
    copy_receipt,
    receipt_view,
    receipts_of_dossier,
    receipts_of_entries,
    receipts_of_payment,
)
from postal_bridge.money.remittance_views import RemittanceView
from postal_bridge.money.remittances import (
    BankCourierCash,
    DayListRow,
    bank_cash,
    courier_cash_vnd,
    differences,
    fee_day_list,
)
from postal_bridge.money.store import PAYMENTS_MARK
from postal_bridge.money.taken_back import note_failed_charge
from postal_bridge.money.verify import Finding, verify_ledger
from postal_bridge.money.ways_of_paying import (
    TakeAtCounter,
    bear_by_authority,
    due_at_door,
    settle_borne,
    take_at_counter,
    take_at_door,
)

T = TypeVar("T")

__all__ = [
    "FARE_ENDS_MARK",
    "PAYMENTS_MARK",
    "AnswerCorrection",
    "BankCourierCash",
    "BudgetView",
    "ContestDifference",
    "CorrectionView",
    "CountDrawer",
    "DayListRow",
    "DrawerView",
    "Due",
    "FareAsk",
    "FareEnd",
    "FareEndKind",
    "FeeDue",
    "FeeLine",
    "FeeReceipt",
    "Finding",
    "GrantBudget",
    "HeldFor",
    "OnlinePayment",
    "OpenDrawer",
    "OpenFees",
    "ParkedNotice",
    "PaymentView",
    "PostedLine",
    "ProviderNotice",
    "QuoteView",
    "ReceiptView",
    "RemitFees",
    "RemittanceView",
    "RemittedFees",
    "RequestOnline",
    "ResolveDifference",
    "Reversal",
    "Settled",
    "Standing",
    "TakeAtCounter",
    "TariffFileWrong",
    "TariffLook",
    "TariffPublished",
    "TariffsPage",
    "bank_cash",
    "bear_by_authority",
    "budgets",
    "call_off_fare",
    "copy_receipt",
    "courier_cash_vnd",
    "differences",
    "drawer_by_id",
    "drawer_of_clerk",
    "drawers_for",
    "due_at_door",
    "expire_payment",
    "explain_quote",
    "explained_quote",
    "fare_ends_of",
    "fee_day_list",
    "grant_budget",
    "held_for_payment",
    "lapse_quote",
    "look_at_tariff",
    "online_payment",
    "open_fees",
    "open_quote",
    "open_tariffs",
    "owing_money",
    "parked_notices",
    "pay_back_by_transfer",
    "pay_back_fare",
    "payment_status_of_quote",
    "payment_statuses_of",
    "payment_view",
    "payments_of_dossier",
    "preview_quote",
    "publish_tariff",
    "publish_tariff_once",
    "quote",
    "quote_view",
    "read_payments_ahead",
    "receipt_view",
    "receipts_of_dossier",
    "receipts_of_entries",
    "receipts_of_payment",
    "refund_proposed",
    "remittance_of",
    "remittances_to",
    "request_online",
    "restore_fare",
    "results_quoted_since",
    "reverse_entry",
    "settle_borne",
    "settle_notice",
    "take_at_counter",
    "take_at_door",
    "tariff_book",
    "tariffs_page",
    "verify_ledger",
    "verify_terms",
]


def open_drawer(command: OpenDrawer, *, actor: Actor, units: Units) -> DrawerView:
    """The clerk's shift begins with a counted float. Raises DrawerAlreadyOpen."""
    with units.write() as uow:
        drawer = start_shift(uow, command, actor=actor)
        uow.commit()
    return drawer


def count_drawer(command: CountDrawer, *, actor: Actor, units: Units) -> DrawerView:
    """The clerk's own count stands; only now is the expected sum shown."""
    with units.write() as uow:
        drawer = count_shift(uow, command, actor=actor)
        uow.commit()
    return drawer


def close_drawer(*, actor: Actor, units: Units) -> DrawerView:
    """The clerk accepts his count and its difference. Raises MoveNotOpen before a count."""
    with units.write() as uow:
        drawer = end_shift(uow, actor=actor)
        uow.commit()
    return drawer


def contest_difference(command: ContestDifference, *, actor: Actor, units: Units) -> DrawerView:
    """The shift ends, the difference is contested and owed by nobody."""
    with units.write() as uow:
        drawer = contest_shift(uow, command, actor=actor)
        uow.commit()
    return drawer


def resolve_difference(command: ResolveDifference, *, actor: Actor, units: Units) -> DrawerView:
    """Another person has decided about a contested difference."""
    with units.write() as uow:
        drawer = settle_contested(uow, command, actor=actor)
        uow.commit()
    return drawer


def resolve_difference_once(
    command: ResolveDifference, *, actor: Actor, once: Once[DrawerView], units: Units
) -> bytes:
    """As `resolve_difference`; a repeat of the request gets the first answer."""
    return once.answer(
        lambda uow: settle_contested(uow, command, actor=actor), actor=actor, units=units
    )


def drawer_view(*, actor: Actor, units: Units, drawer_id: UUID | None = None) -> DrawerView | None:
    """One drawer, or the actor's working one (None without one)."""
    with units.read() as uow:
        if drawer_id is None:
            return drawer_of_clerk(uow, actor=actor)
        return drawer_by_id(uow, drawer_id, actor=actor)


def settle(notice: ProviderNotice, *, actor: Actor, units: Units) -> Settled:
    """A provider's notice is credited once or parked, in one short unit of work.

    `actor` is the machine that took it in. Raises NoticeContradicts; PaymentDeclined where
    nothing was charged, now or before.
    """
    act = settle_notice if notice.is_charge else note_failed_charge
    with units.write() as uow:
        settled = act(uow, notice, actor=actor)
        uow.commit()
    return settled


def pay_online(
    command: RequestOnline, *, actor: Actor, once: Once[OnlinePayment], units: Units
) -> bytes:
    """A payment by transfer is asked for; the answer holds its VietQR."""
    return once.answer(
        lambda uow: request_online(uow, command, actor=actor), actor=actor, units=units
    )


def bank_courier_cash(
    command: BankCourierCash, *, actor: Actor, once: Once[RemittanceView], units: Units
) -> bytes:
    """The courier has banked cash. Raises AmountAboveHeld."""
    return once.answer(lambda uow: bank_cash(uow, command, actor=actor), actor=actor, units=units)


def remit_fees(
    command: RemitFees, *, actor: Actor, once: Once[RemittanceView], units: Units
) -> bytes:
    """A section's fees up to a day are paid on, receipt by receipt."""
    return once.answer(
        lambda uow: remit_section_fees(uow, command, actor=actor), actor=actor, units=units
    )


def see_corrections(*, actor: Actor, units: Units) -> tuple[CorrectionView, ...]:
    """The clerk is shown what is proposed for his drawers, and that is recorded."""
    with units.write() as uow:
        shown = show_to_clerk(uow, actor=actor)
        uow.commit()
    return shown


def answer_correction(command: AnswerCorrection, *, actor: Actor, units: Units) -> CorrectionView:
    """The clerk agrees, and it is posted, or doubts, and it is not."""
    with units.write() as uow:
        answered = answer_as_clerk(uow, command, actor=actor)
        uow.commit()
    return answered


def answer_correction_once(
    command: AnswerCorrection, *, actor: Actor, once: Once[CorrectionView], units: Units
) -> bytes:
    """As `answer_correction`; a repeat of the request gets the first answer."""
    return once.answer(
        lambda uow: answer_as_clerk(uow, command, actor=actor), actor=actor, units=units
    )


def apply_unanswered(correction_id: UUID, *, actor: Actor, units: Units) -> CorrectionView:
    """Posted five days after it was shown, recorded as silence."""
    with units.write() as uow:
        applied = apply_after_silence(uow, correction_id, actor=actor)
        uow.commit()
    return applied


def reprint_receipt(receipt_id: UUID, *, actor: Actor, units: Units) -> FeeReceipt:
    """The receipt on paper: the original once, then copies, counted and marked."""
    with units.write() as uow:
        copy = copy_receipt(uow, receipt_id, actor=actor)
        uow.commit()
    return copy
