"""Rows of files: where each lies, and what it must be."""

from uuid import UUID

from sqlalchemy import exists, func, select, update

from postal_bridge.kernel.blobs import FileOfBlob
from postal_bridge.kernel.database import make_engine
from postal_bridge.kernel.tables import BlobRow, HomeRow
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

FILE = select(BlobRow.id, BlobRow.store_id, BlobRow.sha256)


def counted(uow: ReadUnit) -> dict[UUID | None, int]:
    """Files by where they lie; None is the home's folder."""
    asked = select(BlobRow.store_id, func.count()).group_by(BlobRow.store_id)
    return dict(uow.session.execute(asked).all())


def elsewhere(
    uow: ReadUnit, store_id: UUID | None, *, after: UUID | None, at_most: int
) -> list[FileOfBlob]:
    """Files that do not lie there: the next ones after that id, which is only a place to go on."""
    asked = FILE.where(BlobRow.store_id.is_distinct_from(store_id))
    if after is not None:
        asked = asked.where(BlobRow.id > after)
    rows = uow.session.execute(asked.order_by(BlobRow.id).limit(at_most))
    return [FileOfBlob(*row) for row in rows]


def file_of(uow: ReadUnit, blob_id: UUID) -> FileOfBlob | None:
    row = uow.session.execute(FILE.where(BlobRow.id == blob_id)).one_or_none()
    return None if row is None else FileOfBlob(*row)


def lie_there(uow: UnitOfWork, ids: list[UUID], store_id: UUID | None) -> None:
    """The rows say that these files lie there."""
    uow.session.execute(update(BlobRow).where(BlobRow.id.in_(ids)).values(store_id=store_id))


def unbind_store(uow: UnitOfWork) -> None:
    """New files go to the home's folder, unless some still lie in the store."""
    rest = exists().where(BlobRow.store_id.is_not(None))
    uow.session.execute(update(HomeRow).where(~rest).values(blob_store_id=None))


def files_in_store(url: str) -> list[FileOfBlob]:
    """What lies in the store now, before there is a unit of work."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            asked = FILE.where(BlobRow.store_id.is_not(None))
            return [FileOfBlob(*row) for row in connection.execute(asked)]
    finally:
        engine.dispose()


def named_store(url: str) -> UUID | None:
    """The store that rows name, whatever the home says."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            asked = select(BlobRow.store_id).where(BlobRow.store_id.is_not(None))
            return connection.scalar(asked.limit(1))
    finally:
        engine.dispose()


def lie_in_folder(url: str) -> None:
    """Every row says that its file lies in the folder, and the home has no store."""
    engine = make_engine(url)
    try:
        with engine.execution_options(writes=True).begin() as connection:
            connection.execute(update(BlobRow).values(store_id=None))
            connection.execute(update(HomeRow).values(blob_store_id=None))
    finally:
        engine.dispose()
