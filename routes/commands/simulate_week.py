"""What lives on from day to day of a simulation: its people, its dossiers, its counts."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from postal_bridge.kernel.clock import local
from routes.commands.demo_stage import Person
from routes.commands.simulate_stage import Refused, Theatre

POINT, SECTION = "long-tri", "p-long-my"


@dataclass
class Carried:
    """A dossier the simulation knows of: its slip, and the envelope of its result."""

    slip: Mapping[str, Any]
    procedure: str
    item: Mapping[str, Any] | None = None

    @property
    def path(self) -> str:
        return f"/dossiers/{self.slip['dossier_id']}"


@dataclass
class Week:
    """One post point, its section and its courier; how often each act was done or refused.

    Attributes
    ----------
    refused : by act and code of the rule
    """

    theatre: Theatre
    known: list[Carried] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def chance(self) -> random.Random:
        return self.theatre.chance

    @property
    def today(self) -> str:
        return local(self.theatre.clock.at).date().isoformat()

    @property
    def clerk(self) -> Person:
        return self.theatre.person(f"gdv.{POINT}")

    @property
    def courier(self) -> Person:
        return self.theatre.person(f"phat.{POINT}")

    @property
    def driver(self) -> Person:
        return self.theatre.person(f"xe.{SECTION}")

    @property
    def officer(self) -> Person:
        return self.theatre.person(f"mc.{SECTION}")

    @property
    def supervisor(self) -> Person:
        return self.theatre.person("gs.can-tho")

    def act(self, name: str, do: Callable[[], Any]) -> Any:
        """The act's answer, True where it has none; None where a rule forbids it. Time passes."""
        self.theatre.clock.at += timedelta(minutes=self.chance.randint(1, 9))
        try:
            found = do()
        except Refused as refusal:
            self.refused[f"{name}: {refusal.code}"] += 1
            return None
        self.done[name] += 1
        return True if found is None else found

    def post(self, name: str, who: Person, path: str, /, **body: Any) -> Any:
        """An act of one request."""
        return self.act(name, lambda: who.post(path, body))

    def some(self, share: float) -> bool:
        return self.chance.random() < share

    def status(self, one: Carried) -> str:
        return str(self.officer.get(one.path)["status"])

    def delivery(self, one: Carried) -> Any:
        rows = self.clerk.get("/deliveries", dossier_id=one.slip["dossier_id"])["rows"]
        return rows[0] if rows else {}
