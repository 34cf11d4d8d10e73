"""Which rows of the directory are made up: readers have to be told. A part that only looks."""

from uuid import UUID

from postal_bridge.directory import marking_store
from postal_bridge.kernel.unit_of_work import ReadUnit


def sample_ids(uow: ReadUnit) -> frozenset[UUID]:
    """Points, sections, procedures and links whose data are samples."""
    return marking_store.sample_ids(uow)
