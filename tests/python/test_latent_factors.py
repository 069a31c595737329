import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from shop_in_pieces import EVENT_COLUMNS, write
from threadpoolctl import threadpool_limits
from warehouses import built

from footfall import latent_factors
from footfall.latent_factors import (
    CONFIDENCE_WEIGHT,
    REGULARISATION,
    fingerprint,
    learn,
    product_latent_factors,
    projection,
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
    solved = solve_rows(csr_array(seen), products)
    # as int_customer_latent_factors does
    summed = np.where(seen > 0, 1 + seen, 0) @ projection(products)

    def mean_rank(scores):
        """Mean rank of the hidden products among those not seen: 0 is first, 0.5 is chance."""
        ranks = [
            np.mean([(row[~known] > row[product]).mean() for product in np.flatnonzero(hidden)])
            for row, known, hidden in zip(scores, seen > 0, is_hidden, strict=True)
            if hidden.any()
        ]
        return np.mean(ranks)

    by_popularity = mean_rank(np.broadcast_to((seen > 0).sum(axis=0), seen.shape))
    assert mean_rank(summed @ products.T) < 0.7 * by_popularity
    assert mean_rank(summed @ products.T) < 1.05 * mean_rank(solved @ products.T)


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


def sample_frame(seed=2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows, columns = random_counts(80, 30).nonzero()
    return pd.DataFrame(
        {
            "kind": rng.choice(["view", "purchase"], len(rows)),
            "visitor_id": [f"v{row}" for row in rows],
            "product_id": [f"p{column}" for column in columns],
            "event_count": rng.integers(1, 4, len(rows)),
        }
    )


def test_a_product_without_events_of_a_kind_adds_nothing_to_it():
    sample = sample_frame()
    sample.loc[sample["product_id"] == "p3", "kind"] = "view"
    learned = product_latent_factors(sample, FAMILIES, seed=1).set_index("product_id")
    assert learned.columns.tolist() == [
        *(f"view_latent_factor{number}" for number in range(4)),
        *(f"purchase_latent_factor{number}" for number in range(2)),
    ]
    assert learned.index.tolist() == sorted(sample["product_id"].unique())
    assert (learned.loc["p3"].filter(like="purchase") == 0).all()
    assert (learned.loc["p3"].filter(like="view") != 0).any()


@pytest.mark.parametrize("scale", [1, 1e6])
def test_what_a_product_adds_is_the_regularised_projection(scale):
    products = scale * np.random.default_rng(1).normal(size=(60, 8))
    added = projection(products)
    # a customer with one product of weight c, as the ridge regression of c on all products
    system = np.vstack([products, np.sqrt(REGULARISATION) * np.eye(8)])
    for product in (0, 59):
        wanted = np.zeros(len(system))
        wanted[product] = 1
        expected = np.linalg.lstsq(system, wanted, rcond=None)[0]
        np.testing.assert_allclose(added[product], expected, rtol=1e-6, atol=1e-12)
    assert np.abs(added).max() < 1


@pytest.mark.parametrize("threads", [1, 2])
def test_neither_row_order_nor_threads_matter(threads):
    sample = sample_frame()
    expected = product_latent_factors(sample, FAMILIES, seed=1)
    shuffled = sample.sample(frac=1, random_state=5)
    with threadpool_limits(limits=threads):
        found = product_latent_factors(shuffled, FAMILIES, seed=1)
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
    assert fingerprint(shuffled, FAMILIES, seed=1) == fingerprint(sample, FAMILIES, seed=1)


def test_the_fingerprint_is_another_one_for_whatever_is_learned_from(monkeypatch, tmp_path):
    sample = sample_frame()
    more = sample.assign(event_count=sample["event_count"].where(sample.index > 0, 9))
    fingerprints = {
        fingerprint(sample, FAMILIES, seed=1),
        fingerprint(sample, FAMILIES, seed=2),
        fingerprint(sample, FAMILIES | {"view_latent_factor": 5}, seed=1),
        fingerprint(more, FAMILIES, seed=1),
        fingerprint(sample[1:], FAMILIES, seed=1),
    }
    edited = tmp_path / "latent_factors.py"
    edited.write_text("SWEEPS = 6")
    monkeypatch.setattr(latent_factors, "__file__", str(edited))
    fingerprints.add(fingerprint(sample, FAMILIES, seed=1))
    assert len(fingerprints) == 6


def test_nothing_to_learn_from_gives_an_empty_frame():
    learned = product_latent_factors(sample_frame()[:0], FAMILIES, seed=1)
    assert learned.empty
    assert len(learned.columns) == 7


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match="sample: missing column kind"):
        product_latent_factors(sample_frame().drop(columns="kind"), FAMILIES, seed=1)


# ---- in the warehouse -------------------------------------------------------------------------

LATENT = ("build", "--exclude-resource-type", "test", "unit_test")
LATENT += ("-s", "+int_customer_latent_factors")


def views(day: str, customers: range, first: int) -> list[dict]:
    """Three views each; customers with an even number like other products than the others."""
    return [
        {
            "event_id": f"e{first + 3 * customer + number}",
            "timestamp": f"{day} 10:00:00",
            "customer_id": f"c{customer}",
            "event_type": "view",
            "product_id": f"p{2 * ((customer * 7 + number * 3) % 5) + customer % 2}",
        }
        for customer in customers
        for number in range(3)
    ]


def test_products_are_learned_once_a_month_and_of_late_events(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()

    def factors(folder: str) -> pd.DataFrame:
        warehouse = built(tmp_path / folder, *LATENT, source="tracking", raw_path=str(raw))
        rows = "from intermediate.int_customer_latent_factors order by customer_id"
        return warehouse.query(rows).set_index("customer_id")

    write(raw / "events_january.csv", EVENT_COLUMNS, views("2025-01-20", range(60), 0))
    write(raw / "events_february_1.csv", EVENT_COLUMNS, views("2025-02-01", range(40, 80), 1_000))
    first = factors("grown")
    assert len(first) == 80
    assert first.filter(like="view").abs().sum(axis=1).all()
    # February is not over: its events are not learned from, but those of its customers count
    write(raw / "events_february_2.csv", EVENT_COLUMNS, views("2025-02-02", range(10), 2_000))
    second = factors("grown")
    assert set(second["learned_from"]) == set(first["learned_from"])
    is_same = (second == first).filter(like="view").all(axis=1)
    assert is_same[~is_same].index.tolist() == [f"c{number}" for number in range(10)]
    pd.testing.assert_frame_equal(second, factors("new"), check_exact=True)
    write(raw / "events_late.csv", EVENT_COLUMNS, views("2025-01-21", range(5), 3_000))
    late = factors("grown")
    assert len(set(late["learned_from"])) == 1
    assert set(late["learned_from"]) != set(first["learned_from"])
