"""One run of the generator, its random streams and its calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

import numpy as np

from footfall.demo_shop.settings import DEMO_EVENTS, DEMO_SEED, SHOP, Shop

DAY = 86_400
CHUNK_PERSONS = 65_536


@dataclass(frozen=True)
class Run:
    """A shop of one size and seed: how many persons, in which chunks, from which streams."""

    events: int = DEMO_EVENTS
    seed: int = DEMO_SEED

    def __post_init__(self) -> None:
        """Refuse sizes too small to hold the planted defects."""
        if self.events < 2_000:
            raise ValueError(f"events must be 2000 or more, not {self.events}")
        if self.seed < 0:
            raise ValueError(f"seed must be 0 or more, not {self.seed}")

    @property
    def chunk_sizes(self) -> list[int]:
        """Number of persons in each chunk: as even as can be, `CHUNK_PERSONS` at most."""
        persons = round(self.events / SHOP.events_per_person)
        chunks = -(-persons // CHUNK_PERSONS)
        return [persons // chunks + (chunk < persons % chunks) for chunk in range(chunks)]

    @property
    def products(self) -> int:
        """Number of products: it grows with the square root of the size."""
        return round(SHOP.products * max(1.0, self.events / DEMO_EVENTS) ** 0.5)

    def stream(
        self, purpose: Literal["products", "persons", "events"], chunk: int = 0
    ) -> np.random.Generator:
        """Return the random stream of one purpose and chunk, independent of all the others."""
        purposes = ("products", "persons", "events")
        spawn_key = (purposes.index(purpose), chunk)
        sequence = np.random.SeedSequence(self.seed, spawn_key=spawn_key)
        return np.random.Generator(np.random.SFC64(sequence))


class Calendar:
    """Wall time (seconds since 1970, UTC) and busy time (days that pass faster in busy hours).

    Lives, visits and hazards run in busy time, where they are plain Poisson processes; mapping
    busy time to wall time gives visits their weekly and daily rhythm, and keeps the closed forms
    of the truth exact. Over a whole week both clocks advance by seven days.
    """

    def __init__(self, shop: Shop) -> None:
        """Tabulate both clocks by the hour, a year further than the shop's last day."""
        first = datetime.combine(shop.first_date, datetime.min.time(), UTC)
        self.start = int(first.timestamp())
        self.end = self.start + shop.days * DAY
        hours = np.arange((shop.days + 366) * 24)
        weekday = (hours // 24 + shop.first_date.weekday()) % 7
        weight = np.outer(shop.weekday_weights, shop.hour_weights)
        pace = (weight / weight.mean())[weekday, hours % 24] / 24
        self._wall = self.start + 3_600.0 * np.arange(len(hours) + 1)
        self._busy = np.concatenate([[0.0], np.cumsum(pace)])

    def busy(self, seconds: np.ndarray | float) -> np.ndarray:
        """Return the busy time of a wall time."""
        return np.interp(seconds, self._wall, self._busy)

    def wall(self, days: np.ndarray | float) -> np.ndarray:
        """Return the wall time of a busy time; the table's end for times beyond it."""
        return np.interp(days, self._busy, self._wall)

    def days_from_start(self, days: int) -> float:
        """Return the busy time at midnight, `days` days after the first date."""
        return float(self.busy(self.start + days * DAY))

    @cached_property
    def horizon(self) -> float:
        """The busy time at which the shop's calendar ends."""
        return float(self.busy(self.end))


CALENDAR = Calendar(SHOP)


def of_types(attribute: str) -> np.ndarray:
    """Return one attribute of all customer types, by type number."""
    return np.array([getattr(kind, attribute) for kind in SHOP.types])


def draw(rng: np.random.Generator, weights: Sequence[float], size: int) -> np.ndarray:
    """Draw `size` positions in `weights`, in proportion to them."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.searchsorted(edges[:-1], rng.random(size), side="right").astype(np.int32)
