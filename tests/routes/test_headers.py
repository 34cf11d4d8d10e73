"""What each answer tells the browser to refuse."""

import pytest

from tests.routes.conftest import Service


@pytest.mark.parametrize(
    "path", ["/", "/dang-nhap", "/khong-co", "/api/v1/procedures", "/static/base.css", "/health"]
)
def test_every_answer_is_hard_to_misuse(service: Service, path: str) -> None:
    with service.app.test_client().get(path) as answer:
        headers = answer.headers
    assert headers.getlist("X-Content-Type-Options") == ["nosniff"]
    assert headers.getlist("Referrer-Policy") == ["no-referrer"]
    assert headers.getlist("X-Frame-Options") == ["DENY"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert len(headers.getlist("Permissions-Policy")) == 1
    assert ("no-store" in headers["Cache-Control"]) is not path.startswith("/static/")
    assert "Strict-Transport-Security" not in headers


def test_what_we_wrote_is_never_older_than_the_page(service: Service) -> None:
    client = service.app.test_client()
    with client.get("/static/base.css") as first:
        assert first.headers["Cache-Control"] == "no-cache"
    with client.get("/static/base.css", headers={"If-None-Match": first.headers["ETag"]}) as again:
        assert again.status_code == 304
    with client.get("/static/vendor/fonts/be-vietnam-pro-latin-400-normal.woff2") as font:
        assert "max-age=86400" in font.headers["Cache-Control"]


def test_over_https_the_browser_stays_there(service: Service) -> None:
    answer = service.app.test_client().get("/dang-nhap", base_url="https://localhost")
    assert answer.headers.getlist("Strict-Transport-Security") == ["max-age=31536000"]
