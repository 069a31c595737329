"""The real REES46 sample: facts counted in the raw files, then asked of the warehouse."""

import pandas as pd
import pytest
from warehouses import EVENTS_ONLY, built


@pytest.fixture(scope="module")
def raw(shared_data) -> pd.DataFrame:
    files = sorted((shared_data / "rees46").glob("*.csv"))
    return pd.concat([pd.read_csv(file, dtype=str).assign(file=file.name) for file in files])


@pytest.fixture(scope="module")
def kept(raw) -> pd.DataFrame:
    return raw.drop_duplicates(subset=raw.columns.drop("file"))


def test_every_row_is_kept_or_an_exact_repeat(rees46, raw, kept):
    assert (len(raw), len(kept)) == (18_117, 18_112)
    assert rees46.value("select count(*) from marts.fct_events") == len(kept)
    rejected = rees46.query("select rejection_reason, source_file from marts.rejected_events")
    assert rejected["rejection_reason"].tolist() == ["exact_repeat"] * 5
    assert rejected["source_file"].str.endswith("2019-Oct.csv").all()


def test_amounts_reconcile_to_the_cent(rees46, raw, kept):
    found = rees46.query(
        "select *, parse_filename(source_file) as file from marts.source_reconciliation"
    ).set_index("file")
    cents = (raw["price"].astype(float) * 100).round().groupby(raw["file"]).sum()
    kept_cents = (kept["price"].astype(float) * 100).round().groupby(kept["file"]).sum()
    assert (found["amount_in"].astype(float) * 100).round().to_dict() == cents.to_dict()
    assert (found["amount_kept"].astype(float) * 100).round().to_dict() == kept_cents.to_dict()
    assert found["is_reconciled"].all()


def test_zero_prices_stay(rees46, kept):
    zero = kept["price"].astype(float) == 0
    assert zero.sum() == 19
    assert rees46.value("select count(*) from marts.fct_events where unit_price = 0") == 19


def test_ids_stay_text(rees46, kept):
    for column, raw_column in [("customer_id", "user_id"), ("product_id", "product_id")]:
        found = set(rees46.query(f"select distinct {column} from marts.fct_events")[column])
        assert found == set(kept[raw_column])


def test_a_session_id_of_two_customers_is_two_sessions(rees46, kept):
    customers = kept.groupby("user_session")["user_id"].nunique()
    shared = customers[customers > 1].index.tolist()
    assert len(shared) == 1
    assert rees46.value("select count(*) from marts.fct_sessions") == len(customers) + 1
    found = rees46.query(
        f"""
        select session_id, customer_id from marts.fct_sessions
        where session_id like '{shared[0]}%'
        """
    )
    assert set(found["session_id"]) == {shared[0], f"{shared[0]}~2"}
    assert found["customer_id"].nunique() == 2


def test_orders_are_sessions_not_lines(rees46, kept):
    bought = kept[kept["event_type"] == "purchase"]
    assert (len(bought), bought["user_session"].nunique()) == (216, 202)
    orders = rees46.query("from marts.fct_orders")
    assert (orders["line_count"].sum(), len(orders)) == (216, 202)
    assert float(orders["revenue"].sum()) == pytest.approx(bought["price"].astype(float).sum())
    assert rees46.value("select sum(frequency) from marts.customer_rfm") == 202


def test_the_funnel_shows_who_skipped_the_cart(rees46, kept):
    october = kept[kept["file"] == "2019-Oct.csv"]
    products = october.groupby(["user_session", "product_id"])["event_type"].agg(set)
    bought = products[products.map(lambda types: "purchase" in types)]
    assert len(bought) == 211
    assert sum("cart" not in types for types in bought) == 142
    funnel = rees46.query(
        """
        from marts.funnel_conversion
        where funnel_id = 'purchase' and population = 'all' and breakdown = 'all'
        """
    ).set_index("step_number")
    buyers = kept.loc[kept["event_type"] == "purchase", "user_id"].nunique()
    assert funnel.loc[3, "customers_any_order"] == buyers
    assert funnel.loc[3, "customers"] < buyers / 2


def test_what_one_hour_cannot_tell_is_empty(rees46):
    for mart in ("experiment_results", "fct_experiment_exposures", "customer_churn_scores"):
        assert rees46.value(f"select count(*) from marts.{mart}") == 0


def test_times_with_offset_and_repeats_of_another_store(tmp_path, shared_data):
    file = shared_data / "rees46_duplicates" / "duplicates.csv"
    warehouse = built(tmp_path, *EVENTS_ONLY, source="rees46", raw_path=str(file))
    raw = pd.read_csv(file, dtype=str)
    distinct = raw.drop_duplicates()
    assert warehouse.value("select count(*) from marts.rejected_events") == len(raw) - len(distinct)
    found = warehouse.query("select customer_id, event_at from marts.fct_events")
    assert set(found["customer_id"]) == set(raw["user_id"])
    expected = pd.to_datetime(distinct["event_time"], utc=True).dt.tz_localize(None)
    assert sorted(found["event_at"]) == sorted(expected)
