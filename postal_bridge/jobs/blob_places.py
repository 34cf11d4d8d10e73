"""Which places hold a home's files: settings and database must say the same (decision 0019)."""

from importlib.util import find_spec
from uuid import UUID

from config.blob_store import read_store_address
from config.settings import Settings
from postal_bridge.jobs.blobs_store import named_store
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.errors import SetupLacking, StorageAway
from postal_bridge.kernel.home import HomeFolder, HomeIdentity, bind_store
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.object_store import ObjectStore

LIBRARY = "obstore"


class StoreNotSet(SetupLacking):
    """The home's files go to an object store, and the settings name none."""

    code = "blob_store_not_set"


class StoreNotTaken(SetupLacking):
    """The settings name an object store, and the home's files go to its folder."""

    code = "blob_store_not_taken"


class StoreLibraryMissing(SetupLacking):
    code = "blob_store_library_missing"


def blobs_of(settings: Settings, identity: HomeIdentity) -> Blobs:
    """The home's files where its database says that they go. The store is not asked yet.

    Raises
    ------
    StoreNotSet, StoreNotTaken, StoreLibraryMissing
    """
    store_id = identity.blob_store_id
    if bool(settings.blob_store_url) != (store_id is not None):
        raise StoreNotSet if store_id else StoreNotTaken
    folder = HomeFolder(settings.home).blobs
    return Blobs(folder, store_at(settings, identity.id, store_id) if store_id else None)


def store_at(settings: Settings, home_id: UUID, store_id: UUID) -> ObjectStore:
    """The store of the settings, this home's part of it. Raises StoreLibraryMissing."""
    if find_spec(LIBRARY) is None:
        raise StoreLibraryMissing(library=LIBRARY)
    return ObjectStore(
        read_store_address(settings.blob_store_url),
        key_id=settings.blob_store_key_id,
        secret=settings.blob_store_secret,
        home_id=home_id,
        store_id=store_id,
        timeout_s=settings.blob_store_timeout_s,
    )


def take_store(settings: Settings, identity: HomeIdentity, *, url: str) -> UUID:
    """New files of the home go to the store of the settings; a part of it is marked as ours.

    A part that rows name already is taken again. Raises StorageAway: nothing was changed.
    """
    store_id = named_store(url)
    if store_id is None:
        store_id = new_id()
        store_at(settings, identity.id, store_id).claim()
    else:
        store_at(settings, identity.id, store_id).check()
    bind_store(url, store_id)
    return store_id


def why_store_fails(settings: Settings, identity: HomeIdentity | None) -> str:
    """What keeps this machine from using the store of the settings; "" where nothing does.

    `identity` is None before there is a home.
    """
    store_id = identity.blob_store_id if identity else None
    try:
        store = store_at(settings, identity.id if identity else new_id(), store_id or new_id())
        store.reach()
        if store_id:
            store.check()
        elif identity:
            raise StoreNotTaken
    except StorageAway as away:
        return str(away.params["cause"])
    except SetupLacking as lacking:
        return lacking.code
    return ""
