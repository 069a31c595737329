import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_score

from footfall.clustering import (
    ASSIGNMENT_DTYPES,
    SELECTION_DTYPES,
    _principal_components,
    _silhouettes,
    assign_clusters,
    select_clusters,
)
from footfall.frames import log_features, mean_and_scale

CENTERS = np.array([[0, 0, 0], [4, 0, 4], [0, 4, 4]])


def shop(customers=300, seed=0, centers=CENTERS, spread=0.4):
    """Customers of as many kinds as there are centers, and the kind of each."""
    rng = np.random.default_rng(seed)
    kinds = rng.integers(len(centers), size=customers)
    logs = np.abs(centers[kinds] + rng.normal(0, spread, (customers, centers.shape[1])))
    features = pd.DataFrame(np.expm1(logs), columns=["orders", "sessions", "revenue"])
    features.insert(0, "customer_id", [f"c{number:05d}" for number in range(customers)])
    return features, kinds


def dtypes(frame):
    return frame.dtypes.astype(str).to_dict()


def test_planted_clusters_are_found_and_assigned():
    features, kinds = shop()
    selection = select_clusters(features, k_max=5, seed=1)
    assert selection["k"].tolist() == [2, 3, 4, 5]
    assert selection.loc[selection["is_chosen"], "k"].tolist() == [3]
    assert selection.loc[1, "bootstrap_ari"] > 0.99
    assert dtypes(selection) == SELECTION_DTYPES

    assignment = assign_clusters(features, selection, order_by="revenue", seed=1)
    assert dtypes(assignment) == ASSIGNMENT_DTYPES
    assert adjusted_rand_score(kinds, assignment["cluster_id"]) == 1
    revenue = features["revenue"].groupby(assignment["cluster_id"]).mean()
    assert revenue.index.tolist() == [1, 2, 3]
    assert revenue.is_monotonic_decreasing


def test_clusters_are_numbered_by_size_without_a_value_column():
    features, _ = shop(200, centers=CENTERS[[0, 0, 1, 1, 1, 2]])
    assignment = assign_clusters(features, select_clusters(features, k_max=4, seed=1), seed=1)
    sizes = assignment["cluster_id"].value_counts(sort=False).sort_index()
    assert sizes.index.tolist() == [1, 2, 3]
    assert sizes.is_monotonic_decreasing


def test_the_order_of_rows_and_the_number_of_threads_do_not_matter():
    features, _ = shop(900, spread=2.0)
    expected = fingerprint(features)
    assert fingerprint(features.sample(frac=1, random_state=3)) == expected
    code = "from test_clustering import *; print(fingerprint(shop(900, spread=2.0)[0]))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=os.path.dirname(__file__),
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    assert run.stdout.strip() == expected


def fingerprint(features):
    selection = select_clusters(features, k_max=4, sample_size=500, seed=5)
    assignment = assign_clusters(features, selection, sample_size=500, seed=5)
    hashes = [pd.util.hash_pandas_object(frame).sum() for frame in (selection, assignment)]
    return " ".join(map(str, hashes))


def test_a_sample_finds_the_clusters_of_everyone():
    features, kinds = shop(2_000)
    selection = select_clusters(features, k_max=4, sample_size=300, seed=1)
    assignment = assign_clusters(features, selection, sample_size=300, seed=1)
    assert assignment["customer_id"].tolist() == features["customer_id"].tolist()
    assert adjusted_rand_score(kinds, assignment["cluster_id"]) > 0.99


def test_a_clear_but_tiny_cluster_is_not_chosen():
    features, _ = shop(400, centers=CENTERS[[1, 2]])
    features.loc[:2, ["orders", "sessions", "revenue"]] = 1e4
    selection = select_clusters(features, k_max=4, seed=1).set_index("k")
    assert selection.loc[3, "smallest_share"] == 0.0075
    assert selection.loc[3, "silhouette"] > selection.loc[2, "silhouette"]
    assert selection.index[selection["is_chosen"]].tolist() == [2]


@pytest.mark.parametrize(
    ("min_share", "min_stability", "eligible"),
    [
        (0.02, 0.8, "stable_and_large"),
        (0.02, 1.1, "large"),
        (0.6, 0.8, "all"),
    ],
)
def test_without_a_passing_k_the_demands_are_dropped_one_by_one(min_share, min_stability, eligible):
    features, _ = shop(400, spread=1.5, seed=2)
    selection = select_clusters(
        features, k_max=5, min_share=min_share, min_stability=min_stability, seed=1
    )
    large = selection["smallest_share"] >= 0.02
    candidates = {
        "stable_and_large": selection[large & (selection["bootstrap_ari"] >= 0.8)],
        "large": selection[large],
        "all": selection,
    }[eligible]
    best = candidates.loc[candidates["silhouette"].idxmax(), "k"]
    assert selection.loc[selection["is_chosen"], "k"].tolist() == [best]


def test_noise_has_no_stable_clusters():
    rng = np.random.default_rng(4)
    noise = pd.DataFrame(np.expm1(np.abs(rng.normal(5, 1, (600, 8))))).add_prefix("f")
    selection = select_clusters(noise.assign(customer_id=range(600)), k_max=5, seed=1)
    assert selection["bootstrap_ari"].max() < 0.6


def test_silhouettes_are_scikit_learns():
    rng = np.random.default_rng(2)
    points = rng.normal(size=(1_200, 4))
    labelings = [np.r_[np.arange(k), rng.integers(k, size=1_200 - k)] for k in (2, 5)]
    labelings.append((np.arange(1_200) == 7).astype(int))
    expected = [silhouette_score(points, labels) for labels in labelings]
    assert _silhouettes(points, labelings) == pytest.approx(expected, abs=1e-7)


def test_components_are_scikit_learns_up_to_sign():
    rng = np.random.default_rng(3)
    points = rng.normal(size=(200, 5)) @ rng.normal(size=(5, 5))
    points -= points.mean(axis=0)
    oracle = PCA(2).fit(points)
    loadings = oracle.components_
    signs = np.sign(loadings[np.arange(2), np.abs(loadings).argmax(axis=1)])
    np.testing.assert_allclose(_principal_components(points), oracle.transform(points) * signs)


def test_distance_to_center_is_that_of_the_nearest_center():
    features, _ = shop(120)
    assignment = assign_clusters(features, select_clusters(features, k_max=3, seed=1), seed=1)
    values = log_features(features, "features", ["orders", "sessions", "revenue"])
    mean, scale = mean_and_scale(values)
    points = pd.DataFrame((values - mean) / scale)
    centers = points.groupby(assignment["cluster_id"]).transform("mean")
    expected = np.sqrt(((points - centers) ** 2).sum(axis=1))
    np.testing.assert_allclose(assignment["distance_to_center"], expected, atol=2e-6)


def test_constant_features_change_nothing():
    features, _ = shop(150)
    selection = select_clusters(features, k_max=3, seed=1)
    with_constant = features.assign(currency_rate=0.1)
    pd.testing.assert_frame_equal(select_clusters(with_constant, k_max=3, seed=1), selection)


def test_one_feature_has_one_component():
    features, _ = shop(150)
    features = features[["customer_id", "revenue"]]
    assignment = assign_clusters(features, select_clusters(features, k_max=3, seed=1), seed=1)
    assert assignment["component_1"].std() > 0.9
    assert (assignment["component_2"] == 0).all()


@pytest.mark.parametrize(("customers", "ks"), [(0, []), (9, []), (10, [2]), (19, [2, 3])])
def test_few_customers_shrink_the_range_of_k(customers, ks):
    features, _ = shop(customers)
    selection = select_clusters(features, seed=1)
    assert selection["k"].tolist() == ks
    assert dtypes(selection) == SELECTION_DTYPES
    assignment = assign_clusters(features, selection, seed=1)
    assert len(assignment) == (customers if ks else 0)
    assert dtypes(assignment) == ASSIGNMENT_DTYPES


def test_customers_that_are_all_alike_have_no_clusters():
    features, _ = shop(50)
    alike = features.assign(orders=0.1, sessions=0.7, revenue=3.3)
    assert select_clusters(alike, seed=1).empty


def test_wrong_input_is_named():
    features, _ = shop(30)
    selection = select_clusters(features, k_max=2, seed=1)
    with pytest.raises(ValueError, match="features: missing column customer_id"):
        select_clusters(features.drop(columns="customer_id"), seed=1)
    with pytest.raises(ValueError, match="features: customer_id has repeated values"):
        select_clusters(features.assign(customer_id="c"), seed=1)
    with pytest.raises(ValueError, match="features: no feature columns"):
        select_clusters(features[["customer_id"]], seed=1)
    with pytest.raises(ValueError, match="features: column orders has null or infinite values"):
        select_clusters(features.assign(orders=[None, *range(29)]), seed=1)
    with pytest.raises(ValueError, match="features: column sessions is not numeric"):
        select_clusters(features.assign(sessions="many"), seed=1)
    with pytest.raises(ValueError, match="k_min: 1 is less than 2"):
        select_clusters(features, k_min=1, seed=1)
    with pytest.raises(ValueError, match="features: missing column net_revenue"):
        assign_clusters(features, selection, order_by="net_revenue", seed=1)
    with pytest.raises(ValueError, match="selection: missing column is_chosen"):
        assign_clusters(features, selection.drop(columns="is_chosen"), seed=1)


def test_log_features_keep_the_sign():
    values = log_features(pd.DataFrame({"trend": [-1.0, 0.0, 1.0]}), "features", ["trend"])
    assert values.ravel().tolist() == pytest.approx([-np.log(2), 0, np.log(2)])
