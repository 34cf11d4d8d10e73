"""Who may call a route, and who is calling. Every view names its callers; a test reads them all."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, g, request, session

from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import Forbidden, Unauthenticated
from postal_bridge.people.api_keys import API_KEY_PREFIX
from postal_bridge.people.service import PasswordChangeNeeded, actor_of_api_key, actor_of_token
from routes.container import container

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC: frozenset[Role] = frozenset()
ANY_STAFF = (Role.CLERK, Role.COURIER, Role.OFFICER, Role.SUPERVISOR, Role.OPERATOR)


def allow(*roles: Role) -> Callable[[View], View]:
    """The view may be called by these roles; without a role it is public."""

    def mark(view: View) -> View:
        view.allowed_roles = frozenset(roles)  # type: ignore[attr-defined]  # read by the guard
        return view

    return mark


def while_password_is_due(view: View) -> View:
    """The view stays open to somebody who must change his password first."""
    view.opens_while_password_is_due = True  # type: ignore[attr-defined]
    return view


def allowed_roles(view: Callable[..., Any]) -> frozenset[Role] | None:
    """Who may call `view`; None when nobody said so, which no route may leave open."""
    return getattr(view, "allowed_roles", None)


def current_actor() -> Actor:
    """The signed-in caller. Raises Unauthenticated."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise Unauthenticated
    return actor


def signed_in() -> Actor | None:
    """The caller if there is one: for pages that show a menu to staff and none to others."""
    actor: Actor | None = g.get("actor")
    return actor


def guard(app: Flask) -> None:
    """Before each request: the caller is known and may use this function."""

    @app.before_request
    def check_caller() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if view is None or request.endpoint == "static":
            return
        g.actor = _actor_from_request()
        roles = allowed_roles(view)
        if roles is None:
            raise Forbidden
        if roles and not (current_actor().roles & roles):
            raise Forbidden
        if roles and current_actor().must_change_password and not _opens_before_change(view):
            raise PasswordChangeNeeded


def _opens_before_change(view: Callable[..., Any]) -> bool:
    return getattr(view, "opens_while_password_is_due", False)


def _actor_from_request() -> Actor | None:
    units = container().units
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    if request.path.startswith("/api/"):
        if scheme.lower() != "bearer" or not credential:
            return None  # a browser's cookie opens no API: nothing there needs a CSRF token
        if credential.startswith(API_KEY_PREFIX):
            return actor_of_api_key(credential, units=units)
        return actor_of_token(credential, units=units)
    token = session.get("token")
    return actor_of_token(token, units=units) if token else None
