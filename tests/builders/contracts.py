"""Contracts published for tests, as an operator publishes them."""

import hashlib

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.contract_publishing import ContractsPublished, publish_contracts

HEADING = "key,unit,agency,instrument,instrument_en,valid_from"
AMOUNTS = (
    "heavier_percent,remote_vnd,remote_communes,redelivery_vnd,storage_vnd,storage_free_days,"
    "return_vnd"
)


def contract_csv(*rows: str, amounts: str = AMOUNTS) -> bytes:
    return "\n".join([f"{HEADING},{amounts}", *rows]).encode()


def publish_csv(units: Units, content: bytes) -> None:
    digest = hashlib.sha256(content).hexdigest()
    once: Once[ContractsPublished] = Once(
        str(new_id()), "test", digest, lambda made: made.snapshot.id.encode()
    )
    publish_contracts(content, actor=Actor.operator(), once=once, units=units)
