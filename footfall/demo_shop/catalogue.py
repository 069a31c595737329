"""The products, their prices, and who looks at which."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from footfall.demo_shop.arrow_columns import coded, labels
from footfall.demo_shop.run import Run, of_types
from footfall.demo_shop.settings import DEFECTS, SHOP
from footfall.demo_shop.vocabulary import BRANDS, CATEGORIES, PRODUCT_COLUMNS


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
        return self.choice @ self.unit_price * quantity * of_types("lines_per_order")

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
    taste = np.log(price) - np.log(of_types("preferred_price"))[:, None]
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
            labels("p", np.arange(1, count + 1)),
            pa.array(names),
            coded(category, tuple(CATEGORIES)),
            coded(brand, BRANDS),
            pa.array([f"{amount:.2f}" for amount in price]),
            pa.array([f"{amount:.2f}" for amount in cost]),
        ],
        names=PRODUCT_COLUMNS,
    )
    return Catalogue(table, price, choice)
