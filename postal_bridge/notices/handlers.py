"""What the room does when something happens that a citizen is told."""

from dataclasses import dataclass, field
from uuid import UUID

from postal_bridge.delivery.service import delivery_view
from postal_bridge.directory.service import point_view
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.outbox import Policy, Work
from postal_bridge.kernel.text import Language, Texts
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.notices.ports import Sender, ShortMessage
from postal_bridge.notices.rules import Notice, Reachable, text_code, whom
from postal_bridge.notices.service import SentNotice, record_notice
from postal_bridge.people.service import parties_of

LANGUAGE: Language = "vi"


@dataclass(frozen=True, slots=True)
class Order:
    message: ShortMessage
    sent: SentNotice = field(repr=False)


class TellCitizen:
    """One short message about one thing that happened.

    The key is the action's id, so a sender that keeps keys sends it once however often this
    runs. With one that does not, a crash between sending and recording can send it twice;
    people bear that better than silence.
    """

    policy = Policy(queue="calls", timeout_s=15, retry_after_s=(10, 60, 300, 1800))

    def __init__(self, notice: Notice, *, sender: Sender, texts: Texts) -> None:
        self.name = f"notices.tell_{notice.template}"
        self._actor = Actor.job(self.name)
        self._notice = notice
        self._sender = sender
        self._texts = texts

    def prepare(self, uow: ReadUnit, work: Work) -> Order | None:
        """Whom to tell what, or None: nobody can be reached, or it is no longer so."""
        if not self._is_still_so(uow, work):
            return None
        dossier = dossier_view(uow, UUID(work.body["dossier_id"]), self._actor.scope)
        parties = {
            party.id: party
            for party in parties_of(uow, dossier.id)
            if party.phone and not party.is_revoked
        }
        reachable = (Reachable(p.id, p.role, p.is_phone_shared) for p in parties.values())
        chosen = whom(self._notice, reachable)
        if chosen is None:
            return None
        phone = parties[chosen.party_id].phone or ""
        words = {
            "number": dossier.number_shown,
            "hotline": point_view(uow, dossier.point_id).hotline,
        }
        code = text_code(self._notice, is_shared=chosen.is_phone_shared)
        return Order(
            ShortMessage(str(work.action_id), phone, self._texts.render(code, words, LANGUAGE)),
            SentNotice(
                dossier_id=dossier.id,
                unit_id=dossier.unit_id,
                section_id=dossier.section_id,
                party_id=chosen.party_id,
                channel=self._sender.channel,
                template=self._notice.template,
                language=LANGUAGE,
                is_neutral=chosen.is_phone_shared,
            ),
        )

    def call(self, order: Order) -> SentNotice:
        self._sender.send(order.message)
        return order.sent

    def settle(self, uow: UnitOfWork, work: Work, result: SentNotice) -> None:
        record_notice(uow, work.action_id, result, actor=self._actor)

    def _is_still_so(self, uow: ReadUnit, work: Work) -> bool:
        if not self._notice.while_delivery_is:
            return True
        delivery = delivery_view(uow, UUID(work.body["delivery_id"]), self._actor.scope)
        return delivery.status in self._notice.while_delivery_is
