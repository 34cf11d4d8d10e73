"""What has to be closed before the office goes home. Parts."""

from datetime import datetime, time, timedelta

from postal_bridge.custody.rules import PouchStatus
from postal_bridge.custody.service import pouches_for
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import deliveries_for, refused_reports_since
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.insight.directory import author_name
from postal_bridge.insight.names import Names
from postal_bridge.insight.remitting import sections_with_fees
from postal_bridge.insight.rules import HELD_ENDS_WITHIN, INVITE_AGAIN_AFTER
from postal_bridge.insight.views import (
    CashHeld,
    DueInvitation,
    EveningList,
    NamedDrawer,
    NamedReport,
    OpenRun,
    WaitingPouch,
)
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.clock import VIETNAM, local
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.cash_limit import cash_limit_vnd
from postal_bridge.money.rules import DrawerStatus
from postal_bridge.money.watching import cash_on_the_road
from postal_bridge.people.service import phones_in_doubt
from postal_bridge.runs.rules import RunStatus, StopStatus
from postal_bridge.runs.service import runs_for
from postal_bridge.runs.types import RunView

NOT_TAKEN = (
    PouchStatus.SEALED,
    PouchStatus.OFFERED,
    PouchStatus.CLOSED_DOOR,
    PouchStatus.DISPUTED,
)
REFUSED_SHOWN_FOR = timedelta(days=7)
"""So long that nobody's day off hides what a courier says happened at a door."""
OUT = (RunStatus.LOADED, RunStatus.ON_ROAD)


def evening(
    uow: ReadUnit, scope: Scope, drawers: tuple[NamedDrawer, ...], names: Names
) -> EveningList:
    """Shifts and runs not closed, pouches not taken over, money not handed in, invitations due;
    phones whose records of today do not hold, and refused reports of the last days.
    """
    return EveningList(
        drawers=tuple(
            one for one in drawers if one.drawer.status in (DrawerStatus.OPEN, DrawerStatus.COUNTED)
        ),
        runs=tuple(
            _run(one, names) for one in runs_for(uow, scope, statuses=OUT) if _is_out(uow, one)
        ),
        pouches=tuple(
            WaitingPouch(
                one.id,
                one.number,
                one.status,
                len(one.manifest),
                names.point(one.point_id),
                names.section(one.section_id),
                one.made_at,
            )
            for one in pouches_for(uow, scope, NOT_TAKEN)
        ),
        cash=_cash(uow, scope, names),
        fees=sections_with_fees(uow, scope, names),
        invitations=tuple(
            _invitation(one, names)
            for one in deliveries_for(uow, scope, frozenset({DeliveryStatus.HELD_AT_POINT}))
            if _is_due(uow, one)
        ),
        phones=phones_in_doubt(uow, scope, _midnight(uow)),
        refused=tuple(
            NamedReport(one.id, one.label, one.kind, one.made_at, author_name(names, one.actor))
            for one in refused_reports_since(uow, scope, uow.now - REFUSED_SHOWN_FOR)
        ),
    )


def _midnight(uow: ReadUnit) -> datetime:
    return datetime.combine(local(uow.now).date(), time(), VIETNAM)


def _is_out(uow: ReadUnit, run: RunView) -> bool:
    return run.day <= local(uow.now).date()


def _run(run: RunView, names: Names) -> OpenRun:
    return OpenRun(
        run.id,
        names.point(run.point_id),
        names.staff(str(run.courier_id)),
        run.day,
        run.no,
        run.status,
        sum(1 for stop in run.stops if stop.status is not StopStatus.PLANNED),
        len(run.stops),
    )


def _cash(uow: ReadUnit, scope: Scope, names: Names) -> tuple[CashHeld, ...]:
    held = ((vnd, names.staff(courier)) for courier, vnd in cash_on_the_road(uow, scope))
    return tuple(
        CashHeld(name, vnd, vnd > cash_limit_vnd()) for vnd, name in sorted(held, reverse=True)
    )


def _is_due(uow: ReadUnit, delivery: DeliveryView) -> bool:
    """The holding period is ending, or the first invitation was days ago and none followed."""
    ends = delivery.held_until
    if ends is not None and ends - uow.now <= HELD_ENDS_WITHIN:
        return True
    last = delivery.invited_at[-1] if delivery.invited_at else None
    waited = timedelta() if last is None else uow.now - last
    return last is None or (len(delivery.invited_at) == 1 and waited >= INVITE_AGAIN_AFTER)


def _invitation(delivery: DeliveryView, names: Names) -> DueInvitation:
    return DueInvitation(
        delivery.id,
        delivery.dossier_id,
        delivery.label,
        names.point(delivery.point_id),
        len(delivery.invited_at),
        delivery.invited_at[-1] if delivery.invited_at else None,
        delivery.held_until,
    )
