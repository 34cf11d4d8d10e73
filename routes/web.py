"""Builds the Flask application from a container. Wires, decides nothing."""

from datetime import timedelta
from functools import partial

from flask import Flask, Response, jsonify, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config.outside_hosts import origin_of
from postal_bridge.kernel.keys import Purpose
from routes.access import allow, guard
from routes.container import Container, keep_in
from routes.errors import answer_errors, page
from routes.form_tokens import FormTokens
from routes.language import speak
from routes.limits import Limits
from routes.metrics import measure
from routes.signed_sessions import SignedSessions
from routes.templating import teach_templates

MAX_BODY_BYTES = 20 * 1024 * 1024
VENDOR_KEPT_S = 86_400
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


class Application(Flask):
    """A script, style or picture of ours is asked for again at each page, and mostly unchanged.

    A browser that kept them for a day would run old and new ones together after an upgrade.
    Libraries and fonts are another matter: they change seldom and stand alone.
    """

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        return VENDOR_KEPT_S if filename and filename.startswith("vendor/") else None


def build(container: Container) -> Flask:
    """The application, ready to serve pages, API and webhooks."""
    app = Application("routes", root_path=str(__file__).rsplit("/", 1)[0])
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
    )
    app.session_interface = SignedSessions()
    keep_in(app, container)
    if container.settings.trusted_proxies:
        hops = container.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # as Flask says
    measure(app, container)
    speak(app)
    csrf = FormTokens(app)
    app.register_error_handler(CSRFError, lambda exc: page(400, "form_too_old", {}))
    guard(app)
    answer_errors(app)
    teach_templates(app, container)
    _register(app, container, csrf)
    _limit(app, container)
    tiles = origin_of(container.settings.map_tiles_url)
    policy = CONTENT_SECURITY_POLICY.replace("{tiles}", f" {tiles}" if tiles else "")
    app.after_request(partial(_harden, policy=policy))
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
