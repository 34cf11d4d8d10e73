"""What stored data can show of devices' keys, rows and receipts."""

from collections.abc import Iterator

from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.said_rows import rows_never_said, rows_that_differ
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.people import device_keys, device_receipts
from postal_bridge.people.device_tables import DeviceKeyRow, DeviceReceiptRow
from postal_bridge.people.verify import verify_recorded


def verify_devices(uow: ReadUnit) -> Iterator[Finding]:
    """Keys and receipts are as the chain has them; rows and their acts as `verify` finds them."""
    for area, entity in (
        (device_keys.AREA, DeviceKeyRow),
        (device_receipts.AREA, DeviceReceiptRow),
    ):
        for row_id, why in rows_that_differ(uow, area, entity):
            yield Finding(f"{area}:{row_id}", f"{area}_{why}")
    for key_id in rows_never_said(uow, device_keys.AREA, DeviceKeyRow):
        yield Finding(f"{device_keys.AREA}:{key_id}", "device_key_never_enrolled")
    yield from verify_recorded(uow)
