"""What agencies, budgets and the post bear of one month, line by line, as it was posted. Parts.

Every amount is a posting on an account of theirs, so the lines of a month are what its ledger says.
Nothing is written into a month that is past, so its lines are the same whenever they are read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from postal_bridge.directory.service import agency_view, section_by_key
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.clock import VIETNAM
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money import contract_store
from postal_bridge.money.bearer_store import BornePosting, borne_between
from postal_bridge.money.contract_tables import ContractLineRow
from postal_bridge.money.dues import BUDGET

AGENCY, PROGRAMME, AUTHORITY, POST = "agency", "programme", "authority", "post"
BORNE, FROM_BUDGET, BY_POST = "borne", "from_budget", "by_post"
NO_PROGRAMME = "-"


@dataclass(frozen=True, slots=True)
class BearerLine:
    """One amount that somebody bears.

    Attributes
    ----------
    bearer : "agency:KEY", "programme:ID" of whose budget it is, "authority:KEY" of one that is no
        section here, or "post:ID" of the programme whose share the post bears itself
    item : of a contract, or "borne", "from_budget" or "by_post"
    cause : what of the delivery, as "ride:2"; of a fare its leg
    amount_vnd : below zero where it is taken back
    facts : what explains it
    why : the code of what took it back; None where it stands
    """

    bearer: str
    item: str
    cause: str
    amount_vnd: int
    at: datetime
    unit_id: UUID | None
    dossier_id: UUID | None
    contract: str | None
    facts: Mapping[str, str | int]
    why: str | None


def month_bounds(month: date) -> tuple[datetime, datetime]:
    """From the first moment of the month up to and without that of the next, by our clocks."""
    first = month.replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    since, until = (
        datetime.combine(day, time(), VIETNAM).astimezone(UTC) for day in (first, after)
    )
    return since, until


def lines_of_month(uow: ReadUnit, scope: Scope, month: date) -> tuple[BearerLine, ...]:
    """Every line of these offices, in order of time."""
    since, until = month_bounds(month)
    by_contract = contract_store.lines_between(uow.session, scope, since, until)
    found = [_by_contract(uow, row) for row in by_contract]
    names: dict[str, str] = {}
    for one in borne_between(uow.session, scope, since, until):
        found.append(_borne(uow, one, names))
    return tuple(sorted(found, key=lambda one: (one.at, one.bearer, one.item, one.cause)))


def _by_contract(uow: ReadUnit, row: ContractLineRow) -> BearerLine:
    return BearerLine(
        bearer=f"{AGENCY}:{agency_view(uow, row.agency_id).key}",
        item=row.item,
        cause=row.cause,
        amount_vnd=row.amount_vnd,
        at=row.at,
        unit_id=row.unit_id,
        dossier_id=row.dossier_id,
        contract=row.contract,
        facts=row.facts,
        why=row.why,
    )


def _borne(uow: ReadUnit, one: BornePosting, names: dict[str, str]) -> BearerLine:
    item = FROM_BUDGET if one.owner == BUDGET else BORNE
    if one.is_post:
        bearer, item = f"{POST}:{one.programme or NO_PROGRAMME}", BY_POST
    elif one.owner == BUDGET:
        bearer = f"{PROGRAMME}:{one.programme or NO_PROGRAMME}"
    else:
        bearer = names.setdefault(one.owner, "") or _authority(uow, one.owner)
        names[one.owner] = bearer
    facts: dict[str, str | int] = {"leg": one.about, "tariff": one.tariff or "–"}
    if one.programme:
        facts["programme"] = one.programme
    return BearerLine(
        bearer=bearer,
        item=item,
        cause=one.about,
        amount_vnd=one.amount_vnd,
        at=one.at,
        unit_id=one.unit_id,
        dossier_id=one.dossier_id,
        contract=None,
        facts=facts,
        why=one.why,
    )


def _authority(uow: ReadUnit, owner: str) -> str:
    """A section's fares are its agency's."""
    try:
        return f"{AGENCY}:{agency_view(uow, section_by_key(uow, owner).agency_id).key}"
    except NotFound:
        return f"{AUTHORITY}:{owner}"
