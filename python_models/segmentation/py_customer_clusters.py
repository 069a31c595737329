"""The cluster of every customer, with the chosen k."""

from footfall.clustering import assign_clusters


def model(dbt, session):
    """Return one row per customer."""
    customers = dbt.ref("int_customer_cluster_features").df()
    return assign_clusters(
        customers,
        dbt.ref("py_cluster_selection").df(),
        # a source without events has no revenue
        order_by="net_revenue" if "net_revenue" in customers else "salary",
        seed=dbt.config.meta_get("seed"),
    )
