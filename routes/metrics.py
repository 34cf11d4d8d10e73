"""What a scraper may ask: how long requests take, and how the service's work stands.

Counts and times by route name only; nothing of a person, an office or a dossier is in them.
"""

import os
import time
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from config.settings import SHARED_COUNTS
from postal_bridge.jobs.figures import service_figures
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.people.rules import METRICS_SCOPE
from postal_bridge.people.service import scopes_of_api_key
from routes.access import allow
from routes.container import Container, container

# The goals of the API (0.15, 0.2, 0.3, 1 and 3 s) are edges, so that a share below one is exact.
EDGES_S = (0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 3.0, 10.0)
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


class KeeperFigures(Collector):
    """Read from the database when asked, so every process tells the same."""

    def __init__(self, made: Container) -> None:
        self._made = made

    def collect(self) -> Iterator[GaugeMetricFamily]:
        figures = service_figures(actor=Actor.operator("metrics"), units=self._made.units)
        actions = GaugeMetricFamily(
            "postal_bridge_actions", "Later work by state.", labels=["state"]
        )
        for state, count in figures.actions.items():
            actions.add_metric([state], count)
        cash = GaugeMetricFamily(
            "postal_bridge_cash_differences_open",
            "Contested drawers, and couriers' differences nobody has settled.",
            labels=["of"],
        )
        cash.add_metric(["drawer"], figures.drawer_differences)
        cash.add_metric(["courier"], figures.courier_differences)
        yield actions
        yield GaugeMetricFamily(
            "postal_bridge_oldest_waiting_action_seconds",
            "How long ago the oldest action that still waits fell due.",
            figures.oldest_waiting_s,
        )
        yield GaugeMetricFamily(
            "postal_bridge_keeper_acts", "1 while a keeper acts.", int(figures.is_keeper_acting)
        )
        yield cash
        yield GaugeMetricFamily(
            "postal_bridge_silent_items",
            "Envelopes that lie still where they ought to move on.",
            figures.silent_items,
        )


def measure(app: Flask, made: Container) -> None:
    """Every request is timed under its route's name, and `/metrics` tells a scraper."""
    own = CollectorRegistry()
    times = Histogram(
        "postal_bridge_request_seconds",
        "Time to answer a request, by route name and kind of answer.",
        ["route", "answer"],
        buckets=EDGES_S,
        registry=own,
    )

    @app.before_request
    def begin() -> None:
        g.begun_s = time.perf_counter()

    @app.after_request
    def note(response: Response) -> Response:
        answer = f"{response.status_code // 100}xx"
        took_s = time.perf_counter() - g.begun_s
        times.labels(request.endpoint or "none", answer).observe(took_s)
        return response

    @app.get("/metrics")
    @allow()
    def metrics() -> Response:
        """For a scraper with its key, or from this machine where no proxy stands in front."""
        if not (_is_from_here() or _is_scraper()):
            raise NotFound
        asked = CollectorRegistry()
        if os.environ.get(SHARED_COUNTS):
            MultiProcessCollector(asked)  # type: ignore[no-untyped-call]  # has no types
        else:
            asked.register(times)
        asked.register(KeeperFigures(made))
        return Response(generate_latest(asked), content_type=CONTENT_TYPE_LATEST)


def _is_scraper() -> bool:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        return False
    return METRICS_SCOPE in scopes_of_api_key(key, units=container().units)


def _is_from_here() -> bool:
    """Asked on this machine by name, and by nobody a proxy may speak for.

    Where `public_url` names another host a proxy stands in front, and what it passes on comes
    from this machine too: then the key alone opens.
    """
    public = urlsplit(container().settings.effective_public_url).hostname
    if public not in ("127.0.0.1", "localhost", "::1"):
        return False
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
