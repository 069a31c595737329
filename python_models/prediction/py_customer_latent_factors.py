"""What customers like, by what they view and buy: factors of an implicit-feedback model."""

from footfall.latent_factors import customer_latent_factors


def model(dbt, session):
    """Return one row per customer with a view or a purchase of a product."""
    return customer_latent_factors(
        dbt.ref("int_customer_product_counts").df(),
        dbt.config.meta_get("families"),
        seed=dbt.config.meta_get("seed"),
    )
