"""When a search ends: rules of one method."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is; `best_vnd` is None until it has a plan that holds."""

    iterations: int
    elapsed_s: float
    best_vnd: int | None


class Stop(Protocol):
    """Asked before each iteration."""

    def is_over(self, iterations: int, elapsed_s: float) -> bool: ...


@dataclass(frozen=True, slots=True)
class Iterations:
    """After n iterations: the same plan on every machine."""

    n: int

    def __post_init__(self) -> None:
        if self.n < 0:
            raise ValueError("iterations must not be negative")

    def is_over(self, iterations: int, elapsed_s: float) -> bool:
        return iterations >= self.n


@dataclass(frozen=True, slots=True)
class Seconds:
    """After s seconds of wall clock: another plan on another machine."""

    s: float

    def __post_init__(self) -> None:
        if self.s < 0:
            raise ValueError("seconds must not be negative")

    def is_over(self, iterations: int, elapsed_s: float) -> bool:
        return elapsed_s >= self.s
