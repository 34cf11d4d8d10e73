"""Every blueprint of the service and the limits of single endpoints, in one list."""

from typing import Any

from flask import Flask
from flask_smorest import Api

from routes.errors import by_werkzeug
from routes.pages import counter, courier, online_filing, sign_in

PAGE_BLUEPRINTS = [sign_in.bp, counter.bp, online_filing.bp, courier.bp]
API_BLUEPRINTS: list[Any] = []
LIMITS = {"sign_in.submit": "10 per minute;60 per hour"}


class ProblemApi(Api):  # type: ignore[misc]
    """flask-smorest with our problem documents; its own handler drops `Allow` on 405."""

    def handle_http_exception(self, error: Any) -> Any:
        return by_werkzeug(error)


def start_api(app: Flask) -> ProblemApi:
    app.config.update(
        API_TITLE="Postal Bridge",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    return ProblemApi(app)
