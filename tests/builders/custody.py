"""Offices, people and items for custody tests. No directory rows are needed: ids are enough."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from postal_bridge.custody.service import register_item, seal_item
from postal_bridge.custody.types import (
    Holder,
    HolderKind,
    ItemKind,
    ItemView,
    NewItem,
    PaperCount,
)
from postal_bridge.kernel.actor import Actor, ActorKind, Role, Scope
from postal_bridge.kernel.unit_of_work import UnitOfWork

PAPERS = (
    PaperCount(1, "original_kept", originals=1),
    PaperCount(2, "certified_copy", copies=2),
    PaperCount(3, "photocopy", copies=1),
)


@dataclass(frozen=True)
class Office:
    """A post office with two clerks and a driver, and the one-stop section it serves."""

    unit_id: UUID = field(default_factory=uuid4)
    point_id: UUID = field(default_factory=uuid4)
    section_id: UUID = field(default_factory=uuid4)
    link_id: UUID = field(default_factory=uuid4)

    @property
    def point(self) -> Holder:
        return Holder(HolderKind.POINT, str(self.point_id))

    @property
    def section(self) -> Holder:
        return Holder(HolderKind.SECTION, str(self.section_id))

    def staff(self, name: str, role: Role = Role.CLERK) -> Actor:
        scope = Scope(units=frozenset({self.unit_id}))
        return Actor(ActorKind.STAFF, name, scope, unit_id=self.unit_id, roles=frozenset({role}))

    def officer(self, name: str = "officer") -> Actor:
        scope = Scope(sections=frozenset({self.section_id}))
        return Actor(
            ActorKind.STAFF, name, scope, section_id=self.section_id,
            roles=frozenset({Role.OFFICER}),
        )  # fmt: skip


def hand_of(actor: Actor) -> Holder:
    return Holder(HolderKind.STAFF, actor.id)


def envelope(
    uow: UnitOfWork,
    office: Office,
    *,
    actor: Actor | None = None,
    holder: Holder | None = None,
    dossier_id: UUID | None = None,
    papers: tuple[PaperCount, ...] = PAPERS,
    kind: ItemKind = ItemKind.DOSSIER_ENVELOPE,
    is_sealed: bool = True,
) -> ItemView:
    """A sealed envelope at the office's point."""
    by = actor or office.staff("clerk")
    made = register_item(
        uow,
        NewItem(
            kind, dossier_id, office.unit_id, office.section_id, 250, holder or office.point, papers
        ),
        actor=by,
    )
    return seal_item(uow, made.id, witness=None, actor=by) if is_sealed else made
