import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from footfall import latent_factors
from footfall.latent_factors import (
    CONFIDENCE_WEIGHT,
    REGULARISATION,
    customer_latent_factors,
    learn,
    product_latent_factors,
    solve_rows,
)

FAMILIES = {"view_latent_factor": 4, "purchase_latent_factor": 2}


def random_counts(customers=200, products=60, density=0.15, seed=0) -> csr_array:
    """Counts with rows of every length: no product, fewer products than factors, and more."""
    rng = np.random.default_rng(seed)
    shares = np.linspace(0, 2 * density, customers)[:, None]
    happened = rng.random((customers, products)) < shares
    return csr_array(np.where(happened, 1 + rng.poisson(1, happened.shape), 0).astype(float))


def planted_counts(seed=3) -> np.ndarray:
    """Four tastes, each a few of 120 products; 2,000 customers who mostly follow one of them."""
    rng = np.random.default_rng(seed)
    tastes = rng.dirichlet(np.full(4, 0.1), 2_000)
    products = rng.dirichlet(np.full(120, 0.2), 4)
    return np.vstack([rng.multinomial(15, chances) for chances in tastes @ products]).astype(float)


def naive_factors(counts: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The normal equations of the paper (equation 4), one row after the other."""
    rows = []
    for row in counts:
        confidence = np.diag(1 + CONFIDENCE_WEIGHT * row)
        matrix = others.T @ confidence @ others + REGULARISATION * np.eye(others.shape[1])
        rows.append(np.linalg.inv(matrix) @ others.T @ confidence @ (row > 0))
    return np.array(rows)


def loss(counts: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> float:
    """What alternating least squares minimises (equation 3 of the paper)."""
    error = (1 + CONFIDENCE_WEIGHT * counts) * ((counts > 0) - rows @ columns.T) ** 2
    return error.sum() + REGULARISATION * ((rows**2).sum() + (columns**2).sum())


@pytest.mark.parametrize("rank", [1, 8, 41])
@pytest.mark.parametrize("block_values", [1, latent_factors.BLOCK_VALUES])
def test_rows_solve_the_normal_equations(monkeypatch, rank, block_values):
    monkeypatch.setattr(latent_factors, "BLOCK_VALUES", block_values)
    counts = random_counts()
    others = np.random.default_rng(1).normal(size=(counts.shape[1], rank))
    expected = naive_factors(counts.toarray(), others)
    np.testing.assert_allclose(solve_rows(counts, others), expected, rtol=1e-8, atol=1e-10)


def test_the_loss_falls_every_half_sweep():
    counts = random_counts()
    products = np.random.default_rng(1).normal(size=(counts.shape[1], 8))
    customers, losses = np.zeros((counts.shape[0], 8)), []
    for _ in range(10):
        customers = solve_rows(counts, products)
        losses.append(loss(counts.toarray(), customers, products))
        products = solve_rows(counts.T.tocsr(), customers)
        losses.append(loss(counts.toarray(), customers, products))
    assert (np.diff(losses) < 0).all()


def test_planted_tastes_are_found_better_than_by_popularity():
    counts = planted_counts()
    rng = np.random.default_rng(0)
    is_hidden = (counts > 0) & (rng.random(counts.shape) < 0.2)
    seen = np.where(is_hidden, 0, counts)
    products = learn(csr_array(seen), 8, seed=1)
    customers = solve_rows(csr_array(seen), products)

    def mean_rank(scores):
        """Mean rank of the hidden products among those not seen: 0 is first, 0.5 is chance."""
        ranks = [
            np.mean([(row[~known] > row[product]).mean() for product in np.flatnonzero(hidden)])
            for row, known, hidden in zip(scores, seen > 0, is_hidden, strict=True)
            if hidden.any()
        ]
        return np.mean(ranks)

    by_popularity = mean_rank(np.broadcast_to((seen > 0).sum(axis=0), seen.shape))
    assert mean_rank(customers @ products.T) < 0.7 * by_popularity


def test_factors_are_ordered_and_signed():
    counts = csr_array(planted_counts())
    products = learn(counts, 6, seed=1)
    again = learn(counts, 6, seed=2)
    strength = np.linalg.norm(products, axis=0)
    assert (np.diff(strength) < 0).all()
    assert (products[np.abs(products).argmax(axis=0), range(6)] > 0).all()
    # another start ends in the same optimum, so in the same axes
    customers, same = solve_rows(counts, products), solve_rows(counts, again)
    np.testing.assert_allclose(customers[:, :4], same[:, :4], atol=0.05)


def test_a_sample_of_customers_teaches_the_same_tastes():
    counts = planted_counts()
    rows = np.random.default_rng(0).choice(len(counts), 1_000, replace=False)
    learned = [learn(csr_array(some), 4, seed=1) for some in (counts, counts[rows])]
    # an axis points to its strongest product, and the sample may have another one
    strongest = np.abs(learned[0]).argmax(axis=0)
    signs = np.sign(learned[1][strongest, range(4)])
    whole, sampled = (solve_rows(csr_array(counts), products) for products in learned)
    correlations = [np.corrcoef(whole[:, k], signs[k] * sampled[:, k])[0, 1] for k in range(4)]
    assert min(correlations) > 0.9


def count_frame() -> pd.DataFrame:
    rows, columns = random_counts(80, 30).nonzero()
    rng = np.random.default_rng(2)
    return pd.DataFrame(
        {
            "customer_id": [f"c{row}" for row in rows],
            "product_id": [f"p{column}" for column in columns],
            "view_count": rng.integers(0, 4, len(rows)),
            "purchase_count": rng.integers(0, 2, len(rows)),
        }
    )


def sample_of(counts: pd.DataFrame) -> pd.DataFrame:
    """Every row, as the sample from which the products' factors are learned."""
    kinds = [
        counts.loc[counts[f"{kind}_count"] > 0, ["customer_id", "product_id"]].assign(
            kind=kind, event_count=counts[f"{kind}_count"]
        )
        for kind in ("view", "purchase")
    ]
    return pd.concat(kinds)


def described(counts: pd.DataFrame, products: dict | None = None, rows: int = 50) -> pd.DataFrame:
    """Every customer's factors, from batches of so many rows."""
    if products is None:
        products = product_latent_factors(sample_of(counts), FAMILIES, seed=1)
    in_order = counts.sort_values(["customer_id", "product_id"])
    table = pa.Table.from_pandas(in_order, preserve_index=False)
    batches = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(rows))
    return customer_latent_factors(batches, products).read_all().to_pandas()


def test_customers_without_such_an_event_have_no_factors():
    counts = count_frame()
    counts.loc[counts["customer_id"] == "c70", "view_count"] = 0
    counts.loc[counts["customer_id"] == "c70", "purchase_count"] = 1
    counts.loc[counts["customer_id"] == "c71", "purchase_count"] = 0
    found = described(counts).set_index("customer_id")
    assert found.columns.tolist() == [
        *(f"view_latent_factor{number}" for number in range(4)),
        *(f"purchase_latent_factor{number}" for number in range(2)),
    ]
    assert found.index.tolist() == sorted(counts["customer_id"].unique())
    assert found.loc["c70"].isna().tolist() == [True] * 4 + [False] * 2
    assert found.loc["c71"].isna().tolist() == [False] * 4 + [True] * 2


def test_products_outside_the_sample_tell_nothing_of_a_taste():
    counts = count_frame()
    products = product_latent_factors(sample_of(counts), FAMILIES, seed=1)
    seldom = pd.DataFrame(
        {"customer_id": ["c5", "new"], "product_id": "seldom", "view_count": 3, "purchase_count": 0}
    )
    found = described(pd.concat([counts, seldom]), products).set_index("customer_id")
    assert found.loc["new"].tolist()[:4] == [0] * 4
    assert found.loc["new"].isna().tolist() == [False] * 4 + [True] * 2
    expected = described(counts, products).set_index("customer_id")
    pd.testing.assert_frame_equal(found.drop(index="new"), expected, check_exact=True)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("rows", [1, 7, 100_000])
def test_neither_row_order_nor_batches_nor_threads_matter(threads, rows):
    counts = count_frame()
    expected = described(counts)
    shuffled = counts.sample(frac=1, random_state=5)
    with threadpool_limits(limits=threads):
        found = described(shuffled, rows=rows)
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


def test_customers_solve_the_normal_equations_of_their_family():
    counts = count_frame()
    products = product_latent_factors(sample_of(counts), FAMILIES, seed=1)
    found = described(counts, products).set_index("customer_id")
    for family, known in products.items():
        kind = family.split("_")[0] + "_count"
        wide = counts.pivot_table(kind, "customer_id", "product_id", fill_value=0)
        expected = naive_factors(wide[known.index].to_numpy(), known.to_numpy())
        expected[(wide == 0).all(axis=1)] = np.nan
        np.testing.assert_allclose(found.filter(like=family), expected, atol=1e-6)


def test_nothing_to_learn_from_gives_an_empty_frame():
    found = described(count_frame()[:0])
    assert found.empty
    assert len(found.columns) == 7


def test_wrong_input_is_named():
    counts = count_frame()
    with pytest.raises(ValueError, match="sample: missing column kind"):
        product_latent_factors(counts, FAMILIES, seed=1)
    products = product_latent_factors(sample_of(counts), FAMILIES, seed=1)
    with pytest.raises(ValueError, match="counts: missing column view_count"):
        described(counts.drop(columns="view_count"), products)
