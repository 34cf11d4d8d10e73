"""Builds the Flask application from a container. Wires, decides nothing."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask, Response, g, jsonify, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config.outside_hosts import origin_of
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.text import put
from routes.access import allow, guard, signed_in
from routes.container import Container, keep_in
from routes.errors import answer_errors, page
from routes.form_tokens import FormTokens
from routes.idempotency import mint_key
from routes.language import chosen_language, here, speak
from routes.limits import Limits
from routes.metrics import measure
from routes.signed_sessions import SignedSessions

# An amount's sign after its digits, and no word that begins with that letter.
AMOUNT = re.compile(rb"(\d) \xc4\x91(?![\w\x80-\xff])")
MAX_BODY_BYTES = 20 * 1024 * 1024
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:{tiles}; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HARD_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()"),
)


def build(container: Container) -> Flask:
    """The application, ready to serve pages, API and webhooks."""
    app = Flask("routes", root_path=str(__file__).rsplit("/", 1)[0])
    keys = container.ring.usable(Purpose.SESSION)
    app.config.update(
        SECRET_KEY=keys[0].secret,
        SECRET_KEY_FALLBACKS=[key.secret for key in keys[1:]],
        SESSION_COOKIE_NAME=f"pb_{str(container.home_identity.id)[-8:]}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=container.settings.effective_public_url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=container.settings.session_hours),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=1),
    )
    app.session_interface = SignedSessions()
    keep_in(app, container)
    if container.settings.trusted_proxies:
        hops = container.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    measure(app, container)
    speak(app)
    csrf = FormTokens(app)
    app.register_error_handler(CSRFError, lambda exc: page(400, "form_too_old", {}))
    guard(app)
    answer_errors(app)
    _teach_templates(app, container)
    _register(app, container, csrf)
    _limit(app, container)
    tiles = origin_of(container.settings.map_tiles_url)
    policy = CONTENT_SECURITY_POLICY.replace("{tiles}", f" {tiles}" if tiles else "")
    app.after_request(partial(_harden, policy=policy))
    app.after_request(_keep_amounts_whole)
    return app


def _register(app: Flask, container: Container, csrf: CSRFProtect) -> None:
    from routes.registry import API_BLUEPRINTS, PAGE_BLUEPRINTS, WEBHOOK_BLUEPRINTS, start_api

    for blueprint in PAGE_BLUEPRINTS:
        app.register_blueprint(blueprint)
    for blueprint in WEBHOOK_BLUEPRINTS:  # signed by their senders instead
        app.register_blueprint(blueprint)
        csrf.exempt(blueprint)
    api = start_api(app)
    for blueprint in API_BLUEPRINTS:
        api.register_blueprint(blueprint)
        csrf.exempt(blueprint)

    @app.get("/health")
    @allow()
    def health() -> Response:
        """Answers while the database answers, whatever the queue does."""
        with container.units.read() as view:
            return jsonify(status="ok", home=str(view.home_id))


def _limit(app: Flask, container: Container) -> None:
    """Counts in memory on one machine, in the shared Redis where there are several."""
    from routes.registry import LIMITS

    home_id, redis_url = container.home_identity.id, container.settings.redis_url
    Limits(LIMITS, home_id=home_id, redis_url=redis_url).guard(app)


def _teach_templates(app: Flask, container: Container) -> None:
    """Templates render every sentence through the catalogue: `t('code', x=…)`."""

    def say(code: str, **params: Any) -> str:
        return container.texts.render(code, params, chosen_language())

    app.jinja_env.globals.update(
        t=say, mint_key=mint_key, signed_in=signed_in, Role=Role, lang=chosen_language, here=here
    )
    for form in (
        "vnd", "vnd_words", "grams", "km", "item", "phone", "date", "moment", "weekday", "clock",
    ):  # fmt: skip
        app.jinja_env.filters[form] = lambda value, form=form: (
            "–" if value is None else put(value, form, chosen_language())
        )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def home() -> dict[str, Any]:
        if container.home_identity.kind != "sandbox":
            return {"sandbox_now": None}
        if "business_now" in g:  # the view has just read it
            return {"sandbox_now": g.business_now}
        with container.units.read() as view:
            return {"sandbox_now": view.now}


def _harden(response: Response, *, policy: str) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy)
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    for name, value in HARD_HEADERS:  # no view says anything else about these
        headers.add(name, value)
    if request.is_secure:
        headers.add("Strict-Transport-Security", "max-age=31536000")
    return response


def _keep_amounts_whole(response: Response) -> Response:
    """On no page does the sign of an amount stand alone on a line: the blank before it is firm."""
    if response.mimetype == "text/html" and not response.direct_passthrough:
        response.set_data(AMOUNT.sub(b"\\1\xc2\xa0\xc4\x91", response.get_data()))
    return response
