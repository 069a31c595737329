"""The demo shop: raw tracking data of any size whose truth is known.

Every person belongs to a latent type and lives by four numbers: a visit rate, a chance of ordering
per visit, a taste in prices and a churn hazard. Visits are a Poisson process that ends at an
exponential time (the Pareto/NBD family: Schmittlein, Morrison and Colombo, 1987), and an order is a
coin flip per visit. So the chance that a customer orders again, and the effect of the planted
experiment, have closed forms: `truth`, `true_purchase_probability` and `experiment_effects`
compute them without looking at a single generated event.

Persons are simulated in chunks of at most `CHUNK_PERSONS`, each from its own random stream, so
memory stays bounded and the rows depend on the seed and the size only, never on the number of
workers. Each chunk covers the whole calendar and is in time order; so is each Parquet part, and a
CSV file of one chunk, as the demo's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

# --------------------------------------------------------------------------------------------------
# What is planted
# --------------------------------------------------------------------------------------------------

DEMO_SEED = 42
DEMO_EVENTS = 120_000

DAY = 86_400
CHUNK_PERSONS = 65_536


@dataclass(frozen=True)
class CustomerType:
    """One latent kind of person. Rates are means: every person varies around them.

    Attributes:
        name: What the truth calls the type.
        weight: Share of all persons, before age and salary pull.
        is_identified: Whether the person ever signs up; the others stay anonymous and never order.
        returning_share: Share who were customers before the calendar starts; the rest arrive
            evenly over the calendar.
        visits_per_day: Visit rate while alive.
        churn_per_day: Hazard of leaving for good, at any moment of life.
        order_probability: Chance that a visit ends in an order.
        cart_probability: Chance that a product viewed but not bought is put into the cart.
        products_per_visit: Mean number of products viewed in a visit.
        lines_per_order: Mean number of order lines.
        preferred_price: The unit price the person's choices centre on.
        salary_pull: Log-odds of the type per standard deviation of log salary.
        age_pull: Log-odds of the type per standard deviation of age.

    """

    name: str
    weight: float
    is_identified: bool
    returning_share: float
    visits_per_day: float
    churn_per_day: float
    order_probability: float
    cart_probability: float
    products_per_visit: float
    lines_per_order: float
    preferred_price: float
    salary_pull: float = 0.0
    age_pull: float = 0.0


@dataclass(frozen=True)
class Experiment:
    """The planted experiment: equal arms, drawn per person, seen on `days` days from `first_day`.

    `lifts` are relative changes of a person's chance of ordering per visit. Baskets do not change,
    so revenue moves by orders alone. `crossover_share` of the persons draw an arm at every visit;
    their behaviour follows the arm they were assigned.
    """

    first_day: int = 180
    days: int = 60
    arms: tuple[str, ...] = ("control", "variant_a", "variant_b")
    lifts: tuple[float, ...] = (0.0, 0.0, 0.35)
    crossover_share: float = 0.01


@dataclass(frozen=True)
class Shop:
    """Every parameter of the demo shop.

    Calibration, against published statistics of REES46 shops: 90-94 % of their events are views,
    5-6 % carts and 2-4 % purchases; a session holds two to five events; 3.4 % of sessions and
    6.8 % of users buy; 72 % of users with a cart never do. The shape is kept: views dominate, a
    session holds four events with a long tail, activity and revenue per customer are heavy-tailed,
    half of the buyers buy once. Buying is about five times as frequent here (for 100 views there
    are 19 carts and 11 purchase lines, and 19 % of sessions hold an order), because five thousand
    customers must hold enough buyers to train and to test a churn model on.
    """

    first_date: date = date(2025, 1, 1)
    days: int = 270
    types: tuple[CustomerType, ...] = (
        CustomerType(
            name="loyal",
            weight=0.048,
            is_identified=True,
            returning_share=0.88,
            visits_per_day=0.056,
            churn_per_day=0.0007,
            order_probability=0.34,
            cart_probability=0.12,
            products_per_visit=2.3,
            lines_per_order=1.8,
            preferred_price=80.0,
            salary_pull=0.6,
            age_pull=0.2,
        ),
        CustomerType(
            name="deal_hunter",
            weight=0.067,
            is_identified=True,
            returning_share=0.88,
            visits_per_day=0.045,
            churn_per_day=0.001,
            order_probability=0.18,
            cart_probability=0.3,
            products_per_visit=2.4,
            lines_per_order=1.2,
            preferred_price=9.0,
            salary_pull=-0.6,
            age_pull=-0.1,
        ),
        CustomerType(
            name="occasional",
            weight=0.13,
            is_identified=True,
            returning_share=0.9,
            visits_per_day=0.012,
            churn_per_day=0.001,
            order_probability=0.48,
            cart_probability=0.08,
            products_per_visit=2.3,
            lines_per_order=1.2,
            preferred_price=85.0,
            salary_pull=0.2,
            age_pull=0.3,
        ),
        CustomerType(
            name="one_time",
            weight=0.13,
            is_identified=True,
            returning_share=0.0,
            visits_per_day=0.1,
            churn_per_day=0.4,
            order_probability=0.66,
            cart_probability=0.05,
            products_per_visit=1.8,
            lines_per_order=1.1,
            preferred_price=35.0,
        ),
        CustomerType(
            name="browser",
            weight=0.24,
            is_identified=True,
            returning_share=0.9,
            visits_per_day=0.022,
            churn_per_day=0.0008,
            order_probability=0.0,
            cart_probability=0.03,
            products_per_visit=2.4,
            lines_per_order=1.0,
            preferred_price=50.0,
            salary_pull=-0.2,
            age_pull=-0.5,
        ),
        CustomerType(
            name="passer_by",
            weight=0.36,
            is_identified=False,
            returning_share=0.0,
            visits_per_day=0.05,
            churn_per_day=0.25,
            order_probability=0.0,
            cart_probability=0.02,
            products_per_visit=1.5,
            lines_per_order=1.0,
            preferred_price=45.0,
            age_pull=-0.3,
        ),
    )
    experiment: Experiment = Experiment()

    # Size: about this many events per person, so `events` decides the number of persons.
    events_per_person: float = 15.4
    products: int = 500

    # Persons: gamma and beta heterogeneity within a type, devices.
    visit_rate_shape: float = 8.0
    order_probability_concentration: float = 60.0
    second_device_share: float = 0.25
    second_device_use: float = 0.40
    shared_device_share: float = 0.03

    # Visits.
    weekday_weights: tuple[float, ...] = (0.95, 0.92, 0.94, 0.98, 1.02, 1.10, 1.09)
    hour_weights: tuple[float, ...] = (
        *(0.35, 0.20, 0.12, 0.10, 0.12, 0.25, 0.50, 0.75, 0.95, 1.10, 1.20, 1.25),
        *(1.30, 1.25, 1.20, 1.20, 1.25, 1.35, 1.50, 1.70, 1.85, 1.75, 1.30, 0.75),
    )
    products_per_visit_sigma: float = 0.9
    starts_anonymous_share: float = 0.15
    stays_anonymous_share: float = 0.06
    no_session_id_share: float = 0.004
    abandoned_checkout_share: float = 0.20

    # Steps around a viewed product, and the seconds between steps (median, log-sigma).
    page_view_share: float = 0.10
    search_share: float = 0.07
    click_share: float = 0.13
    removal_share: float = 0.30
    gap_median_seconds: float = 24.0
    gap_sigma: float = 1.25

    # Products: Zipf popularity, log-normal prices, and how narrowly a taste in prices chooses.
    popularity_exponent: float = 0.8
    price_sigma: float = 0.55
    price_taste_sigma: float = 0.55

    # Orders and the back office.
    quantity_shares: tuple[float, ...] = (0.88, 0.09, 0.03)
    no_order_id_share: float = 0.02
    refund_share: float = 0.07
    refund_median_days: float = 6.0
    refund_sigma: float = 0.5
    undeclared_share: float = 0.03


@dataclass(frozen=True)
class Defects:
    """The faults planted on top of a clean shop; each is a bad value that still loads as text.

    Shares are per person of a chunk, so they grow with the size; the other counts are the same at
    any size. Rows that a warehouse must reject are extra rows: the clean shop is complete without.

    Attributes:
        exact_repeat_share: Rows that appear twice, identical in every column.
        late_arrival_share: Rows loaded later than the next morning.
        late_days: Fewest and most days that they come later.
        unparseable_times: Timestamps of extra rows; None is an empty value.
        future_times: Timestamps of extra rows that can be parsed but cannot be true.
        rows_without_ids: Extra rows without customer, anonymous or session id.
        shared_session_ids: Session ids used by two customers, in each chunk.
        bot_days: Days (from the first one) on which one customer is a bot.
        bot_events_per_day: Product views of the bot on each of these days.
        products_without_brand: Products with an empty brand.
        products_without_category: Products with an empty category.
        products_without_price: Products with a price of zero, the least popular ones.

    """

    exact_repeat_share: float = 0.03
    late_arrival_share: float = 0.06
    late_days: tuple[int, int] = (4, 9)
    unparseable_times: tuple[str | None, ...] = (
        *("not a time", "not a time", "not a time"),
        *("2025-13-45 99:00:00", "2025-13-45 99:00:00", "2025-13-45 99:00:00"),
        *(None, None),
    )
    future_times: tuple[str, ...] = ("2099-06-01 12:00:00",)
    rows_without_ids: int = 2
    shared_session_ids: int = 1
    bot_days: tuple[int, ...] = (100, 101)
    bot_events_per_day: int = 1_600
    products_without_brand: int = 6
    products_without_category: int = 4
    products_without_price: int = 3


SHOP = Shop()
DEFECTS = Defects()
BAD_TIMES = (*DEFECTS.unparseable_times, *DEFECTS.future_times)

EVENT_COLUMNS = (
    *("event_id", "timestamp", "customer_id", "session_id", "event_type", "product_id"),
    *("device_type", "traffic_source", "campaign_id", "page_category", "session_duration_sec"),
    *("experiment_group", "anonymous_id", "order_id", "quantity", "loaded_at"),
)
CUSTOMER_COLUMNS = (
    *("customer_id", "gender", "age", "salary", "country", "state", "city", "signed_up_at"),
)
PRODUCT_COLUMNS = ("product_id", "product_name", "category", "brand", "unit_price", "unit_cost")


class Step(IntEnum):
    """What a row of events is, in the order in which the steps of one product happen."""

    PAGE = 0
    SEARCH = 1
    VIEW = 2
    CLICK = 3
    ADD_TO_CART = 4
    REMOVE_FROM_CART = 5
    CHECKOUT = 6
    PURCHASE = 7
    REFUND = 8


STEP_EVENT_TYPES = (
    *("view", "search", "view", "click", "add_to_cart", "remove_from_cart"),
    *("checkout", "purchase", "refund"),
)
EVENT_TYPES = tuple(dict.fromkeys(STEP_EVENT_TYPES))
PAGES = ("home", "category", "search", "product")
HOME, CATEGORY, SEARCH, PRODUCT = range(4)
DEVICE_TYPES = {"mobile": 0.60, "desktop": 0.33, "tablet": 0.07}
GENDERS = {"female": 0.52, "male": 0.46, "other": 0.02}

# Channel: weight on the first visit of a new customer, weight on any other visit, campaigns.
CHANNELS: dict[str, tuple[float, float, tuple[str, ...]]] = {
    "organic": (0.34, 0.26, ()),
    "paid_search": (0.27, 0.12, ("ps_brand", "ps_generic", "ps_shopping", "ps_retarget")),
    "email": (0.02, 0.22, ("em_weekly", "em_cart", "em_winback")),
    "social": (0.20, 0.08, ("so_video", "so_creator", "so_retarget")),
    "direct": (0.09, 0.27, ()),
    "referral": (0.08, 0.05, ()),
}
CAMPAIGNS = tuple(name for _, _, names in CHANNELS.values() for name in names)

# Country, state, city: share of persons.
PLACES: dict[tuple[str, str, str], float] = {
    ("Germany", "Berlin", "Berlin"): 0.10,
    ("Germany", "Bavaria", "Munich"): 0.08,
    ("Germany", "Hamburg", "Hamburg"): 0.06,
    ("Germany", "Saxony", "Leipzig"): 0.04,
    ("France", "Ile-de-France", "Paris"): 0.11,
    ("France", "Auvergne-Rhone-Alpes", "Lyon"): 0.05,
    ("France", "Occitanie", "Toulouse"): 0.03,
    ("Netherlands", "North Holland", "Amsterdam"): 0.07,
    ("Netherlands", "South Holland", "Rotterdam"): 0.05,
    ("Spain", "Madrid", "Madrid"): 0.08,
    ("Spain", "Catalonia", "Barcelona"): 0.06,
    ("Italy", "Lombardy", "Milan"): 0.07,
    ("Italy", "Lazio", "Rome"): 0.05,
    ("Poland", "Masovia", "Warsaw"): 0.06,
    ("Poland", "Lesser Poland", "Krakow"): 0.03,
    ("Austria", "Vienna", "Vienna"): 0.06,
}

# Category: median price, gross margin, nouns.
CATEGORIES: dict[str, tuple[float, float, tuple[str, ...]]] = {
    "electronics": (120.0, 0.22, ("Headphones", "Speaker", "Tablet", "Camera", "Monitor")),
    "appliances": (90.0, 0.28, ("Kettle", "Blender", "Toaster", "Vacuum", "Coffee Maker")),
    "furniture": (110.0, 0.42, ("Chair", "Desk", "Shelf", "Lamp", "Stool")),
    "apparel": (34.0, 0.52, ("Shirt", "Jacket", "Jeans", "Sweater", "Dress")),
    "shoes": (58.0, 0.48, ("Sneaker", "Boot", "Sandal", "Loafer", "Trainer")),
    "sports": (42.0, 0.40, ("Yoga Mat", "Racket", "Backpack", "Dumbbell", "Helmet")),
    "garden": (26.0, 0.38, ("Planter", "Hose", "Rake", "Lantern", "Grill Brush")),
    "toys": (21.0, 0.45, ("Puzzle", "Board Game", "Blocks", "Kite", "Plush Bear")),
    "beauty": (13.0, 0.60, ("Cream", "Serum", "Shampoo", "Perfume", "Lipstick")),
    "books": (11.0, 0.35, ("Novel", "Cookbook", "Atlas", "Notebook", "Comic")),
}
BRANDS = (
    *("Aldera", "Borvik", "Calento", "Dunmore", "Elvane", "Fjordal", "Gantry", "Halcyon"),
    *("Ingra", "Juniper", "Kestrel", "Lumera", "Marlow", "Nordhaus", "Orlena", "Pinegrove"),
    *("Quillon", "Rivetta", "Solano", "Tavira", "Umbria", "Velto", "Westbury", "Zephyra"),
)


# --------------------------------------------------------------------------------------------------
# The run and its calendar
# --------------------------------------------------------------------------------------------------


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


def _of_types(attribute: str) -> np.ndarray:
    """Return one attribute of all customer types, by type number."""
    return np.array([getattr(kind, attribute) for kind in SHOP.types])


def _draw(rng: np.random.Generator, weights: Sequence[float], size: int) -> np.ndarray:
    """Draw `size` positions in `weights`, in proportion to them."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.searchsorted(edges[:-1], rng.random(size), side="right").astype(np.int32)


# --------------------------------------------------------------------------------------------------
# Products
# --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Catalogue:
    """The products, and how each customer type chooses among them.

    Attributes:
        table: The products file.
        unit_price: Price in the file, by product.
        choice: Chance that a person of a type looks at a product; types x products.

    """

    table: pa.Table
    unit_price: np.ndarray
    choice: np.ndarray

    @cached_property
    def order_value(self) -> np.ndarray:
        """Expected revenue of an order before refunds, by type: lines x quantity x price."""
        quantity = np.dot(SHOP.quantity_shares, np.arange(1, len(SHOP.quantity_shares) + 1))
        return self.choice @ self.unit_price * quantity * _of_types("lines_per_order")

    @cached_property
    def _edges(self) -> np.ndarray:
        """The types' cumulative choices one after the other, each one step higher."""
        edges = np.cumsum(self.choice, axis=1)
        return (edges / edges[:, -1:] + np.arange(len(edges))[:, None]).ravel()

    def draw(self, rng: np.random.Generator, types: np.ndarray) -> np.ndarray:
        """Draw a product for each type number."""
        position = np.searchsorted(self._edges, types + rng.random(len(types)), side="right")
        return (position - types * self.choice.shape[1]).astype(np.int32)


def make_catalogue(run: Run) -> Catalogue:
    """Draw the products of a run: log-normal prices, Zipf popularity, tastes by price."""
    rng = run.stream("products")
    count = run.products
    medians, margins, nouns = zip(*CATEGORIES.values(), strict=True)
    category = rng.integers(0, len(CATEGORIES), count)
    noun = rng.integers(0, 5, count)
    brand = rng.integers(0, len(BRANDS), count)
    dimes = np.exp(rng.normal(np.log(np.array(medians))[category], SHOP.price_sigma)) * 10
    price = np.floor(dimes) / 10 + 0.09
    cost = price * (1 - np.array(margins)[category] * rng.uniform(0.8, 1.2, count))

    rank = rng.permutation(count)
    taste = np.log(price) - np.log(_of_types("preferred_price"))[:, None]
    choice = (rank + 5.0) ** -SHOP.popularity_exponent * np.exp(
        -0.5 * (taste / SHOP.price_taste_sigma) ** 2
    )
    choice /= choice.sum(axis=1, keepdims=True)

    without_price = rank >= count - DEFECTS.products_without_price
    faulty = rng.choice(
        np.flatnonzero(~without_price),
        DEFECTS.products_without_brand + DEFECTS.products_without_category,
        replace=False,
    )
    price[without_price] = 0.0
    names = [
        f"{BRANDS[b]} {nouns[c][n]} {number}"
        for number, (b, c, n) in enumerate(zip(brand, category, noun, strict=True), start=1)
    ]
    brand[faulty[: DEFECTS.products_without_brand]] = -1
    category[faulty[DEFECTS.products_without_brand :]] = -1
    table = pa.table(
        [
            _labels("p", np.arange(1, count + 1)),
            pa.array(names),
            _coded(category, tuple(CATEGORIES)),
            _coded(brand, BRANDS),
            pa.array([f"{amount:.2f}" for amount in price]),
            pa.array([f"{amount:.2f}" for amount in cost]),
        ],
        names=PRODUCT_COLUMNS,
    )
    return Catalogue(table, price, choice)


# --------------------------------------------------------------------------------------------------
# Persons and their visits
# --------------------------------------------------------------------------------------------------


def make_persons(run: Run, chunk: int) -> pd.DataFrame:
    """Draw the persons of a chunk: demographics, latent type, rates, life and experiment arm.

    Returns:
        One row per person. `active_from` and `churned` are busy days; `signed_up` is in seconds;
        `number` is unique in the run; undeclared demographics are -1.

    """
    rng = run.stream("persons", chunk)
    count = run.chunk_sizes[chunk]
    age = np.clip(18 + rng.gamma(4.0, 6.0, count), 18, 85)
    age_score = (age - 42) / 12
    salary_score = rng.normal(0.25 * np.clip(age_score, -2, 2), 1.0)

    pull = np.outer(salary_score, _of_types("salary_pull"))
    pull += np.outer(age_score, _of_types("age_pull"))
    edges = np.cumsum(_of_types("weight") * np.exp(pull), axis=1)
    kind = (edges[:, :-1] <= rng.random((count, 1)) * edges[:, -1:]).sum(axis=1)

    concentration = SHOP.order_probability_concentration
    order_probability = _of_types("order_probability")[kind]
    is_buyer = order_probability > 0
    order_probability[is_buyer] = rng.beta(
        concentration * order_probability[is_buyer],
        concentration * (1 - order_probability[is_buyer]),
    )
    spread = rng.gamma(SHOP.visit_rate_shape, 1 / SHOP.visit_rate_shape, count)
    is_returning = rng.random(count) < _of_types("returning_share")[kind]
    active_from = np.where(is_returning, 0.0, rng.random(count) * CALENDAR.horizon)
    known_for = rng.integers(1, 730 * DAY, count)
    is_identified = _of_types("is_identified")[kind]

    is_bot = np.zeros(count, dtype=bool)
    if chunk == 0:
        is_bot[np.argmax(is_returning & is_identified)] = True

    def declared(values: np.ndarray) -> np.ndarray:
        return np.where(rng.random(count) < SHOP.undeclared_share, -1, values).astype(np.int32)

    return pd.DataFrame(
        {
            "number": sum(run.chunk_sizes[:chunk]) + np.arange(1, count + 1),
            "kind": kind,
            "is_identified": is_identified,
            "is_returning": is_returning,
            "is_bot": is_bot,
            "visits_per_day": _of_types("visits_per_day")[kind] * spread,
            "churn_per_day": _of_types("churn_per_day")[kind],
            "order_probability": order_probability,
            "active_from": active_from,
            "churned": active_from
            + rng.standard_exponential(count) / _of_types("churn_per_day")[kind],
            "arm": rng.integers(0, len(SHOP.experiment.arms), count).astype(np.int8),
            "is_crossover": rng.random(count) < SHOP.experiment.crossover_share,
            "gender": declared(_draw(rng, tuple(GENDERS.values()), count)),
            "age": declared(age),
            "salary": declared(np.exp(np.log(36_000) + 0.42 * salary_score) // 100 * 100),
            "place": _draw(rng, tuple(PLACES.values()), count),
            "signed_up": np.where(
                is_returning, CALENDAR.start - known_for, CALENDAR.wall(active_from)
            ).astype(np.int64),
        }
    )


def lifted(order_probability: np.ndarray, arm: np.ndarray | int) -> np.ndarray:
    """Return the chance of ordering per visit while the experiment runs."""
    return np.minimum(order_probability * (1 + np.array(SHOP.experiment.lifts)[arm]), 1.0)


def _draw_devices(
    rng: np.random.Generator, is_identified: np.ndarray, person: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the device of each visit, and its type.

    Persons own two device numbers each and mostly use the first; some customers use the first
    device of the person before them instead.
    """
    people = np.arange(len(is_identified))
    borrows = (people % 2 == 1) & is_identified & np.roll(is_identified, 1)
    borrows &= rng.random(len(people)) < SHOP.shared_device_share
    has_second = rng.random(len(people)) < SHOP.second_device_share
    uses_second = has_second[person] & (rng.random(len(person)) < SHOP.second_device_use)
    device = (2 * (people - borrows)[person] + uses_second).astype(np.int32)
    return device, _draw(rng, tuple(DEVICE_TYPES.values()), 2 * len(people))[device]


def _draw_channels(
    rng: np.random.Generator, is_arrival: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the channel of each visit, and its campaign (-1: the channel has none)."""
    first_weights, other_weights, campaigns = zip(*CHANNELS.values(), strict=True)
    count = len(is_arrival)
    first, other = _draw(rng, first_weights, count), _draw(rng, other_weights, count)
    channel = np.where(is_arrival, first, other)
    offered = np.array([len(names) for names in campaigns])
    choice = np.floor(rng.random(count) * offered[channel]).astype(np.int32)
    campaign = (np.cumsum(offered) - offered)[channel] + choice
    return channel, np.where(offered[channel] > 0, campaign, -1)


def make_visits(rng: np.random.Generator, persons: pd.DataFrame) -> pd.DataFrame:
    """Draw the visits of all persons of a chunk, in time order, without their events.

    Returns:
        One row per visit: `person` (row of `persons`), `started` (seconds), `device`,
        `device_type`, `channel`, `campaign` and `arm` (-1: none), `has_order`, `has_checkout`,
        `products` (viewed), `carts` (of these, the last ones), `lines` (of these, the last ones;
        0 without an order) and `login` (the position from which the person is known).

    """
    active_from = persons["active_from"].to_numpy()
    lived = np.minimum(persons["churned"].to_numpy(), CALENDAR.horizon) - active_from
    is_new = ~persons["is_returning"].to_numpy()
    visits = rng.poisson(persons["visits_per_day"].to_numpy() * lived) + is_new
    person = np.repeat(np.arange(len(persons), dtype=np.int32), visits)
    count = len(person)
    at = active_from[person] + rng.random(count) * lived[person]
    is_arrival = np.zeros(count, dtype=bool)
    is_arrival[(np.cumsum(visits) - visits)[is_new]] = True
    at[is_arrival] = active_from[person[is_arrival]]
    by_time = np.argsort(at, kind="stable")
    person, is_arrival = person[by_time], is_arrival[by_time]
    started = CALENDAR.wall(at[by_time]).astype(np.int64)

    experiment = SHOP.experiment
    arm = persons["arm"].to_numpy()[person]
    day = (started - CALENDAR.start) // DAY
    in_experiment = (day >= experiment.first_day) & (day < experiment.first_day + experiment.days)
    order_probability = persons["order_probability"].to_numpy()[person]
    order_probability = np.where(in_experiment, lifted(order_probability, arm), order_probability)
    has_order = rng.random(count) < order_probability

    kind = persons["kind"].to_numpy()[person]
    lines = np.where(has_order, 1 + rng.poisson(_of_types("lines_per_order")[kind] - 1), 0)
    sigma = SHOP.products_per_visit_sigma
    more_products = (_of_types("products_per_visit")[kind] - 1) * np.exp(
        sigma * rng.standard_normal(count) - sigma**2 / 2
    )
    products = np.maximum(1 + rng.poisson(more_products), lines)
    carts = lines + rng.binomial(products - lines, _of_types("cart_probability")[kind])
    abandons_checkout = (carts > 0) & (rng.random(count) < SHOP.abandoned_checkout_share)

    is_identified = persons["is_identified"].to_numpy()
    login_choice = rng.random(count)
    logs_in_late = login_choice < SHOP.starts_anonymous_share
    stays_anonymous = ~has_order & (login_choice > 1 - SHOP.stays_anonymous_share)
    login = np.where(logs_in_late, 1 + np.floor(rng.random(count) * products), 0)
    login[stays_anonymous | ~is_identified[person]] = np.iinfo(np.int32).max

    is_crossover = persons["is_crossover"].to_numpy()[person]
    shown_arm = np.where(is_crossover, rng.integers(0, len(experiment.arms), count), arm)

    device, device_type = _draw_devices(rng, is_identified, person)
    channel, campaign = _draw_channels(rng, is_arrival)
    return pd.DataFrame(
        {
            "person": person,
            "started": started,
            "device": device,
            "device_type": device_type,
            "channel": channel,
            "campaign": campaign,
            "arm": np.where(in_experiment, shown_arm, -1).astype(np.int32),
            "has_order": has_order,
            "has_checkout": has_order | abandons_checkout,
            "products": products.astype(np.int32),
            "carts": carts.astype(np.int32),
            "lines": lines.astype(np.int32),
            "login": login.astype(np.int32),
        }
    )


# --------------------------------------------------------------------------------------------------
# Events
# --------------------------------------------------------------------------------------------------


def make_activity(
    rng: np.random.Generator, catalogue: Catalogue, persons: pd.DataFrame, visits: pd.DataFrame
) -> pd.DataFrame:
    """Draw what happens in each visit.

    A visit is a row of positions: the products viewed, the checkout, the order lines. Each position
    has some of the eight steps; reading the positions x steps table row by row gives the events in
    the order in which they happen.

    Returns:
        One row per event: `time` (seconds), `step`, `person`, `is_known`, `visit` (row of
        `visits`), `has_session`, `duration` (seconds, of the visit), `product`, `page`, `order`
        (row of `visits`) and `quantity`; -1 where there is none.

    """
    products = visits["products"].to_numpy()
    lines = visits["lines"].to_numpy()
    length = products + visits["has_checkout"].to_numpy() + lines
    visit = np.repeat(np.arange(len(visits), dtype=np.int32), length)
    count = len(visit)
    position = np.arange(count) - np.repeat(np.cumsum(length) - length, length)
    after_products = position - products[visit]
    is_product = after_products < 0

    def happens(share: float) -> np.ndarray:
        return rng.random(count, dtype=np.float32) < share

    steps = np.zeros((count, Step.REFUND), dtype=bool)
    is_cart = is_product & (after_products >= -visits["carts"].to_numpy()[visit])
    is_bought = is_product & (after_products >= -lines[visit])
    steps[:, Step.PAGE] = is_product & happens(SHOP.page_view_share)
    steps[:, Step.SEARCH] = is_product & happens(SHOP.search_share)
    steps[:, Step.VIEW] = is_product
    steps[:, Step.CLICK] = is_product & happens(SHOP.click_share)
    steps[:, Step.ADD_TO_CART] = is_cart
    steps[:, Step.REMOVE_FROM_CART] = is_cart & ~is_bought & happens(SHOP.removal_share)
    steps[:, Step.CHECKOUT] = after_products == 0
    steps[:, Step.PURCHASE] = after_products > 0

    product = np.full(count, -1, dtype=np.int32)
    kind = persons["kind"].to_numpy()[visits["person"].to_numpy()]
    product[is_product] = catalogue.draw(rng, kind[visit[is_product]])
    line = np.flatnonzero(after_products > 0)
    product[line] = product[line - lines[visit[line]] - 1]

    row, step = np.divmod(np.flatnonzero(steps), Step.REFUND)
    visit, position, after_products = visit[row], position[row], after_products[row]
    count = len(row)
    is_first = np.diff(visit, prepend=-1) > 0
    gap = np.ceil(
        SHOP.gap_median_seconds * np.exp(SHOP.gap_sigma * rng.standard_normal(count))
    ).astype(np.int64)
    gap[is_first | (after_products > 1)] = 0
    elapsed = np.cumsum(gap)
    elapsed -= elapsed[is_first][visit]
    duration = elapsed[np.append(is_first[1:], True)]

    page = np.full(count, -1, dtype=np.int8)
    page[step == Step.PAGE] = CATEGORY
    page[(step == Step.PAGE) & is_first] = HOME
    page[step == Step.SEARCH] = SEARCH
    page[(step == Step.VIEW) | (step == Step.CLICK)] = PRODUCT
    is_line = step == Step.PURCHASE
    quantity = 1 + _draw(rng, SHOP.quantity_shares, count)
    has_order_id = (rng.random(len(visits)) >= SHOP.no_order_id_share)[visit]
    return pd.DataFrame(
        {
            "time": visits["started"].to_numpy()[visit] + elapsed,
            "step": step.astype(np.int8),
            "person": visits["person"].to_numpy()[visit],
            "is_known": position >= visits["login"].to_numpy()[visit],
            "visit": visit,
            "has_session": is_first | is_line | ~(rng.random(count) < SHOP.no_session_id_share),
            "duration": duration[visit],
            "product": np.where(step < Step.VIEW, -1, product[row]),
            "page": page,
            "order": np.where(is_line & has_order_id, visit, -1),
            "quantity": np.where(is_line, quantity, -1).astype(np.int8),
        }
    )


def make_refunds(rng: np.random.Generator, activity: pd.DataFrame) -> pd.DataFrame:
    """Draw the back office's refunds of whole order lines, booked some days after the order."""
    is_refunded = (activity["order"].to_numpy() >= 0) & (
        rng.random(len(activity)) < SHOP.refund_share
    )
    refunds = activity[is_refunded]
    days_later = np.ceil(
        SHOP.refund_median_days * np.exp(SHOP.refund_sigma * rng.standard_normal(len(refunds)))
    ).astype(np.int64)
    office_hours = rng.integers(8 * 3_600, 17 * 3_600, len(refunds))
    day = refunds["time"].to_numpy() // DAY + days_later
    return refunds.assign(
        time=day * DAY + office_hours,
        step=np.int8(Step.REFUND),
        visit=np.int32(-1),
        has_session=False,
    )


def make_bot(
    rng: np.random.Generator, catalogue: Catalogue, persons: pd.DataFrame, next_visit: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the visits and the events of the chunk's bot: product views all day, nothing else.

    Args:
        rng: The random stream.
        catalogue: The products.
        persons: The persons of the chunk; without a bot among them both results are empty.
        next_visit: The row that the first of the bot's visits will have in the chunk's visits.

    """
    person = np.flatnonzero(persons["is_bot"]).astype(np.int32)
    days = np.repeat(np.array(DEFECTS.bot_days), len(person))
    person = np.tile(person, len(DEFECTS.bot_days))
    visits = pd.DataFrame(
        {
            "person": person,
            "started": CALENDAR.start + days * DAY + 6 * 3_600,
            "device": 2 * person,
            "device_type": np.int32(list(DEVICE_TYPES).index("desktop")),
            "channel": np.int32(list(CHANNELS).index("direct")),
            "campaign": np.int32(-1),
            "arm": np.int32(-1),
            "has_order": False,
        }
    )
    visit = np.repeat(np.arange(len(visits)), DEFECTS.bot_events_per_day)
    gaps = rng.integers(20, 40, (len(visits), DEFECTS.bot_events_per_day))
    elapsed = np.cumsum(gaps, axis=1)
    kind = persons["kind"].to_numpy()[person[visit]]
    events = pd.DataFrame(
        {
            "time": visits["started"].to_numpy()[visit] + elapsed.ravel(),
            "step": np.int8(Step.VIEW),
            "person": person[visit],
            "is_known": True,
            "visit": (next_visit + visit).astype(np.int32),
            "has_session": True,
            "duration": (elapsed[:, -1] - elapsed[:, 0])[visit],
            "product": catalogue.draw(rng, kind),
            "page": np.int8(PRODUCT),
            "order": -1,
            "quantity": np.int8(-1),
        }
    )
    return visits, events


def share_session_ids(rng: np.random.Generator, visits: pd.DataFrame) -> np.ndarray:
    """Return a session number for each visit of a chunk; some go to two customers.

    The two visits follow each other in time, are known from the start and hold no order.
    """
    person = visits["person"].to_numpy()
    is_plain = ((visits["login"] == 0) & ~visits["has_order"]).to_numpy()
    candidates = np.flatnonzero((person[1:] != person[:-1]) & is_plain[1:] & is_plain[:-1])
    taken = rng.choice(candidates, DEFECTS.shared_session_ids, replace=False)
    session = np.arange(len(visits))
    session[taken + 1] = session[taken]
    return session


def plant_row_defects(
    rng: np.random.Generator, events: pd.DataFrame, persons: int, is_first_chunk: bool
) -> pd.DataFrame:
    """Bring the events into time order and plant the faults of single rows.

    Returns:
        The events with `number` (exact repeats share it), `load_day` (days after the first date)
        and `bad_time` (position in `BAD_TIMES`, -1 for a good timestamp).

    """
    bad_times = np.arange(len(BAD_TIMES) * is_first_chunk, dtype=np.int8)
    counts = (
        int(DEFECTS.exact_repeat_share * persons),
        int(DEFECTS.late_arrival_share * persons),
        len(bad_times),
        DEFECTS.rows_without_ids * is_first_chunk,
    )
    chosen = rng.choice(len(events), sum(counts), replace=False)
    repeated, late, mistimed, nobody = np.split(chosen, np.cumsum(counts)[:-1])

    load_day = (events["time"].to_numpy() - CALENDAR.start) // DAY + 1
    load_day[late] += rng.integers(*DEFECTS.late_days, len(late), endpoint=True)
    events = events.assign(load_day=load_day.astype(np.int32), bad_time=np.int8(-1))
    events = pd.concat(
        [
            events,
            events.iloc[mistimed].assign(bad_time=bad_times),
            events.iloc[nobody].assign(is_known=False, visit=np.int32(-1), has_session=False),
        ]
    )
    times = np.ones(len(events), dtype=np.int64)
    times[repeated] = 2
    order = np.argsort(events["time"].to_numpy(), kind="stable")
    order = np.repeat(order, times[order])
    number = np.cumsum(np.diff(order, prepend=-1) != 0)
    return events.take(order).assign(number=number)


# --------------------------------------------------------------------------------------------------
# Tables
# --------------------------------------------------------------------------------------------------

# Numbers in event, session and order ids of one chunk start at this multiple of the chunk.
ID_STRIDE = 10_000_000


def _labels(prefix: str, numbers: np.ndarray) -> pa.Array:
    """Return ids: the prefix and a number."""
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")


def _coded(codes: np.ndarray, labels: Sequence[str] | pa.Array) -> pa.DictionaryArray:
    """Return the labels at these positions; null for negative ones."""
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(labels))


def _positive(values: np.ndarray) -> pa.Array:
    """Return integers; null for negative ones."""
    return pa.array(values, pa.int32(), mask=values < 0)


def _time_text(seconds: np.ndarray) -> pa.Array:
    """Return 'YYYY-MM-DD HH:MM:SS' of seconds since 1970."""
    return pa.array(seconds, pa.timestamp("s")).cast(pa.string())


def customers_table(persons: pd.DataFrame) -> pa.Table:
    """Return the customers file: the persons who signed up."""
    persons = persons[persons["is_identified"]]
    country, state, city = zip(*PLACES, strict=True)
    place = persons["place"].to_numpy()
    columns = [
        _labels("c", persons["number"].to_numpy()),
        _coded(persons["gender"].to_numpy(), tuple(GENDERS)),
        _positive(persons["age"].to_numpy()),
        _positive(persons["salary"].to_numpy()),
        pa.array(country).take(pa.array(place)),
        pa.array(state).take(pa.array(place)),
        pa.array(city).take(pa.array(place)),
        _time_text(persons["signed_up"].to_numpy()),
    ]
    return pa.table(columns, names=CUSTOMER_COLUMNS)


def events_table(
    events: pd.DataFrame,
    visits: pd.DataFrame,
    persons: pd.DataFrame,
    catalogue: Catalogue,
    chunk: int,
) -> pa.Table:
    """Return the events file of a chunk from its frames."""
    column = {name: events[name].to_numpy() for name in events}
    base = chunk * ID_STRIDE + 1
    visit = column["visit"]
    has_visit = visit >= 0

    def of_visit(name: str) -> np.ndarray:
        return np.where(has_visit, visits[name].to_numpy()[visit], -1)

    numbers = persons["number"].to_numpy()
    session = np.where(column["has_session"], of_visit("session"), -1)
    order_count = np.cumsum(visits["has_order"].to_numpy())
    order = np.where(column["order"] < 0, -1, order_count[column["order"]] - 1)
    event_type = np.array([EVENT_TYPES.index(name) for name in STEP_EVENT_TYPES])
    bad_time = column["bad_time"]
    load_days = np.arange(int(column["load_day"].max()) + 1)
    timestamp = pc.replace_with_mask(
        _time_text(column["time"]),
        pa.array(bad_time >= 0),
        pa.array(BAD_TIMES, pa.string()).take(pa.array(bad_time[bad_time >= 0])),
    )
    columns = [
        _labels("e", base - 1 + column["number"]),
        timestamp,
        _coded(np.where(column["is_known"], column["person"], -1), _labels("c", numbers)),
        _coded(session, _labels("s", base + np.arange(len(visits)))),
        _coded(event_type[column["step"]], EVENT_TYPES),
        _coded(column["product"], catalogue.table["product_id"].combine_chunks()),
        _coded(of_visit("device_type"), tuple(DEVICE_TYPES)),
        _coded(of_visit("channel"), tuple(CHANNELS)),
        _coded(of_visit("campaign"), CAMPAIGNS),
        _coded(column["page"], PAGES),
        _positive(np.where(session < 0, -1, column["duration"])),
        _coded(of_visit("arm"), SHOP.experiment.arms),
        _coded(of_visit("device"), _labels("d", 2 * numbers[0] - 1 + np.arange(2 * len(persons)))),
        _coded(order, _labels("o", base + np.arange(order_count[-1]))),
        _positive(column["quantity"]),
        _coded(column["load_day"], _time_text(CALENDAR.start + load_days * DAY + 2 * 3_600)),
    ]
    return pa.table(columns, names=EVENT_COLUMNS)


def make_chunk(run: Run, chunk: int, catalogue: Catalogue) -> tuple[pa.Table, pa.Table]:
    """Return the customers and the events of one chunk of persons."""
    persons = make_persons(run, chunk)
    rng = run.stream("events", chunk)
    visits = make_visits(rng, persons)
    activity = make_activity(rng, catalogue, persons, visits)
    session = share_session_ids(rng, visits)
    bot_visits, bot_events = make_bot(rng, catalogue, persons, len(visits))
    visits = pd.concat([visits, bot_visits], ignore_index=True)
    visits["session"] = np.append(session, np.arange(len(session), len(visits)))
    events = pd.concat([activity, make_refunds(rng, activity), bot_events], ignore_index=True)
    events = events[events["time"] < CALENDAR.end]
    events = plant_row_defects(rng, events, len(persons), is_first_chunk=chunk == 0)
    return customers_table(persons), events_table(events, visits, persons, catalogue, chunk)


# --------------------------------------------------------------------------------------------------
# Files
# --------------------------------------------------------------------------------------------------


def generate(
    out: Path,
    *,
    events: int = DEMO_EVENTS,
    seed: int = DEMO_SEED,
    file_format: Literal["csv", "parquet"] = "csv",
    workers: int = 2,
) -> None:
    """Write a demo shop of about `events` events.

    CSV gives `demo_events.csv`, `demo_customers.csv` and `demo_products.csv`, replacing earlier
    ones. Parquet gives `events-00000.parquet` and so on, `customers.parquet` and
    `products.parquet`. Same arguments, same bytes.

    Args:
        out: Folder to write to; created when missing.
        events: Size of the shop, within a few percent; 2,000 or more.
        seed: Seed of every draw.
        file_format: "csv" or "parquet".
        workers: Threads that simulate and write Parquet parts; each needs about half a gigabyte.

    Raises:
        FileExistsError: If the folder already holds Parquet parts: two runs must not mix.
        ValueError: If `events` or `seed` is out of range.

    """
    run = Run(events, seed)
    out.mkdir(parents=True, exist_ok=True)
    catalogue = make_catalogue(run)
    if file_format == "csv":
        _write_csv(out, run, catalogue)
    else:
        _write_parquet(out, run, catalogue, workers)


def _write_csv(out: Path, run: Run, catalogue: Catalogue) -> None:
    """Write the three CSV files, one chunk after the other."""
    # No value holds a comma, a quote or a line end; Arrow would quote every text otherwise.
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")
    columns = {"products": PRODUCT_COLUMNS, "customers": CUSTOMER_COLUMNS, "events": EVENT_COLUMNS}
    paths = {name: out / f"demo_{name}.csv" for name in columns}
    for name, path in paths.items():
        path.write_bytes((",".join(columns[name]) + "\n").encode())

    def append(name: str, table: pa.Table) -> None:
        with paths[name].open("ab") as file:
            pyarrow.csv.write_csv(table, file, options)

    append("products", catalogue.table)
    for chunk in range(len(run.chunk_sizes)):
        customers, events = make_chunk(run, chunk, catalogue)
        append("customers", customers)
        append("events", events)


def _write_parquet(out: Path, run: Run, catalogue: Catalogue, workers: int) -> None:
    """Write one part of events per chunk, several at a time, and the two small files."""
    if any(out.glob("events-*.parquet")):
        raise FileExistsError(f"{out} already holds events-*.parquet: choose another folder")

    def write_part(chunk: int) -> pa.Table:
        customers, events = make_chunk(run, chunk, catalogue)
        pyarrow.parquet.write_table(
            events, out / f"events-{chunk:05}.parquet", compression="zstd", compression_level=1
        )
        return customers

    pyarrow.parquet.write_table(catalogue.table, out / "products.parquet", compression="zstd")
    with ThreadPoolExecutor(workers) as pool:
        parts = pool.map(write_part, range(len(run.chunk_sizes)))
        _write_parts(out / "customers.parquet", parts)


def _write_parts(path: Path, parts: Iterator[pa.Table]) -> None:
    """Write tables of one schema to one Parquet file as they come."""
    first = next(parts)
    with pyarrow.parquet.ParquetWriter(path, first.schema, compression="zstd") as writer:
        writer.write_table(first)
        for part in parts:
            writer.write_table(part)


# --------------------------------------------------------------------------------------------------
# The truth
# --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Truth:
    """What no warehouse can see: the latent state behind a generated shop.

    Attributes:
        customers: One row per customer of the customers file: `customer_id`, `latent_type`,
            `is_bot`, `is_crossover`, `experiment_group` (the assigned arm), `visits_per_day`,
            `churn_per_day`, `order_probability` (per visit, outside the experiment),
            `order_value` (expected revenue of an order before refunds), `active_from` and
            `churned_at` (NaT: later than the shop's calendar).
        effects: The planted experiment, see `experiment_effects`.

    """

    customers: pd.DataFrame
    effects: pd.DataFrame


def truth(*, events: int = DEMO_EVENTS, seed: int = DEMO_SEED) -> Truth:
    """Return the truth behind `generate` with the same arguments; no event is simulated."""
    run = Run(events, seed)
    order_value = make_catalogue(run).order_value
    chunks = range(len(run.chunk_sizes))
    persons = pd.concat([make_persons(run, chunk) for chunk in chunks], ignore_index=True)
    persons["order_value"] = order_value[persons["kind"]]
    known = persons[persons["is_identified"]]

    def moments(busy: pd.Series) -> pd.Series:
        return pd.to_datetime(pd.Series(CALENDAR.wall(busy), busy.index), unit="s")

    customers = pd.DataFrame(
        {
            "customer_id": "c" + known["number"].astype(str),
            "latent_type": _of_types("name")[known["kind"]],
            "is_bot": known["is_bot"],
            "is_crossover": known["is_crossover"],
            "experiment_group": np.array(SHOP.experiment.arms)[known["arm"]],
            "visits_per_day": known["visits_per_day"],
            "churn_per_day": known["churn_per_day"],
            "order_probability": known["order_probability"],
            "order_value": known["order_value"],
            "active_from": moments(known["active_from"]),
            "churned_at": moments(known["churned"].where(known["churned"] < CALENDAR.horizon)),
        }
    )
    return Truth(customers.reset_index(drop=True), experiment_effects(persons))


def _chance_before_churn(rate: np.ndarray, churn: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Return the chance of at least one event of this rate within `days` and before churn."""
    return rate / (rate + churn) * -np.expm1(-(rate + churn) * days)


def experiment_effects(persons: pd.DataFrame) -> pd.DataFrame:
    """Return what each arm would expect if everybody who can be exposed were in it.

    A person is exposed by a first visit while the experiment runs and converts by ordering in it.
    Given who is still alive on the first day and who arrives later, visits, orders and churn are
    averaged out: P(convert | exposed) is P(order) / P(visit), both in closed form.

    Args:
        persons: As `make_persons` returns them, with `order_value`.

    Returns:
        One row per `population` ("identified": customers; "everyone": with the visitors who never
        sign up) and `experiment_group`: `exposed` (expected persons), `customer_conversion_rate`,
        `orders_per_customer`, `revenue_per_customer` (before refunds), and the absolute and
        relative difference of conversion and revenue from control.

    """
    experiment = SHOP.experiment
    first = CALENDAR.days_from_start(experiment.first_day)
    last = CALENDAR.days_from_start(experiment.first_day + experiment.days)
    persons = persons[(persons["churned"] > first) & (persons["active_from"] < last)]
    arrives = (~persons["is_returning"] & (persons["active_from"] >= first)).to_numpy()
    days = last - np.maximum(persons["active_from"].to_numpy(), first)
    visits = persons["visits_per_day"].to_numpy()
    churn = persons["churn_per_day"].to_numpy()
    exposed = np.where(arrives, 1.0, _chance_before_churn(visits, churn, days))
    expected_visits = arrives + visits * -np.expm1(-churn * days) / churn

    rows = []
    for population, counted in (
        ("identified", persons["is_identified"].to_numpy()),
        ("everyone", np.ones(len(persons), dtype=bool)),
    ):
        for arm, name in enumerate(experiment.arms):
            chance = lifted(persons["order_probability"].to_numpy(), arm)
            later = _chance_before_churn(visits * chance, churn, days)
            converts = np.where(arrives, chance + (1 - chance) * later, later)
            orders = expected_visits * chance
            revenue = orders * persons["order_value"].to_numpy()
            total = exposed[counted].sum()
            rows.append(
                {
                    "population": population,
                    "experiment_group": name,
                    "exposed": total,
                    "customer_conversion_rate": converts[counted].sum() / total,
                    "orders_per_customer": orders[counted].sum() / total,
                    "revenue_per_customer": revenue[counted].sum() / total,
                }
            )
    effects = pd.DataFrame(rows)
    for metric, name in (
        ("customer_conversion_rate", "conversion"),
        ("revenue_per_customer", "revenue"),
    ):
        control = effects.groupby("population")[metric].transform("first")
        effects[f"{name}_effect_absolute"] = effects[metric] - control
        effects[f"{name}_effect_relative"] = effects[metric] / control - 1
    return effects


def true_purchase_probability(
    customers: pd.DataFrame,
    as_of: datetime | pd.Timestamp,
    horizon_days: int = 30,
    last_seen_at: pd.Series | None = None,
) -> pd.Series:
    """Return each customer's chance of an order in the `horizon_days` after `as_of`.

    Without `last_seen_at` the answer knows who is still alive: an oracle no model can match. With
    it, the answer knows every rate but has to infer life from the silence since the last visit, as
    P(alive) = 1 / (1 + churn / (visits + churn) x (exp((visits + churn) x silence) - 1)): the
    ceiling for a model, which has to estimate the rates as well.

    Args:
        customers: `Truth.customers`, or some of its rows.
        as_of: The moment of the prediction, UTC without a zone.
        horizon_days: Days to look ahead.
        last_seen_at: The last visit up to `as_of` of each customer, aligned with `customers`; NaT
            for none.

    Returns:
        Probabilities, aligned with `customers`; NaN for customers who had not arrived yet.

    """

    def busy(moments: pd.Series | datetime) -> np.ndarray:
        since = pd.to_datetime(moments) - pd.Timestamp(0)
        return CALENDAR.busy(np.asarray(since / pd.Timedelta(seconds=1), dtype=float))

    visits = customers["visits_per_day"].to_numpy()
    churn = customers["churn_per_day"].to_numpy()
    start = float(busy(as_of))
    end = float(busy(as_of + timedelta(days=horizon_days)))
    experiment = SHOP.experiment
    first = CALENDAR.days_from_start(experiment.first_day)
    last = CALENDAR.days_from_start(experiment.first_day + experiment.days)
    arm = pd.Index(experiment.arms).get_indexer(customers["experiment_group"])
    usual = customers["order_probability"].to_numpy()

    survives_without_order = np.ones(len(customers))
    orders = np.zeros(len(customers))
    for begin, finish in pairwise(sorted({start, end, *np.clip([first, last], start, end)})):
        chance = lifted(usual, arm) if first <= begin < last else usual
        rate = visits * chance
        orders += survives_without_order * _chance_before_churn(rate, churn, finish - begin)
        survives_without_order *= np.exp(-(rate + churn) * (finish - begin))

    if last_seen_at is None:
        alive = ~(customers["churned_at"] <= as_of).to_numpy()
    else:
        seen = last_seen_at.fillna(customers["active_from"])
        growth = np.expm1((visits + churn) * (start - busy(seen)))
        alive = 1 / (1 + churn / (visits + churn) * growth)
    has_arrived = (customers["active_from"] <= as_of).to_numpy()
    return pd.Series(np.where(has_arrived, orders * alive, np.nan), index=customers.index)


def defect_counts(*, events: int = DEMO_EVENTS) -> dict[str, int]:
    """Return how many rows of each fault `generate` plants at this size.

    Raw row counts: of `exact_repeat`, one row of each pair is too many; `late_arrival` rows are
    good rows that come late; `unparseable_time`, `future_time` and `no_identity` rows are extra
    rows, to be rejected; `bot_event` rows are the bot's, besides the customer's own few.
    `shared_session` counts session ids and the `product_` faults count products.
    """
    sizes = Run(events).chunk_sizes
    return {
        "exact_repeat": sum(int(DEFECTS.exact_repeat_share * size) for size in sizes),
        "late_arrival": sum(int(DEFECTS.late_arrival_share * size) for size in sizes),
        "unparseable_time": len(DEFECTS.unparseable_times),
        "future_time": len(DEFECTS.future_times),
        "no_identity": DEFECTS.rows_without_ids,
        "bot_event": DEFECTS.bot_events_per_day * len(DEFECTS.bot_days),
        "shared_session": DEFECTS.shared_session_ids * len(sizes),
        "product_without_brand": DEFECTS.products_without_brand,
        "product_without_category": DEFECTS.products_without_category,
        "product_without_price": DEFECTS.products_without_price,
    }
