"""How good the models are on customers and weeks they have not seen."""

from footfall.performance import model_performance


def model(dbt, session):
    """Return one row per model, split and metric."""
    return model_performance(
        dbt.ref("py_churn_predictions").df(),
        model_name="churn",
        baseline_name="recency_only",
        seed=dbt.config.meta_get("seed"),
    )
