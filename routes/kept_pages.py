"""Rendered pages that a process keeps while they are known to be true (decision 0005).

What belongs to one request alone is cut out and filled in anew: the token against forged forms,
the key of each form, and the link itself, so that no link stands in memory longer than a request.
"""

import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # commands that only compute hold a container too
    from postal_bridge.counter.citizen_look import PageState

MOST_PAGES = 1_000
"""About 5 kB each."""


class Holes:
    """Placeholders that nobody can type: they are drawn anew by each process."""

    def __init__(self, *names: str) -> None:
        self._secret = secrets.token_hex(16)
        self._pattern = re.compile(f"~({'|'.join(names)})-{self._secret}~")

    def mark(self, name: str) -> str:
        return f"~{name}-{self._secret}~"

    def cut(self, page: str) -> tuple[str, ...]:
        """Text and names of holes by turns, text first."""
        return tuple(self._pattern.split(page))


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page in pieces, and the state in which it is true."""

    state: "PageState"
    pieces: tuple[str, ...]

    def filled(self, fill: Mapping[str, Callable[[], str]]) -> str:
        pieces = list(self.pieces)
        for at in range(1, len(pieces), 2):
            pieces[at] = fill[pieces[at]]()
        return "".join(pieces)


class KeptPages:
    """The pages asked for last; in memory only, and gone with the process."""

    def __init__(self, most: int = MOST_PAGES) -> None:
        self.holes = Holes("csrf", "key", "link")
        self._most = most
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, KeptPage] = OrderedDict()

    def get(self, key: Hashable) -> KeptPage | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: KeptPage) -> None:
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)

    def __len__(self) -> int:
        return len(self._pages)
