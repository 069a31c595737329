"""How many clusters there are: every k that was tried, and the one that was chosen."""

from footfall.clustering import select_clusters


def model(dbt, session):
    """Return one row per k."""
    return select_clusters(
        dbt.ref("int_customer_cluster_features").df(),
        k_min=dbt.config.meta_get("k_min"),
        k_max=dbt.config.meta_get("k_max"),
        min_share=dbt.config.meta_get("min_share"),
        min_stability=dbt.config.meta_get("min_stability"),
        seed=dbt.config.meta_get("seed"),
    )
