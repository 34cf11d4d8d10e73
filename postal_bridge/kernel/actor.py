"""Who acts. Built from a credential or a job's name, never from a request's body."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self
from uuid import UUID


class ActorKind(StrEnum):
    STAFF = "staff"
    CITIZEN = "citizen"
    API_CLIENT = "api_client"
    DEVICE = "device"
    SYSTEM = "system"
    OPERATOR = "operator"


class Role(StrEnum):
    CLERK = "clerk"
    COURIER = "courier"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which office-bound rows the actor sees; what lies outside is NotFound.

    Attributes
    ----------
    units : operating units of the post (already with everything below them)
    sections : one-stop sections of agencies
    dossier_id : the one dossier of a citizen's link
    everything : jobs and the operator's command line only
    """

    units: frozenset[UUID] = frozenset()
    sections: frozenset[UUID] = frozenset()
    dossier_id: UUID | None = None
    everything: bool = False

    def covers(
        self, unit_id: UUID, *section_ids: UUID | None, dossier_id: UUID | None = None
    ) -> bool:
        """Whether a row of these offices lies inside, as the rooms' queries decide it."""
        return (
            self.everything
            or unit_id in self.units
            or not self.sections.isdisjoint(section_ids)
            or (dossier_id is not None and dossier_id == self.dossier_id)
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """`must_change_password`: until the person does, every other door is closed."""

    kind: ActorKind
    id: str
    scope: Scope = field(default_factory=Scope)
    unit_id: UUID | None = None
    section_id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    device_id: str | None = None
    on_behalf_of: str | None = None
    must_change_password: bool = False

    @property
    def ref(self) -> str:
        """What steps, chains and idempotency keys store."""
        return f"{self.kind}:{self.id}"

    def as_fact(self) -> dict[str, Any]:
        """The actor as a chained event keeps him: ids only."""
        return {
            "kind": self.kind.value,
            "id": self.id,
            "unit_id": str(self.unit_id) if self.unit_id else None,
            "device_id": self.device_id,
            "on_behalf_of": self.on_behalf_of,
        }

    @classmethod
    def job(cls, name: str) -> Self:
        """A machine acts in its own name, never in a clerk's (facts: H-02)."""
        return cls(ActorKind.SYSTEM, name, Scope(everything=True))

    @classmethod
    def operator(cls, name: str = "cli") -> Self:
        return cls(
            ActorKind.OPERATOR, name, Scope(everything=True), roles=frozenset({Role.OPERATOR})
        )
