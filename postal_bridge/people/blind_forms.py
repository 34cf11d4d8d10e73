"""How a citizen is found again: blind forms of phone and ID number, beside the sealed fields.

Parts. Nothing here is readable without the home's blind-index key.
"""

from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.tables import Base
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.kernel.vault import Erased
from postal_bridge.people.identity import PhoneNotAccepted, normalise_phone
from postal_bridge.people.reading import party_from
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import PartyIndexRow, PartyRow


def folded_number(text: str) -> str:
    """The number as it is compared: without blanks, in capitals."""
    return "".join(text.split()).upper()[:40]


def indexed_forms(uow: UnitOfWork, row: PartyRow, values: Mapping[str, str | None]) -> list[Base]:
    """The blind forms by which a person is found again."""
    return [
        PartyIndexRow(
            party_id=row.id,
            kind=kind,
            blind=uow.vault.blind(f"{kind}:{value}")[0],
            dossier_id=row.dossier_id,
        )
        for kind, value in values.items()
        if value is not None
    ]


def find_dossiers_by_person(uow: ReadUnit, value: str) -> set[UUID]:
    """The dossiers in which someone has this phone or this identity number.

    All of the home: the caller keeps what lies in the actor's scope.
    """
    wanted = [f"id_number:{folded_number(value)}"]
    with suppress(PhoneNotAccepted):
        wanted.append(f"phone:{normalise_phone(value)}")
    blinds = [blind for text in wanted for blind in uow.vault.blind(text)]
    return PeopleStore(uow.session).dossiers_by_blind(blinds)


def forget_people(uow: UnitOfWork, dossier_id: UUID) -> None:
    """Nobody of this dossier is found any more; with its data key destroyed, nor read."""
    store = PeopleStore(uow.session)
    for row in store.parties(dossier_id):
        for kind in ("phone", "id_number"):
            index = store.party_index(row.id, kind)
            if index is not None:
                store.delete(index)
    uow.session.flush()


def rewrite_person_forms(uow: UnitOfWork, limit: int) -> int:
    """So many more blind forms stand under the active key; 0: all of them do.

    The form of a person whose dossier's key is gone is deleted: nobody is found by it.
    """
    store = PeopleStore(uow.session)
    waiting = store.index_under_others(uow.ring.active(Purpose.BLIND_INDEX).id, limit)
    for index in waiting:
        row = store.get(PartyRow, index.party_id)
        try:
            person = party_from(row, uow.vault)
        except Erased:
            store.delete(index)
            continue
        value = person.phone if index.kind == "phone" else person.id_number
        index.blind = uow.vault.blind(f"{index.kind}:{value}")[0]
    uow.session.flush()
    return len(waiting)
