"""Every parameter of the demo shop, and the faults planted in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

DEMO_SEED = 42
DEMO_EVENTS = 120_000


@dataclass(frozen=True)
class CustomerType:
    """One latent kind of person. Rates are means: every person varies around them.

    Attributes:
        name: What the truth calls the type.
        weight: Share of all persons, before `salary_pull` and `age_pull` shift it.
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

    Published statistics of REES46 shops: 90-94 % of their events are views, 5-6 % carts and 2-4 %
    purchases; a session holds two to five events; 3.4 % of sessions and 6.8 % of users buy; 72 % of
    users with a cart never do. The demo keeps this shape: views dominate, a
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
