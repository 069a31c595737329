"""Customer clusters: k-means on log-scaled behaviour measures, with k chosen on evidence.

Selection and assignment fit the same model: k-means with one seed on one sample of the customers,
taken after sorting by customer_id, so that the order of the input rows does not matter. Fits run on
one thread: several would add up in the order in which they finish, and the result would change from
run to run. One thread is also the fastest at these sizes.
"""

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
    euclidean_distances,
)
from threadpoolctl import threadpool_limits

from footfall.frames import log_features, mean_and_scale, require_columns

SAMPLE_SIZE = 10_000
CUSTOMERS_PER_CLUSTER = 5
STARTS = 10
RESAMPLES = 10
RESAMPLE_STARTS = 3
BLOCK_ROWS = 500
DECIMALS = 6

SELECTION_DTYPES = {
    "k": "int64",
    "inertia": "float64",
    "silhouette": "float64",
    "calinski_harabasz": "float64",
    "davies_bouldin": "float64",
    "bootstrap_ari": "float64",
    "smallest_share": "float64",
    "is_chosen": "bool",
}

ASSIGNMENT_DTYPES = {
    "customer_id": "str",
    "cluster_id": "int64",
    "component_1": "float64",
    "component_2": "float64",
    "distance_to_center": "float64",
}


def select_clusters(
    features: pd.DataFrame,
    *,
    k_min: int = 2,
    k_max: int = 8,
    min_share: float = 0.02,
    min_stability: float = 0.8,
    sample_size: int = SAMPLE_SIZE,
    seed: int,
) -> pd.DataFrame:
    """Score each number of clusters k on a sample of the customers, and choose one.

    The chosen k has the highest silhouette (Rousseeuw 1987) among those that meet two conditions.
    Size: every cluster holds at least `min_share` of the customers. Stability: `bootstrap_ari` is
    at least `min_stability`. It is the mean adjusted Rand index (Hubert and Arabie 1985) between
    the labels of the fit and the labels that fits on bootstrap resamples give to the same customers
    (after Hennig 2007). If no k meets both, only size counts; if none meets that either, every k
    competes. Ties go to the smaller k.

    Args:
        features: `customer_id`, unique, and numeric columns without nulls, which are put on the
            scale of `frames.log_features`.
        k_min: smallest k tried, at least 2.
        k_max: largest k tried; fewer when the sample holds less than five distinct customers per
            cluster.
        min_share: smallest share of customers that a cluster may hold, 0 to 1.
        min_stability: smallest acceptable `bootstrap_ari`, up to 1.
        sample_size: number of customers that models are fitted and scored on. The time of the
            silhouette grows with its square. At 10,000, a share of 2% is still 200 customers.
        seed: of the sample, the starting centers and the resamples.

    Returns:
        A frame of `SELECTION_DTYPES`, sorted by k; empty when there are fewer than five distinct
        customers for each of `k_min` clusters. All figures are of the sample; `inertia` is in
        squared standard deviations.

    Raises:
        ValueError: a missing or repeated `customer_id`, a column that is not numeric or has nulls,
            or a k_min below 2.

    """
    if k_min < 2:
        raise ValueError(f"k_min: {k_min} is less than 2")
    points = _standardise(_sorted_customers(features))
    sample = _sample(points, sample_size, seed)
    distinct = len(np.unique(sample, axis=0))
    candidates = range(k_min, min(k_max, distinct // CUSTOMERS_PER_CLUSTER) + 1)
    if not candidates:
        return pd.DataFrame(columns=list(SELECTION_DTYPES)).astype(SELECTION_DTYPES)

    rng = np.random.default_rng(seed)
    resamples = [sample[rng.integers(len(sample), size=len(sample))] for _ in range(RESAMPLES)]
    with threadpool_limits(limits=1):
        models = [_fit(sample, k, seed) for k in candidates]
        silhouettes = _silhouettes(sample, [model.labels_ for model in models])
        selection = pd.DataFrame(
            {
                "k": k,
                "inertia": model.inertia_,
                "silhouette": silhouette,
                "calinski_harabasz": calinski_harabasz_score(sample, model.labels_),
                "davies_bouldin": davies_bouldin_score(sample, model.labels_),
                "bootstrap_ari": _stability(sample, model.labels_, resamples, k, seed),
                "smallest_share": np.bincount(model.labels_).min() / len(sample),
            }
            for k, model, silhouette in zip(candidates, models, silhouettes, strict=True)
        ).round(DECIMALS)
    is_large = selection["smallest_share"] >= min_share
    is_stable = selection["bootstrap_ari"] >= min_stability
    rank = is_large.astype(int) + (is_large & is_stable)
    chosen = selection["silhouette"].where(rank == rank.max()).argmax()
    return selection.assign(is_chosen=selection.index == chosen).astype(SELECTION_DTYPES)


def assign_clusters(
    features: pd.DataFrame,
    selection: pd.DataFrame,
    *,
    order_by: str | None = None,
    sample_size: int = SAMPLE_SIZE,
    seed: int,
) -> pd.DataFrame:
    """Give every customer the nearest of the chosen k centers, and a place on a map.

    Given the same features, sample size and seed, the centers are those that `select_clusters`
    scored, so its figures describe these clusters. A customer outside the sample costs only one
    distance per center.

    Args:
        features: as for `select_clusters`.
        selection: what it returned.
        order_by: feature whose mean numbers the clusters: 1 has the highest. Without it, 1 is the
            largest cluster.
        sample_size: as for `select_clusters`.
        seed: as for `select_clusters`.

    Returns:
        A frame of `ASSIGNMENT_DTYPES`, sorted by customer_id; empty when nothing was chosen.
        `component_1` and `component_2` are the first two principal components of the standardised
        features, each pointing the way its strongest feature grows; `component_2` is 0 when there
        is one feature. `distance_to_center` is Euclidean. All three are in standard deviations.

    Raises:
        ValueError: as for `select_clusters`; or a missing column of `selection`, or an `order_by`
            that is not a feature.

    """
    require_columns(selection, "selection", ["k", "is_chosen"])
    customers = _sorted_customers(features)
    if order_by is not None:
        require_columns(customers.drop(columns="customer_id"), "features", [order_by])
    points = _standardise(customers)
    chosen = selection.loc[selection["is_chosen"].astype("bool"), "k"]
    if chosen.empty:
        return pd.DataFrame(columns=list(ASSIGNMENT_DTYPES)).astype(ASSIGNMENT_DTYPES)

    with threadpool_limits(limits=1):
        model = _fit(_sample(points, sample_size, seed), int(chosen.iloc[0]), seed)
        distances = model.transform(points)
        components = _principal_components(points)
    labels = distances.argmin(axis=1)
    if order_by is None:
        ranking = np.bincount(labels)
    else:
        ranking = customers[order_by].groupby(labels).mean().to_numpy(dtype="float64")
    numbers = np.argsort(np.argsort(-ranking, kind="stable")) + 1
    assignment = pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "cluster_id": numbers[labels],
            "component_1": components[:, 0],
            "component_2": components[:, 1],
            "distance_to_center": distances.min(axis=1),
        }
    )
    return assignment.round(DECIMALS).astype(ASSIGNMENT_DTYPES)


def _sorted_customers(features: pd.DataFrame) -> pd.DataFrame:
    """Sort customers by id, as text; raise a ValueError if the column is missing or repeats."""
    require_columns(features, "features", ["customer_id"])
    customers = features.astype({"customer_id": "str"})
    if customers["customer_id"].duplicated().any():
        raise ValueError("features: customer_id has repeated values")
    return customers.sort_values("customer_id", ignore_index=True)


def _standardise(customers: pd.DataFrame) -> np.ndarray:
    """Scale log features to mean 0 and standard deviation 1 over all customers, shape (n, d)."""
    columns = [column for column in customers.columns if column != "customer_id"]
    if not columns:
        raise ValueError("features: no feature columns beside customer_id")
    values = log_features(customers, "features", columns)
    if len(values) == 0:
        return values
    mean, scale = mean_and_scale(values)
    return (values - mean) / scale


def _sample(points: np.ndarray, size: int, seed: int) -> np.ndarray:
    """Draw up to `size` points (rows of (n, d)) without replacement, in their order."""
    rng = np.random.default_rng(seed)
    return points[np.sort(rng.choice(len(points), size=min(size, len(points)), replace=False))]


def _fit(points: np.ndarray, k: int, seed: int, starts: int = STARTS) -> KMeans:
    """Fit k-means to points (n, d): the best of several k-means++ starts."""
    return KMeans(k, n_init=starts, random_state=seed).fit(points)


def _stability(
    sample: np.ndarray, labels: np.ndarray, resamples: list[np.ndarray], k: int, seed: int
) -> float:
    """Mean adjusted Rand index between labels (m,) of the sample (m, d) and resampled fits."""
    return float(
        np.mean(
            [
                adjusted_rand_score(
                    labels, _fit(resample, k, seed, RESAMPLE_STARTS).predict(sample)
                )
                for resample in resamples
            ]
        )
    )


def _silhouettes(points: np.ndarray, labelings: list[np.ndarray]) -> list[float]:
    """Mean silhouette width of several labelings (n,) of the same points (n, d).

    Distances are computed once for all labelings, block by block: far faster than scikit-learn's
    `silhouette_score` per labeling, and n * BLOCK_ROWS distances in memory. Every label from 0 to
    the highest must occur. A cluster of one has width 0.
    """
    memberships = [np.eye(labels.max() + 1)[labels] for labels in labelings]
    one_hot = np.hstack(memberships)
    distance_sums = np.vstack(
        [
            euclidean_distances(points[start : start + BLOCK_ROWS], points) @ one_hot
            for start in range(0, len(points), BLOCK_ROWS)
        ]
    )
    ends = np.cumsum([membership.shape[1] for membership in memberships])
    rows = np.arange(len(points))
    silhouettes = []
    for labels, sums in zip(labelings, np.split(distance_sums, ends[:-1], axis=1), strict=True):
        sizes = np.bincount(labels)
        within = sums[rows, labels] / np.maximum(sizes[labels] - 1, 1)
        between = sums / sizes
        between[rows, labels] = np.inf
        nearest = between.min(axis=1)
        widths = (nearest - within) / np.maximum(nearest, within)
        silhouettes.append(float(np.where(sizes[labels] > 1, widths, 0).mean()))
    return silhouettes


def _principal_components(points: np.ndarray) -> np.ndarray:
    """Project centered points (n, d) on their first two principal axes, shape (n, 2).

    The sign of an axis is arbitrary; here its largest loading is positive.
    """
    _, axes = np.linalg.eigh(points.T @ points)
    axes = axes[:, ::-1][:, :2]
    strongest = np.abs(axes).argmax(axis=0)
    axes = axes * np.sign(axes[strongest, np.arange(axes.shape[1])])
    return np.pad(points @ axes, ((0, 0), (0, 2 - axes.shape[1])))
