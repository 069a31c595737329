"""What customers like, by what they view and buy: factors of an implicit-feedback model."""

from footfall.latent_factors import (
    customer_latent_factors,
    factors_by_family,
    product_latent_factors,
)


def model(dbt, session):
    """Return one row per customer with a view or a purchase of a product, in batches."""
    products = product_latent_factors(
        dbt.ref("int_latent_factor_sample").df(),
        factors_by_family(dbt.ref("customer_feature_definitions").df()),
        seed=dbt.config.meta_get("seed"),
    )
    counts = dbt.ref("int_customer_product_counts").order("customer_id, product_id")
    return customer_latent_factors(counts.to_arrow_reader(1_000_000), products)
