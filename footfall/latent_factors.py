"""Latent factors of customers: implicit-feedback matrix factorisation by alternating least squares.

Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008. The
product factors are learned from a sample of the customers; every customer's factors then follow
from them in closed form, some customers at a time. Rows with equally many products are solved
together, on one thread, so that the result does not depend on the number of threads.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from footfall.frames import require_columns

# How much each view or purchase adds to the confidence that the customer is interested, and how
# strongly factors are pulled towards 0. With these values the factors rank held-out views of the
# demo and of REES46 better than popularity does; a weaker pull overfits.
CONFIDENCE_WEIGHT = 1.0
REGULARISATION = 20.0
SWEEPS = 5
BLOCK_VALUES = 4_000_000
DECIMALS = 6


def factors_by_family(definitions: pd.DataFrame) -> dict[str, int]:
    """Count the factors of each family among the features of seed customer_feature_definitions.

    Args:
        definitions: one row per feature, with `feature_name` (`view_latent_factor0`) and `kind`.

    """
    names = definitions.loc[definitions["kind"] == "latent_factor", "feature_name"]
    return names.str.rstrip("0123456789").value_counts().sort_index().to_dict()


def product_latent_factors(
    sample: pd.DataFrame, families: Mapping[str, int], *, seed: int
) -> dict[str, pd.DataFrame]:
    """Learn the factors of products, one family of factors per kind of event.

    Args:
        sample: one row per kind of event, customer and product, with `kind`, `customer_id`,
            `product_id` and how often as `event_count`, above 0.
        families: number of factors by family, which is named `<kind>_latent_factor`.
        seed: of the starting values.

    Returns:
        For each family, the factors of the sample's products, without unit; the index is
        `product_id`, sorted.

    Raises:
        ValueError: a missing column of `sample`.

    """
    require_columns(sample, "sample", ["kind", "customer_id", "product_id", "event_count"])
    learned = {}
    for family, rank in families.items():
        counts = sample[sample["kind"] == _kind(family)]
        customer_codes, customers = pd.factorize(counts["customer_id"], sort=True)
        product_codes, products = pd.factorize(counts["product_id"], sort=True)
        matrix = csr_array(
            (counts["event_count"].to_numpy("float64"), (customer_codes, product_codes)),
            shape=(len(customers), len(products)),
        )
        learned[family] = pd.DataFrame(learn(matrix, rank, seed=seed), index=products)
    return learned


def customer_latent_factors(
    counts: pa.RecordBatchReader, products: Mapping[str, pd.DataFrame]
) -> pa.RecordBatchReader:
    """Describe each customer's taste by a few numbers, in batches of whole customers.

    Args:
        counts: one row per customer and product, sorted by both, with `customer_id`, `product_id`
            and, for each family `<kind>_latent_factor`, how often as `<kind>_count`.
        products: factors of products by family, from `product_latent_factors`. Products that are
            not among them are ignored.

    Returns:
        `customer_id` and `<family>0`, `<family>1` ..., sorted by customer_id, without unit. A
        family is null for a customer without an event of its kind.

    Raises:
        ValueError: a missing column of `counts`.

    """
    kinds = [f"{_kind(family)}_count" for family in products]
    delivered = counts.schema.empty_table().to_pandas()
    require_columns(delivered, "counts", ["customer_id", "product_id", *kinds])
    names = [f"{family}{number}" for family, known in products.items() for number in known.columns]
    factors = [pa.field(name, pa.float64()) for name in names]
    schema = pa.schema([counts.schema.field("customer_id"), *factors])
    described = (_describe(table, products, schema) for table in _whole_customers(counts))
    return pa.RecordBatchReader.from_batches(schema, described)


def _kind(family: str) -> str:
    return family.removesuffix("_latent_factor")


def _whole_customers(batches: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Yield the rows in other batches, so that all rows of a customer are in one of them."""
    rest = batches.schema.empty_table()
    for batch in batches:
        rows = pa.concat_tables([rest, pa.Table.from_batches([batch])])
        start = pc.index(rows["customer_id"], rows["customer_id"][-1]).as_py()
        if start:
            yield rows[:start]
        rest = rows[start:]
    if len(rest):
        yield rest


@threadpool_limits.wrap(limits=1)
def _describe(
    counts: pa.Table, products: Mapping[str, pd.DataFrame], schema: pa.Schema
) -> pa.RecordBatch:
    encoded = counts["customer_id"].combine_chunks().dictionary_encode()
    columns = [encoded.dictionary]
    for family, known in products.items():
        event_count = counts[f"{_kind(family)}_count"].to_numpy()
        product_ids = pa.array(known.index, type=counts.schema.field("product_id").type)
        product_codes = pc.index_in(counts["product_id"], value_set=product_ids)
        is_used = (event_count > 0) & product_codes.is_valid().to_numpy()
        matrix = csr_array(
            (
                event_count[is_used].astype("float64"),
                (encoded.indices.to_numpy()[is_used], product_codes.to_numpy()[is_used]),
            ),
            shape=(len(encoded.dictionary), len(known)),
        )
        factors = solve_rows(matrix, known.to_numpy()).round(DECIMALS)
        has_event = np.zeros(len(encoded.dictionary), dtype=bool)
        has_event[encoded.indices.to_numpy()[event_count > 0]] = True
        columns += [pa.array(column, mask=~has_event) for column in factors.T]
    return pa.record_batch(columns, schema=schema)


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
