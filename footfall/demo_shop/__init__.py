"""The demo shop: raw tracking data of any size whose truth is known.

Every person belongs to a latent type and lives by four numbers: a visit rate, a chance of ordering
per visit, a taste in prices and a churn hazard. Visits are a Poisson process that ends at an
exponential time (the Pareto/NBD family: Schmittlein, Morrison and Colombo, 1987), and an order is a
coin flip per visit. So the chance that a customer orders again, and the effect of the planted
experiment, have closed forms: `truth`, `true_purchase_probability` and `experiment_effects`
compute them without looking at a single generated event.

Persons are simulated in chunks of at most `run.CHUNK_PERSONS`, each from its own random stream, so
memory stays bounded and the rows depend on the seed and the size only, never on the number of
workers. Each chunk covers the whole calendar and is in time order; so is each Parquet part, and a
CSV file of one chunk, as the demo's.

To read the code, begin with `settings`, `vocabulary` and `run`. Then follow a shop as it is made:
`catalogue`, `persons`, `visits`, `events`, `faults`, `chunk` and `files`. `true_values` computes
what is true of it.
"""

from __future__ import annotations

from footfall.demo_shop.catalogue import make_catalogue
from footfall.demo_shop.chunk import make_chunk
from footfall.demo_shop.faults import defect_counts
from footfall.demo_shop.files import generate
from footfall.demo_shop.run import CALENDAR, Run
from footfall.demo_shop.settings import DEFECTS, DEMO_EVENTS, DEMO_SEED, SHOP
from footfall.demo_shop.true_values import Truth, true_purchase_probability, truth
from footfall.demo_shop.vocabulary import (
    CUSTOMER_COLUMNS,
    EVENT_COLUMNS,
    EVENT_TYPES,
    PRODUCT_COLUMNS,
)

__all__ = [
    "CALENDAR",
    "CUSTOMER_COLUMNS",
    "DEFECTS",
    "DEMO_EVENTS",
    "DEMO_SEED",
    "EVENT_COLUMNS",
    "EVENT_TYPES",
    "PRODUCT_COLUMNS",
    "SHOP",
    "Run",
    "Truth",
    "defect_counts",
    "generate",
    "make_catalogue",
    "make_chunk",
    "true_purchase_probability",
    "truth",
]
