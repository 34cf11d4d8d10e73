"""Dossiers at every stage, over the places that the release ships."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from postal_bridge.custody.service import hand_over, register_item, seal_item
from postal_bridge.custody.types import (
    HandOver,
    Holder,
    HolderKind,
    ItemKind,
    ItemView,
    NewItem,
    SignatureRef,
    TallyKind,
)
from postal_bridge.directory.rules import Channel, ServiceForm
from postal_bridge.directory.service import (
    links_of_point,
    point_by_key,
    procedures_of_link,
)
from postal_bridge.directory.views import LinkView, ProcedureView
from postal_bridge.dossiers.service import (
    accept,
    open_dossier,
    receive_at_agency,
    send_to_agency,
    sign,
    start_processing,
    tally,
)
from postal_bridge.dossiers.types import (
    DossierView,
    NewDossier,
    PaperTally,
    SignatureForm,
    SignerRole,
    envelope_papers,
)
from postal_bridge.kernel.actor import Actor, ActorKind, Role, Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.people.parties import NewParty
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import add_party
from tests.builders.reference import with_places

ISSUED_ON = date(2022, 8, 10)


@dataclass(frozen=True)
class Counter:
    """A point, one of its links and a procedure of the link, with the people who work there."""

    link: LinkView
    procedure: ProcedureView

    @property
    def clerk(self) -> Actor:
        return self.staff("clerk", Role.CLERK)

    @property
    def courier(self) -> Actor:
        return self.staff("courier", Role.COURIER)

    def staff(self, name: str, role: Role) -> Actor:
        scope = Scope(units=frozenset({self.link.unit_id}))
        return Actor(
            ActorKind.STAFF, name, scope, unit_id=self.link.unit_id, roles=frozenset({role})
        )

    @property
    def officer(self) -> Actor:
        scope = Scope(sections=frozenset({self.link.section_id}))
        return Actor(
            ActorKind.STAFF, "officer", scope, section_id=self.link.section_id,
            roles=frozenset({Role.OFFICER}),
        )  # fmt: skip

    @property
    def point(self) -> Holder:
        return Holder(HolderKind.POINT, str(self.link.point_id))

    @property
    def section(self) -> Holder:
        return Holder(HolderKind.SECTION, str(self.link.section_id))


def counter(
    units: Units, point: str = "binh-thanh", procedure: str = "household-business"
) -> Counter:
    """The counter of a shipped sample point; binh-thanh is carrier, long-my is seated."""
    with_places(units)
    with units.read() as look:
        today = local(look.now).date()
        for link in links_of_point(look, point_by_key(look, point).id, today):
            for found in procedures_of_link(look, link.id, today):
                if found.key == procedure:
                    return Counter(link, found)
    raise LookupError(f"{point} does not take {procedure}")


def full_tally(procedure: ProcedureView) -> tuple[PaperTally, ...]:
    """Every paper of the list, as its default says."""
    return tuple(
        PaperTally(
            paper.no,
            TallyKind(paper.default_tally),
            originals=int(paper.default_tally.startswith("original")),
            copies=int(not paper.default_tally.startswith("original")),
            sheets=1,
        )
        for paper in procedure.papers
    )


def drafted(
    uow: UnitOfWork,
    at: Counter,
    *,
    owner: str = "Nguyễn Thị Hồng Nhung",
    phone: str | None = "0912345678",
    channel: Channel = Channel.COUNTER,
    form: ServiceForm = ServiceForm.BOTH,
) -> DossierView:
    made = open_dossier(uow, NewDossier(at.procedure.id, at.link.id, channel, form), actor=at.clerk)
    for role in (PartyRole.OWNER, PartyRole.SUBMITTER):
        add_party(
            uow, NewParty(dossier_id=made.id, role=role, full_name=owner, phone=phone),
            actor=at.clerk,
        )  # fmt: skip
    return made


def ready_to_accept(uow: UnitOfWork, at: Counter, **given: object) -> tuple[DossierView, ItemView]:
    """Tallied, signed by both and sealed."""
    made = drafted(uow, at, **given)  # type: ignore[arg-type]
    counted = tally(uow, made.id, full_tally(at.procedure), actor=at.clerk)
    item = register_item(
        uow,
        NewItem(
            ItemKind.DOSSIER_ENVELOPE, made.id, made.unit_id, made.section_id, 250, at.point,
            envelope_papers(counted.papers),
        ),
        actor=at.clerk,
    )  # fmt: skip
    sealed = seal_item(uow, item.id, witness=SignatureRef("handwritten"), actor=at.clerk)
    for role in SignerRole:
        sign(uow, made.id, role, SignatureForm.ON_PAPER, actor=at.clerk)
    return counted, sealed


def accepted(uow: UnitOfWork, at: Counter, **given: object) -> tuple[DossierView, ItemView]:
    made, item = ready_to_accept(uow, at, **given)
    return accept(uow, made.id, actor=at.clerk), item


def brought(uow: UnitOfWork, at: Counter, item_id: UUID) -> None:
    """The envelope goes to the section, with both sides' word."""
    hand_over(
        uow,
        HandOver(
            (item_id,), at.point, at.section, "section",
            giver_signed=SignatureRef("handwritten"),
        ),
        actor=at.officer,
    )  # fmt: skip


def processing(
    uow: UnitOfWork, at: Counter, code: str = "H12.34-261121-0001", **given: object
) -> tuple[DossierView, ItemView]:
    made, item = accepted(uow, at, **given)
    send_to_agency(uow, made.id, actor=at.clerk)
    brought(uow, at, item.id)
    receive_at_agency(uow, made.id, code, actor=at.officer)
    return start_processing(uow, made.id, actor=at.officer), item
