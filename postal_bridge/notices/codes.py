"""A one-time code on its way to the citizen's own phone."""

from dataclasses import dataclass, field
from uuid import UUID

from postal_bridge.counter.citizen_acts import open_code
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.outbox import Policy, Work
from postal_bridge.kernel.text import Texts
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.notices.handlers import LANGUAGE
from postal_bridge.notices.ports import Sender, ShortMessage
from postal_bridge.notices.service import SentNotice, record_notice
from postal_bridge.people.service import party_view

TEMPLATE = "sign_in_code"


@dataclass(frozen=True, slots=True)
class CodeOrder:
    message: ShortMessage
    sent: SentNotice = field(repr=False)


class SendCode:
    """The code is sent once, to the phone it was made for. A shared one never gets here."""

    name = "notices.send_code"
    policy = Policy(queue="calls", timeout_s=15, retry_after_s=(5, 20, 60))
    actor = Actor.job(name)

    def __init__(self, sender: Sender, texts: Texts) -> None:
        self._sender = sender
        self._texts = texts

    def prepare(self, uow: ReadUnit, work: Work) -> CodeOrder | None:
        """What to send; None when the phone was taken off or is shared meanwhile."""
        dossier = dossier_view(uow, UUID(work.body["dossier_id"]), self.actor.scope)
        person = party_view(uow, UUID(work.body["party_id"]))
        if not person.phone or person.is_phone_shared:
            return None
        code = open_code(uow, dossier.id, work.body["code"])
        text = self._texts.render(f"notice_{TEMPLATE}", {"code": code}, LANGUAGE)
        return CodeOrder(
            ShortMessage(str(work.action_id), person.phone, text),
            SentNotice(
                dossier_id=dossier.id,
                unit_id=dossier.unit_id,
                section_id=dossier.section_id,
                party_id=person.id,
                channel=self._sender.channel,
                template=TEMPLATE,
                language=LANGUAGE,
                is_neutral=False,
            ),
        )

    def call(self, order: CodeOrder) -> SentNotice:
        self._sender.send(order.message)
        return order.sent

    def settle(self, uow: UnitOfWork, work: Work, result: SentNotice) -> None:
        record_notice(uow, work.action_id, result, actor=self.actor)
