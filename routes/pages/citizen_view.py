"""The citizen's page as this request sees it: who asks, what is shown, what is kept."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import g, render_template, request, session
from flask_wtf.csrf import generate_csrf

from postal_bridge.counter.citizen import citizen_of
from postal_bridge.counter.citizen_look import Look, citizen_of_link, look
from postal_bridge.counter.correcting import MistakeReason
from postal_bridge.delivery.types import DisputeKind, IdentityCheck
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.money.banks import banks
from routes.access import signed_in
from routes.container import container
from routes.form_tokens import link_form_token
from routes.idempotency import mint_key
from routes.kept_pages import KeptPage
from routes.language import chosen_language

BY_CODE = "ma"  # in the address instead of a link: the session says which dossier


def citizen_by(token: str) -> tuple[Actor, IdentityCheck]:
    """The citizen, and how he is known. Raises NotFound for a link that opens nothing."""
    if _is_link(token):
        return citizen_of_link(token, units=container().units), IdentityCheck.SLIP
    return _citizen_by_code(), IdentityCheck.ONE_TIME_CODE


def _is_link(token: str) -> bool:
    return token != BY_CODE


def _citizen_by_code() -> Actor:
    dossier_id, until = session.get("citizen", ["", 0.0])
    if not dossier_id or datetime.now(UTC).timestamp() > until:
        raise NotFound
    return citizen_of(UUID(dossier_id))


def own_page(
    token: str, errors: list[Any], code: str | None = None, wrong: UUID | None = None
) -> str:
    """The page made anew, with what an act on it has to say; `wrong`: of which payment."""
    found = _look(token, lambda _: None)
    done = request.args.get("xong")
    return _rendered(token, found, errors=errors, code=code, done=done, wrong=wrong)


def kept_page(token: str) -> str:
    """The page as it was rendered before, with what belongs to this request filled in."""
    pages, language = container().kept_pages, chosen_language()
    found = _look(token, lambda key: pages.get((key, language)))
    kept = found.kept
    if kept is None:
        kept = KeptPage(found.state, pages.holes.cut(_rendered_with_holes(token, found)))
        pages.put((found.key, language), kept)
    forms_token = _forms_token(token)
    return kept.filled({"csrf": lambda: forms_token, "key": mint_key, "link": lambda: token})


def _look(token: str, known: Callable[[str], KeptPage | None]) -> Look[KeptPage]:
    who = token if _is_link(token) else _citizen_by_code()
    found = look(who, chosen_language(), known=known, units=container().units)
    g.business_now = found.now
    return found


def _rendered_with_holes(token: str, found: Look[KeptPage]) -> str:
    """Without what belongs to this request alone."""
    mark = container().kept_pages.holes.mark
    page = _rendered(token, found, csrf_token=lambda: mark("csrf"), mint_key=lambda: mark("key"))
    return page.replace(token, mark("link")) if _is_link(token) else page


def _rendered(token: str, found: Look[KeptPage], **given: Any) -> str:
    own: dict[str, Any] = {
        "errors": [],
        "code": None,
        "done": None,
        "wrong": None,
        "csrf_token": lambda: _forms_token(token),
    }
    return render_template(
        "citizen/dossier.html", page=found.page, token=token, kinds=tuple(DisputeKind),
        mistakes=tuple(MistakeReason), banks=banks(), sent=request.form,
        known=container().texts.has, is_by_link_alone=_is_by_link_alone(token), **(own | given),
    )  # fmt: skip


def _is_by_link_alone(token: str) -> bool:
    """Known by the link and nothing else: the page needs no session."""
    return _is_link(token) and signed_in() is None


def _forms_token(token: str) -> str:
    return link_form_token(token) if _is_by_link_alone(token) else str(generate_csrf())
