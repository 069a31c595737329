"""The cluster of every customer, with the chosen k."""

from footfall.clustering import assign_clusters


def model(dbt, session):
    """Return one row per customer."""
    return assign_clusters(
        dbt.ref("int_customer_cluster_features").df(),
        dbt.ref("py_cluster_selection").df(),
        order_by=dbt.config.meta_get("order_by"),
        seed=dbt.config.meta_get("seed"),
    )
