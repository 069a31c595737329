"""UCI Online Retail II against sums worked out with pandas over the raw file."""

import numpy as np
import pandas as pd
import pytest
from warehouses import Warehouse, built_source


@pytest.fixture(scope="module")
def raw(shared_data) -> pd.DataFrame:
    return pd.read_parquet(next((shared_data / "online_retail").glob("*.parquet")))


@pytest.fixture(scope="module")
def retail(tmp_path_factory, shared_data) -> Warehouse:
    return built_source(
        tmp_path_factory.mktemp("retail"),
        "online_retail",
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
    worth = (repeats["Price"] * 10_000).round() * repeats["Quantity"] / 10_000
    assert round(worth.sum(), 2) == 33_709.07
    found = retail.value(
        """
        select sum(revenue - refund_amount) from marts.fct_events where event_id not like '%-1'
        """
    )
    assert float(found) == pytest.approx(33_709.07, abs=0.005)


def test_the_file_s_known_facts(retail, raw):
    facts = {
        "null customers": (raw["Customer ID"].isna(), 107_927, "not is_identified"),
        "cancellations": (raw["Invoice"].str.startswith("C"), 10_206, "event_type = 'refund'"),
        "tiny prices": (raw["Price"] == 0.001, 14, "unit_price = 0.001"),
    }
    for name, (is_in_file, count, is_in_mart) in facts.items():
        assert is_in_file.sum() == count, name
        # bad debts, which have no customer, are rejected; one cancelled invoice sells
        found = retail.value(f"select count(*) from marts.fct_events where {is_in_mart}")
        bad = (is_in_file & (raw["Price"] < 0)).sum()
        sold = (is_in_file & (raw["Quantity"] > 0)).sum() if name == "cancellations" else 0
        assert found == count - bad - sold, name


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
