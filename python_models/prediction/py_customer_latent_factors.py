"""What customers like, by what they view and buy: factors of an implicit-feedback model."""

from footfall.latent_factors import customer_latent_factors


def model(dbt, session):
    """Return one row per customer with a view or a purchase of a product."""
    counts = dbt.ref("int_customer_product_counts")
    return customer_latent_factors(
        # each id is held once, not once per row, and no column twice
        counts.to_arrow_table().to_pandas(
            strings_to_categorical=True, split_blocks=True, self_destruct=True
        ),
        dbt.config.meta_get("families"),
        seed=dbt.config.meta_get("seed"),
    )
