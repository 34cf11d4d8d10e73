"""Links: what a section and a service point have agreed on. Parts."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from postal_bridge.directory.procedures import procedure_view, procedures_from
from postal_bridge.directory.reading import link_from
from postal_bridge.directory.rules import (
    LinkNotActive,
    LinkStatus,
    ProcedureNotInLink,
    check_channel,
    holds_on,
)
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.tables import LinkRow
from postal_bridge.directory.views import LinkView, ProcedureView
from postal_bridge.kernel.unit_of_work import ReadUnit


def link_view(uow: ReadUnit, link_id: UUID, on: date) -> LinkView:
    """The link as agreed. It may have ended by `on`: `status` then says so. Raises NotFound."""

    def read() -> LinkView:
        store = DirectoryStore(uow.session)
        row = store.get(LinkRow, link_id)
        return link_from(row, store.link_procedures([link_id])[link_id], on)

    return uow.reference(("link", link_id, on), read)


def links_of_point(uow: ReadUnit, point_id: UUID, on: date) -> list[LinkView]:
    """The links of the day, active ones and others, by key."""
    return links_from(uow, DirectoryStore(uow.session).links(on, [point_id]), on)


def links_of_section(uow: ReadUnit, section_id: UUID, on: date) -> list[LinkView]:
    """The section's links of the day, by key."""
    rows = DirectoryStore(uow.session).links(on)
    return links_from(uow, [row for row in rows if row.section_id == section_id], on)


def links_of_day(uow: ReadUnit, on: date) -> list[LinkView]:
    """Every link of the day in every state, by key."""
    return links_from(uow, DirectoryStore(uow.session).links(on), on)


def links_from(uow: ReadUnit, rows: Collection[LinkRow], on: date) -> list[LinkView]:
    """Each with the procedures it names."""
    procedures = DirectoryStore(uow.session).link_procedures([row.id for row in rows])
    return [link_from(row, procedures[row.id], on) for row in rows]


def procedures_of_link(uow: ReadUnit, link_id: UUID, on: date) -> list[ProcedureView]:
    """What the link allows, by name; the fees go where the link says. Raises NotFound."""
    link = link_view(uow, link_id, on)
    allowed = DirectoryStore(uow.session).procedures(link.procedure_ids)
    return procedures_from(uow, allowed, on, link.fee_channel)


def check_may_accept(
    uow: ReadUnit, link_id: UUID, procedure_id: UUID, on: date, channel: str
) -> None:
    """This procedure may be taken in over this link, on this day, in this way.

    Raises
    ------
    NotFound
        No such link or procedure.
    LinkNotActive, ProcedureNotInLink
    OnlineOnly, NotByPost
        See `rules.check_channel`.
    """
    link = link_view(uow, link_id, on)
    procedure = procedure_view(uow, procedure_id, on)
    is_of_the_day = holds_on(link.valid_from, link.valid_to, on)
    if link.status != LinkStatus.ACTIVE or not is_of_the_day:
        raise LinkNotActive(link=link.key)
    if procedure_id not in link.procedure_ids:
        raise ProcedureNotInLink(link=link.key, procedure=procedure.code)
    check_channel(
        code=procedure.code,
        is_bcci_allowed=procedure.bcci_allowed,
        online_only_from=procedure.online_only_from,
        service_forms=link.service_forms,
        on=on,
        channel=channel,
    )
