"""UCI Online Retail II against sums worked out with pandas over the raw file."""

import numpy as np
import pandas as pd
import pytest
from warehouses import Warehouse, built


@pytest.fixture(scope="module")
def raw(shared_data) -> pd.DataFrame:
    return pd.read_parquet(next((shared_data / "online_retail").glob("*.parquet")))


@pytest.fixture(scope="module")
def retail(tmp_path_factory, shared_data) -> Warehouse:
    return built(
        tmp_path_factory.mktemp("retail"),
        source="online_retail",
        raw_path=str(shared_data / "online_retail"),
    )


def test_every_line_is_kept_but_the_bad_debts(retail, raw):
    assert len(raw) == 525_461
    bad_debts = raw["Price"] < 0
    assert retail.value("select count(*) from marts.fct_events") == len(raw) - bad_debts.sum()
    rejected = retail.query("select rejection_reason from marts.rejected_events")
    assert rejected["rejection_reason"].tolist() == ["negative_price"] * bad_debts.sum()


def test_revenue_and_refunds_are_the_invoices_to_the_cent(retail, raw):
    lines = raw[raw["Price"] >= 0]
    amount = (lines["Price"] * 10_000).round().astype("int64") * lines["Quantity"]
    sold = amount[lines["Quantity"] > 0].sum() / 10_000
    returned = -amount[lines["Quantity"] < 0].sum() / 10_000
    found = retail.query("select sum(revenue) r, sum(refund_amount) f from marts.fct_events")
    assert np.isclose(float(found["r"].iloc[0]), sold, rtol=0, atol=0.005)
    assert np.isclose(float(found["f"].iloc[0]), returned, rtol=0, atol=0.005)


def test_amounts_reconcile_to_the_cent(retail, raw):
    amount = ((raw["Price"] * 10_000).round().astype("int64") * raw["Quantity"]).abs()
    found = retail.query("select * from marts.source_reconciliation").iloc[0]
    assert found["is_reconciled"]
    assert round(float(found["amount_in"]) * 10_000) == amount.sum()
    assert round(float(found["amount_rejected"]) * 10_000) == amount[raw["Price"] < 0].sum()


def test_invoices_are_no_visits(retail):
    assert retail.value("select count(*) from marts.fct_sessions") == 0
    finding = retail.value("select finding from marts.insights where insight_id = 'sessions'")
    assert finding.startswith("Not answerable from this source")


def test_repeated_lines_are_real_second_units(retail, raw):
    repeats = raw[raw.duplicated()]
    assert len(repeats) == 6_865
    ids = retail.query("select event_id from marts.fct_events")["event_id"]
    assert ids.is_unique
    assert (~ids.str.endswith("-1")).sum() == len(repeats[repeats["Price"] >= 0])


def test_customers_and_tiny_prices_survive(retail, raw):
    known = raw.dropna(subset=["Customer ID"])
    expected = set(known["Customer ID"].astype("int64").astype(str))
    found = retail.query("select customer_id from marts.dim_customers where is_identified")
    assert set(found["customer_id"]) == expected
    tiny = (raw["Price"] == 0.001).sum()
    assert retail.value("select count(*) from marts.fct_events where unit_price = 0.001") == tiny


def test_orders_are_invoices(retail, raw):
    sales = raw[(raw["Quantity"] > 0) & (raw["Price"] >= 0)]
    assert retail.value("select count(*) from marts.fct_orders") == sales["Invoice"].nunique()
