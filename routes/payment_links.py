"""The address of one payment's page: signed, so that nobody can guess or change it."""

from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from postal_bridge.kernel.actor import Actor, ActorKind, Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.keys import Purpose
from postal_bridge.money.vnpay import Vnpay
from routes.container import container

SALT = "payment-page"


def payment_token(payment_id: UUID, dossier_id: UUID) -> str:
    """What stands in the address. It opens this payment and nothing else of the dossier."""
    return str(_serializer().dumps([str(payment_id), str(dossier_id)]))


def payer_of(token: str) -> tuple[UUID, Actor]:
    """The payment, and who may see it. Raises NotFound for every token that opens nothing."""
    try:
        payment_id, dossier_id = (UUID(one) for one in _serializer().loads(token))
    except (BadSignature, ValueError, TypeError, AttributeError):
        raise NotFound from None
    payer = Actor(ActorKind.CITIZEN, f"payer-{payment_id}", Scope(dossier_id=dossier_id))
    return payment_id, payer


def vnpay_terminal() -> Vnpay | None:
    """Our terminal at the gateway; None where this installation has none."""
    chosen = container().settings
    if not chosen.vnpay_tmn_code:
        return None
    return Vnpay(chosen.vnpay_tmn_code, chosen.vnpay_pay_url, chosen.vnpay_key_id)


def _serializer() -> URLSafeSerializer:
    keys = [key.secret for key in container().ring.usable(Purpose.SESSION)]
    return URLSafeSerializer(list(reversed(keys)), salt=SALT)
