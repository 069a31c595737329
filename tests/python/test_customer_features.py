"""Mart customer_features against plain pandas over the raw files, and the list it is made from."""

from collections import defaultdict

import numpy as np
import oracle
import pandas as pd
import pytest
from warehouses import ROOT, built

from footfall.cli import main
from footfall.feature_list import (
    LIST,
    SEED,
    features,
    generated_files,
    read_features,
    read_list,
)

LISTED = read_list(ROOT)


# ---- the list, and what is made from it -------------------------------------------------------


@pytest.mark.parametrize(("path", "text"), generated_files(ROOT).items(), ids=str)
def test_what_is_made_from_the_list_is_current(path, text):
    if (ROOT / path).read_text(encoding="utf-8") != text:
        pytest.fail(f"{path} is not current: run `footfall feature-list`", pytrace=False)


def test_the_command_writes_the_files(tmp_path):
    for path in (LIST, *generated_files(ROOT)):
        (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / LIST).write_text((ROOT / LIST).read_text(encoding="utf-8"))
    assert main(["feature-list", "--project", str(tmp_path)]) == 0
    for path, text in generated_files(ROOT).items():
        assert (tmp_path / path).read_text(encoding="utf-8") == text


def test_a_name_that_occurs_twice_is_refused(tmp_path, capsys):
    (tmp_path / LIST).parent.mkdir(parents=True)
    listed = (ROOT / LIST).read_text(encoding="utf-8")
    (tmp_path / LIST).write_text(listed.replace("rees46: click_count_ratio", "rees46: length_mean"))
    assert main(["feature-list", "--project", str(tmp_path)]) == 1
    error = f"footfall: {LIST}: rees46_name length_mean occurs twice\n"
    assert capsys.readouterr().err == error


def test_the_list_is_the_customer_model_less_ids_and_targets(shared_data):
    file = shared_data / "rees46_customer_model" / "rees46_276_columns.csv"
    columns = pd.read_csv(file)["column_name"]
    assert len(columns) == 276
    is_feature = ~columns.isin(["row_id", "user_id", "time_step"])
    is_feature &= ~columns.str.startswith("target_")
    names = [feature.rees46_name for feature in features(LISTED)]
    assert names == columns[is_feature].tolist()
    assert len(names) == len(set(names)) == 268


def test_the_mart_is_the_list_and_holds_no_target(demo):
    columns = demo.query(
        """
        select column_name, data_type from information_schema.columns
        where table_schema = 'marts' and table_name = 'customer_features' order by ordinal_position
        """
    )
    names = [feature.feature_name for feature in read_features(ROOT)]
    assert columns["column_name"].tolist() == ["customer_id", *names]
    assert set(columns["data_type"][1:]) == {"DOUBLE"}
    assert not columns["column_name"].str.contains("target|time_step|row_id").any()
    seed = demo.query("select feature_name from config.customer_feature_definitions")
    assert sorted(seed["feature_name"]) == sorted(names)
    assert (ROOT / SEED).read_text(encoding="utf-8").count("\n") == 269


# ---- every SQL feature once more, in pandas ---------------------------------------------------


def read_rees46(folder) -> pd.DataFrame:
    """REES46 files as oracle.read_tracking gives the demo's."""
    events = pd.concat([pd.read_csv(file, dtype=str) for file in sorted(folder.glob("*.csv"))])
    events = events.drop_duplicates(ignore_index=True)
    events["at"] = pd.to_datetime(events["event_time"], utc=True).dt.tz_localize(None)
    events["event_id"] = "e" + events.index.astype(str)
    events["person"] = events["user_id"]
    events["session_id"] = events["user_session"]
    events["type"] = events["event_type"].replace(oracle.TYPES)
    events["price"] = events["price"].astype(float)
    events["units"] = 1
    events["amount"] = events["price"]
    events["is_bot"] = False
    events["order_id"] = np.nan
    events["rank"] = events["type"].map(oracle.ORDER)
    return events.sort_values(["person", "at", "rank", "event_id"])


def measure_sessions(events: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per session, one column per measure; events know their session and amount."""
    active = events[events["session"].notna() & ~events["is_bot"]]
    keys = ["person", "session"]
    per_type = {"index": keys, "columns": "type", "values": "amount", "fill_value": 0}
    counts = active.pivot_table(**per_type, aggfunc="size")
    amounts = active.pivot_table(**per_type, aggfunc="sum")
    frame = active.groupby(keys)["at"].agg(["min", "max", "size"])
    frame = frame.rename(columns={"min": "start", "size": "event_count"})
    frame["duration_minutes"] = (frame["max"] - frame["start"]).dt.total_seconds() / 60
    for kind, amount in {
        "view": "view_amount",
        "add_to_cart": "add_to_cart_amount",
        "purchase": "revenue",
    }.items():
        frame[f"{kind}_count"], frame[amount] = counts[kind], amounts[kind]
    frame["event_amount"] = amounts.sum(axis=1)
    frame = frame.reset_index(names=["customer_id", "session"])
    frame = frame.sort_values(["customer_id", "start", "session"])
    start = frame["start"].dt
    frame["start_year"], frame["start_yearday"] = start.year, start.day_of_year
    frame["start_month"], frame["start_monthday"] = start.month, start.day
    frame["start_week"] = start.isocalendar()["week"].astype(int)
    frame["start_weekday"] = (start.day_of_week + 1) % 7 + 1
    frame["start_is_weekend"] = (start.day_of_week >= 5).astype(int)
    frame["start_hour"] = start.hour
    frame["has_purchase"] = (frame["purchase_count"] > 0).astype(int)
    for pace, total in {
        "event": "event_count",
        "view": "view_count",
        "add_to_cart": "add_to_cart_count",
        "purchase": "purchase_count",
        "event_amount": "event_amount",
        "view_amount": "view_amount",
        "add_to_cart_amount": "add_to_cart_amount",
        "revenue": "revenue",
    }.items():
        frame[f"minutes_per_{pace}"] = frame["duration_minutes"] / frame[total].round(4).replace(
            0, np.nan
        )
    day = pd.Timedelta(days=1)
    for sessions, number, previous, recency in [
        (frame, "session_number", "days_since_previous_session", "session_recency_days"),
        (
            frame[frame["has_purchase"] == 1],
            "purchase_number",
            "days_since_previous_purchase",
            "purchase_recency_days",
        ),
    ]:
        frame[number] = sessions.groupby("customer_id").cumcount() + 1
        frame[previous] = sessions.groupby("customer_id")["start"].diff() / day
        last = sessions.loc[sessions["start"] <= as_of, "start"].max()
        frame[recency] = (last - sessions["start"]) / day
    # quotients are kept to nine decimals, half away from zero, so that their sums are exact;
    # recency is summed in microseconds
    measures = frame[list(LISTED["session_measures"])].astype(float)
    rounded = measures.columns.difference(["session_recency_days", "purchase_recency_days"])
    measures[rounded] = np.floor(measures[rounded] * 1e9 + 0.5) / 1e9
    return frame[["customer_id", "start"]].join(measures)


def describe_sessions(sessions: pd.DataFrame) -> pd.DataFrame:
    """The statistics and ratios of each customer's sessions."""
    columns = {}
    grouped = sessions.groupby("customer_id")
    for measure in LISTED["session_measures"]:
        values = grouped[measure]
        mean, spread = values.mean(), values.std(ddof=1)
        columns[f"{measure}_mean"] = mean
        columns[f"{measure}_sum"] = values.sum(min_count=1)
        columns[f"{measure}_min"], columns[f"{measure}_max"] = values.min(), values.max()
        columns[f"{measure}_stddev"] = spread
        columns[f"{measure}_cv"] = spread / mean.replace(0, np.nan)
    days = grouped["session_recency_days"].max().replace(0, np.nan)
    columns["session_count_ratio"] = grouped.size() / days
    columns["event_count_ratio"] = grouped["event_count"].sum() / days
    columns["purchase_count_ratio"] = grouped["purchase_count"].sum() / days
    return pd.DataFrame(columns)


def describe_months(events: pd.DataFrame, sessions: pd.DataFrame, costs, as_of) -> pd.DataFrame:
    """The monthly series, customer by customer and block by block."""
    month = pd.Timedelta(days=28)
    orders = oracle.orders(events, dict(zip(events["event_id"], events["session"], strict=True)))
    lines = events[(events["type"] == "purchase") & ~events["is_bot"]].copy()
    lines["order"] = lines["order_id"].fillna("session~" + lines["session"])
    cost = lines["product_id"].map(costs).astype(float)
    lines["profit"] = (lines["amount"] - lines["units"] * cost).fillna(lines["amount"] * 0.15)
    orders["profit"] = lines["profit"].round(4).groupby(lines["order"]).sum()
    seen = events[(events["type"] != "refund") & ~events["is_bot"]].groupby("person")["at"].min()
    starts = sessions[sessions["start"] <= as_of].groupby("customer_id")["start"].agg(list)
    bought = defaultdict(list)
    for order in orders[orders["ordered_at"] <= as_of].itertuples():
        bought[order.customer_id].append((order.ordered_at, order.revenue, order.profit))
    rows = {}
    for person, first in seen.items():
        oldest = (as_of - first) // month
        blocks = {total: np.zeros(max(oldest + 1, 0)) for total in ("s", "o", "r", "p")}
        for start in starts.get(person, []):
            blocks["s"][(as_of - start) // month] += 1
        for ordered_at, revenue, profit in bought.get(person, []):
            block = (as_of - ordered_at) // month
            blocks["o"][block] += 1
            blocks["r"][block] += revenue
            blocks["p"][block] += profit
        value = np.array([blocks["p"][block:].mean() for block in range(oldest + 1)])
        rows[person] = {}
        for name, series in {
            "session_count_month": blocks["s"],
            "order_count_month": blocks["o"],
            "revenue_month": blocks["r"],
            "customer_value_month": value,
        }.items():
            padded = [*series, *[np.nan] * 4]
            rows[person] |= {f"{name}_lag{lag}": padded[lag] for lag in range(4)}
            rows[person][f"{name}_ma3"] = series[:3].mean() if len(series) else np.nan
    return pd.DataFrame.from_dict(rows, orient="index")


def expected_features(events: pd.DataFrame, costs: pd.Series) -> pd.DataFrame:
    events = events.assign(session=events["event_id"].map(oracle.sessions(events)))
    as_of = oracle.as_of(events)
    sessions = measure_sessions(events, as_of)
    months = describe_months(events, sessions, costs, as_of)
    return months.join(describe_sessions(sessions)).sort_index()


def assert_same(warehouse, expected: pd.DataFrame) -> None:
    found = warehouse.query("from marts.customer_features order by customer_id")
    found = found.set_index("customer_id")
    assert found.index.tolist() == expected.index.tolist()
    assert len(expected.columns) == 209
    for column in expected:
        np.testing.assert_allclose(
            found[column], expected[column], rtol=1e-9, atol=1e-9, err_msg=column
        )


def test_features_of_the_demo_are_those_of_pandas(demo):
    events = oracle.read_tracking(ROOT / "seeds" / "raw")
    products = pd.read_csv(ROOT / "seeds" / "raw" / "demo_products.csv", dtype=str)
    costs = products.set_index("product_id")["unit_cost"]
    assert costs.notna().any()
    assert_same(demo, expected_features(events, costs))


def test_features_of_rees46_are_those_of_pandas(rees46, shared_data):
    events = read_rees46(shared_data / "rees46")
    assert_same(rees46, expected_features(events, pd.Series(dtype=str)))


def test_a_source_of_orders_has_monthly_features_alone(tmp_path):
    (tmp_path / "lines.csv").write_text(
        "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
        "1,A,a,2,2010-01-01 10:00:00,10,c1,UK\n"
        "2,A,a,1,2010-02-20 10:00:00,10,c1,UK\n"
        "3,B,b,1,2010-02-21 10:00:00,4,c2,UK\n"
    )
    warehouse = built(
        tmp_path,
        "build",
        "--exclude-resource-type",
        "test",
        "unit_test",
        "-s",
        "+customer_features",
        source="online_retail",
        raw_path=str(tmp_path / "lines.csv"),
    )
    rows = warehouse.query("from marts.customer_features order by customer_id")
    assert rows["customer_id"].tolist() == ["c1", "c2"]
    assert rows.loc[0, ["order_count_month_lag0", "order_count_month_lag1"]].tolist() == [1, 1]
    assert np.isnan(rows.loc[0, "order_count_month_lag2"])
    assert rows.loc[0, "order_count_month_ma3"] == 1
    assert rows.loc[0, "revenue_month_lag1"] == 20
    assert rows.loc[0, "customer_value_month_lag0"] == pytest.approx(0.15 * 30 / 2)
    assert rows["session_number_max"].isna().all()
    assert rows["view_latent_factor0"].isna().all()
    assert rows["purchase_latent_factor0"].notna().all()
