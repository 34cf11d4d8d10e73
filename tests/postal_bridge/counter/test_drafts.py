"""A form for the same submitter takes his data along, and says that somebody looked."""

from postal_bridge.counter.drafts import open_draft_for_same, save_draft
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import NewParty, add_party, looks_of
from tests.builders.dossiers import accepted, counter
from tests.builders.people import a_clerk


def test_taking_a_persons_data_along_is_a_look(units: Units) -> None:
    at = counter(units, "long-tri")
    clerk = a_clerk(units, "long-tri")
    with units.write() as uow:
        made, _ = accepted(uow, at)
        uow.commit()
    draft = open_draft_for_same(made.id, actor=clerk, units=units)
    assert draft.fields["owner.full_name"]
    with units.read() as uow:
        (look,) = looks_of(uow, made.id)
    assert look.reason == "same_submitter"


def test_a_commune_is_taken_along_by_name(units: Units) -> None:
    at = counter(units, "long-tri")
    with units.write() as uow:
        made, _ = accepted(uow, at)
        person = NewParty(made.id, PartyRole.SUBMITTER, "Lê Văn An", commune_code="31471")
        add_party(uow, person, actor=at.clerk)
        uow.commit()
    draft = open_draft_for_same(made.id, actor=a_clerk(units, "long-tri"), units=units)
    assert draft.fields["submitter.commune_text"].endswith("(31471)")
    assert "Long Mỹ" in draft.fields["submitter.commune_text"]


def test_the_same_submitter_pressed_twice_takes_one_number(units: Units) -> None:
    at = counter(units, "long-tri")
    clerk = a_clerk(units, "long-tri")
    with units.write() as uow:
        made, _ = accepted(uow, at)
        uow.commit()
    first, again = (open_draft_for_same(made.id, actor=clerk, units=units) for _ in range(2))
    assert (again.id, again.number) == (first.id, first.number)
    typed = {**first.fields, "sets": "1"}
    save_draft(first.id, typed, is_parked=False, actor=clerk, units=units)
    assert open_draft_for_same(made.id, actor=clerk, units=units).number > first.number
