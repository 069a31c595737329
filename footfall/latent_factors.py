"""Latent factors of customers: implicit-feedback matrix factorisation by alternating least squares.

Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008. The
product factors are learned from a sample of the customers; every customer's factors then follow
from them in closed form. Rows with equally many products are solved together, on one thread, so
that the result does not depend on the number of threads.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from footfall.experiments import require_columns

# What a repeat adds to the confidence in an interest, and the pull towards 0. With these, held-out
# views of the demo and of REES46 rank better than by popularity; a weaker pull overfits.
CONFIDENCE_WEIGHT = 1.0
REGULARISATION = 20.0
SWEEPS = 5
SAMPLE_SIZE = 50_000
BLOCK_VALUES = 4_000_000
DECIMALS = 6


def customer_latent_factors(
    counts: pd.DataFrame,
    families: Mapping[str, int],
    *,
    sample_size: int = SAMPLE_SIZE,
    seed: int,
) -> pd.DataFrame:
    """Describe each customer's taste by few numbers, one family of factors per kind of event.

    Args:
        counts: one row per customer and product, with `customer_id`, `product_id` (text, or
            categories of it, which take less memory) and, for each family
            `<kind>_latent_factor`, how often as `<kind>_count`.
        families: number of factors by family.
        sample_size: customers that the product factors are learned from.
        seed: of that sample and the starting values.

    Returns:
        `customer_id` and `<family>0`, `<family>1` ..., sorted by customer_id, without unit. A
        family is null for a customer without such an event: nothing tells of a taste.

    Raises:
        ValueError: a missing column of `counts`.

    """
    kinds = {family: f"{family.removesuffix('_latent_factor')}_count" for family in families}
    require_columns(counts, "counts", ["customer_id", "product_id", *kinds.values()])
    customer_codes, customers = _sorted_codes(counts["customer_id"])
    product_codes, products = _sorted_codes(counts["product_id"])
    happened = {family: counts[kind].to_numpy(dtype="float64") for family, kind in kinds.items()}
    # the caller's frame is the largest thing here, and makes room for the factors
    del counts
    parts = {"customer_id": customers}
    for family, rank in families.items():
        matrix = csr_array(
            (happened.pop(family), (customer_codes, product_codes)),
            shape=(len(customers), len(products)),
        )
        matrix.eliminate_zeros()
        is_known = np.diff(matrix.indptr) > 0
        factors = factorise(matrix[is_known], rank, sample_size=sample_size, seed=seed)
        for number in range(rank):
            column = np.full(len(customers), np.nan)
            column[is_known] = factors[:, number].round(DECIMALS)
            parts[f"{family}{number}"] = column
        # nor are these needed while the next family is learned
        del matrix, factors
    return pd.DataFrame(parts, copy=False)


def _sorted_codes(ids: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Return each id's place among the sorted distinct ids, and these."""
    categories = ids.astype("category").cat
    in_order = categories.categories.astype("str").argsort()
    places = np.empty(len(in_order), dtype="int32")
    places[in_order] = np.arange(len(in_order), dtype="int32")
    return places[categories.codes.to_numpy()], categories.categories.astype("str")[in_order]


def factorise(
    counts: csr_array, rank: int, *, sample_size: int = SAMPLE_SIZE, seed: int
) -> np.ndarray:
    """Factors of the rows (customers) of counts (n, m): shape (n, rank).

    The factors of an optimum can be rotated at will; here they lie along the principal axes of the
    products' factors, the strongest first, each pointing to where its strongest product lies. So
    factor k means the same from run to run.
    """
    if counts.nnz == 0:
        return np.zeros((counts.shape[0], rank))
    rng = np.random.default_rng(seed)
    rows = rng.choice(counts.shape[0], size=min(sample_size, counts.shape[0]), replace=False)
    sample = counts[np.sort(rows)]
    products = rng.normal(scale=0.1, size=(counts.shape[1], rank))
    with threadpool_limits(limits=1):
        transposed = sample.T.tocsr()
        for _ in range(SWEEPS):
            products = solve_rows(transposed, solve_rows(sample, products))
        return solve_rows(counts, _principal_axes(products))


def solve_rows(counts: csr_array, others: np.ndarray) -> np.ndarray:
    """Factors (n, rank) of the rows of counts (n, m) that fit best, given others (m, rank).

    Minimises, for a row x with confidences c = 1 + CONFIDENCE_WEIGHT * count,
    sum(c * (preference - others @ x) ** 2) + REGULARISATION * |x|**2, where preference is 1 for a
    count above 0, else 0. That is x = (G + Y'DY)^-1 Y'c, with Y the others of the row's products,
    D = diag(c - 1) and G = others'others + REGULARISATION * I. For fewer products than the rank it
    is cheaper as x = G^-1 Y'(I + DYG^-1Y')^-1 c, one equation per product.
    """
    rank = others.shape[1]
    gram = others.T @ others + REGULARISATION * np.eye(rank)
    projected = np.linalg.solve(gram, others.T).T
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
