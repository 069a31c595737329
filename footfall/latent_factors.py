"""Latent factors of customers: implicit-feedback matrix factorisation by alternating least squares.

Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008. The
product factors are learned from a sample of the visitors; every customer's factors are then a sum
over its products, which SQL computes. Rows with equally many products are solved together, on one
thread, so that the result does not depend on the number of threads.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from footfall.frames import require_columns

# How much each view or purchase adds to the confidence that the customer is interested, and how
# strongly factors are pulled towards 0. With these values the factors rank held-out views of REES46
# and purchases of Online Retail better than popularity does (not those of the generated shop); a
# weaker pull overfits.
CONFIDENCE_WEIGHT = 1.0
REGULARISATION = 20.0
SWEEPS = 5
BLOCK_VALUES = 4_000_000
DECIMALS = 8


def factors_by_family(definitions: pd.DataFrame) -> dict[str, int]:
    """Count the factors of each family among the features of seed customer_feature_definitions.

    Args:
        definitions: one row per feature, with `feature_name` (`view_latent_factor0`) and `kind`.

    """
    names = definitions.loc[definitions["kind"] == "latent_factor", "feature_name"]
    return names.str.rstrip("0123456789").value_counts().sort_index().to_dict()


def product_latent_factors(
    sample: pd.DataFrame, families: Mapping[str, int], *, seed: int
) -> pd.DataFrame:
    """Learn what each product adds to the factors of a customer, by kind of event.

    A customer's factors are the sum over its products of confidence (1 + CONFIDENCE_WEIGHT * count)
    times what the product adds.

    Args:
        sample: one row per kind of event, visitor and product, with `kind`, `visitor_id`,
            `product_id` and how often as `event_count`, above 0.
        families: number of factors by family, which is named `<kind>_latent_factor`.
        seed: of the starting values.

    Returns:
        `product_id` and `<family>0`, `<family>1` ..., without unit, between -1 and 1, sorted by
        product_id: one row per product of the sample. A product without an event of a family's kind
        adds 0.

    Raises:
        ValueError: a missing column of `sample`.

    """
    require_columns(sample, "sample", ["kind", "visitor_id", "product_id", "event_count"])
    learned = []
    for family, rank in families.items():
        counts = sample[sample["kind"] == family.removesuffix("_latent_factor")]
        visitor_codes, visitors = pd.factorize(counts["visitor_id"], sort=True)
        product_codes, products = pd.factorize(counts["product_id"], sort=True)
        matrix = csr_array(
            (counts["event_count"].to_numpy("float64"), (visitor_codes, product_codes)),
            shape=(len(visitors), len(products)),
        )
        added = projection(learn(matrix, rank, seed=seed)).round(DECIMALS)
        names = [f"{family}{number}" for number in range(rank)]
        learned.append(pd.DataFrame(added, index=products, columns=names))
    known = pd.concat(learned, axis="columns").sort_index().fillna(0.0)
    return known.rename_axis("product_id").reset_index()


def fingerprint(sample: pd.DataFrame, families: Mapping[str, int], *, seed: int) -> str:
    """Return a text that is another one for other rows, whatever their order, or other code."""
    rows = pd.util.hash_pandas_object(sample, index=False).sum()
    code = Path(__file__).read_bytes()
    return hashlib.md5(
        repr((len(sample), int(rows), dict(families), seed, np.__version__, code)).encode()
    ).hexdigest()


@threadpool_limits.wrap(limits=1)
def learn(counts: csr_array, rank: int, *, seed: int) -> np.ndarray:
    """Factors of the columns (products) of counts (n, m): shape (m, rank).

    The factors of an optimum can be rotated at will; here they lie along the principal axes of the
    products' factors, the strongest first, each pointing to where its strongest product lies. So
    factor k means the same from run to run.
    """
    if counts.nnz == 0:
        return np.zeros((counts.shape[1], rank))
    products = np.random.default_rng(seed).normal(scale=0.1, size=(counts.shape[1], rank))
    transposed = counts.T.tocsr()
    for _ in range(SWEEPS):
        products = solve_rows(transposed, solve_rows(counts, products))
    return _principal_axes(products)


@threadpool_limits.wrap(limits=1)
def projection(products: np.ndarray) -> np.ndarray:
    """Return what products add to a customer's factors, given their own factors (m, rank).

    solve_rows without Y'DY, its one term that is not a sum over the customer's products. Of a few
    products it is small beside G; of many, they agree on the direction and differ in length.
    No value reaches 1: a row y of products gives G^-1 y, and |G^-1 y|**2 < 1 / REGULARISATION.
    """
    return np.linalg.solve(_gram(products), products.T).T


def solve_rows(counts: csr_array, others: np.ndarray) -> np.ndarray:
    """Factors (n, rank) of the rows of counts (n, m) that fit best, given others (m, rank).

    Minimises, for a row x with confidences c = 1 + CONFIDENCE_WEIGHT * count,
    sum(c * (preference - others @ x) ** 2) + REGULARISATION * |x|**2, where preference is 1 for a
    count above 0, else 0. That is x = (G + Y'DY)^-1 Y'c, with Y the others of the row's products,
    D = diag(c - 1) and G = others'others + REGULARISATION * I. For fewer products than the rank it
    is cheaper as x = G^-1 Y'(I + DYG^-1Y')^-1 c, one equation per product.
    """
    rank = others.shape[1]
    gram = _gram(others)
    projected = projection(others)
    factors = np.zeros((counts.shape[0], rank))
    for rows, columns, values in _blocks_of_equal_length(counts, rank):
        extra = CONFIDENCE_WEIGHT * values[:, :, None]
        chosen = others[columns]
        if columns.shape[1] < rank:
            system = extra * (chosen @ projected[columns].transpose(0, 2, 1))
            system += np.eye(columns.shape[1])
            weights = np.linalg.solve(system, 1 + extra)
            solved = projected[columns].transpose(0, 2, 1) @ weights
        else:
            system = gram + (extra * chosen).transpose(0, 2, 1) @ chosen
            solved = np.linalg.solve(system, chosen.transpose(0, 2, 1) @ (1 + extra))
        factors[rows] = solved[:, :, 0]
    return factors


def _gram(others: np.ndarray) -> np.ndarray:
    return others.T @ others + REGULARISATION * np.eye(others.shape[1])


def _blocks_of_equal_length(
    counts: csr_array, rank: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield row numbers (r,), column numbers (r, n) and values (r, n) of rows with n values each.

    Empty rows are left out. A block is at most about BLOCK_VALUES numbers large once each value
    has `rank` factors.
    """
    lengths = np.diff(counts.indptr)
    ordered = np.argsort(lengths, kind="stable")
    bounds = np.flatnonzero(np.diff(lengths[ordered])) + 1
    for group in np.split(ordered, bounds):
        length = lengths[group[0]]
        if length == 0:
            continue
        size = max(1, BLOCK_VALUES // (int(length) * rank))
        for start in range(0, len(group), size):
            rows = group[start : start + size]
            places = counts.indptr[rows][:, None] + np.arange(length)
            yield rows, counts.indices[places], counts.data[places]


def _principal_axes(factors: np.ndarray) -> np.ndarray:
    """Rotate factors (m, rank) to their principal axes, the strongest first."""
    _, axes = np.linalg.eigh(factors.T @ factors)
    rotated = factors @ axes[:, ::-1]
    strongest = np.abs(rotated).argmax(axis=0)
    return rotated * np.where(rotated[strongest, np.arange(rotated.shape[1])] < 0, -1, 1)
