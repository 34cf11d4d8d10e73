"""Signing in and out: one person, one session."""

from dataclasses import replace
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import AppError
from postal_bridge.people.service import (
    ChangePassword,
    StaffView,
    TooManySignIns,
    change_password,
    sign_in,
    sign_out,
)
from routes.access import ANY_STAFF, allow, current_actor, signed_in, while_password_is_due
from routes.container import container
from routes.familiar import familiar_tokens, keep_familiar
from routes.forms import form_errors, load_form
from routes.language import remember_language
from routes.schemas.people import ChangePasswordSchema, SignInSchema
from routes.unsent_forms import CSRF, FIELD, WHO, form_unsent

bp = Blueprint("sign_in", __name__)

FIRST_PAGE = {
    Role.CLERK: "/quay-giao-dich",
    Role.COURIER: "/buu-ta",
    Role.OFFICER: "/mot-cua",
    Role.SUPERVISOR: "/dieu-hanh",
    Role.OPERATOR: "/dieu-hanh",
}


@bp.get("/dang-nhap")
@allow()
def show() -> str:
    remember_language()
    return render_template("sign_in.html", errors=[], login="")


@bp.post("/dang-nhap")
@allow()
def submit() -> AnyResponse | tuple[str, int]:
    """A wrong name and a wrong password are answered alike."""
    try:
        given = [pair for pair in request.form.items(multi=True) if pair[0] != FIELD]
        command = replace(load_form(SignInSchema(), given), familiar=familiar_tokens())
        signed = sign_in(command, units=container().units, machine=container().machine)
    except (ValidationError, AppError) as exc:
        page = render_template(
            "sign_in.html",
            errors=form_errors(exc),
            login=request.form.get("login", ""),
            unsent=request.form.get(FIELD),
        )
        return page, 429 if isinstance(exc, TooManySignIns) else 422
    _begin(signed.token, str(signed.staff.id))
    if signed.staff.must_change_password:
        return keep_familiar(redirect(url_for("sign_in.password")), signed.familiar)
    first = first_page(signed.staff)
    if unsent := form_unsent(request.form.get(FIELD), str(signed.staff.id)):
        again = make_response(render_template("unsent.html", unsent=unsent, first=first))
        return keep_familiar(again, signed.familiar)
    target = _safe(request.args.get("next")) or first
    return keep_familiar(redirect(target), signed.familiar)


@bp.get("/doi-mat-khau")
@allow(*ANY_STAFF)
@while_password_is_due
def password() -> str:
    return render_template("change_password.html", errors=[])


@bp.post("/doi-mat-khau")
@allow(*ANY_STAFF)
@while_password_is_due
def set_password() -> AnyResponse | tuple[str, int]:
    """The new password holds and every session of the person ends, this one too."""
    try:
        command: ChangePassword = load_form(ChangePasswordSchema())
        change_password(command, actor=current_actor(), units=container().units)
    except (ValidationError, AppError) as exc:
        return render_template("change_password.html", errors=form_errors(exc)), 422
    session.clear()
    return redirect(url_for("sign_in.show"), 303)


@bp.post("/thoat")
@allow(*ANY_STAFF)
@while_password_is_due
def leave() -> AnyResponse:
    """What the person had begun in another tab is not lost: it still says whose it was."""
    sign_out(session.get("token", ""), units=container().units)
    session.pop("token", None)
    return redirect(url_for("sign_in.show"))


@bp.post("/ngon-ngu")
@allow()
def language() -> AnyResponse:
    """The other language, on the page the reader came from."""
    session["lang"] = "en" if request.form.get("lang") == "en" else "vi"
    return redirect(_safe(request.form.get("back")) or "/")


@bp.get("/lam-viec")
@allow(*ANY_STAFF)
def work() -> AnyResponse | Response:
    """On to one's own work, in the language that the address may ask for."""
    remember_language()
    actor = signed_in()
    return redirect(first_page(actor) if actor else url_for("sign_in.show"))


def first_page(actor: Actor | StaffView) -> str:
    """Where this role's work begins."""
    return next((page for role, page in FIRST_PAGE.items() if role in actor.roles), "/")


def _safe(target: str | None) -> str | None:
    """A path of our own; anything that leads elsewhere is dropped."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def _begin(token: str, who: str) -> None:
    """A session id given before signing in must not live on.

    Only the same person's open forms keep their token; nobody sends what another had opened.
    """
    kept = {"lang", CSRF} if session.get(WHO) == who else {"lang"}
    for name in set(session) - kept:
        del session[name]
    session["token"], session[WHO] = token, who
    session.permanent = True
