"""The demo warehouse against an oracle that reads the raw files by the same rules."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest
from oracle import ENGAGING, funnel, orders, read_tracking, sessions
from warehouses import EVENTS_ONLY, ROOT, run_dbt

from footfall.demo_shop import defect_counts


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return read_tracking(ROOT / "seeds" / "raw")


@pytest.fixture(scope="module")
def session_of(raw) -> dict[str, str]:
    return sessions(raw)


def test_every_planted_defect_is_rejected_with_its_reason(demo):
    found = demo.query(
        "select rejection_reason, count(*) as n from marts.rejected_events group by 1"
    ).set_index("rejection_reason")["n"]
    planted = defect_counts()
    assert found.to_dict() == {
        "exact_repeat": planted["exact_repeat"],
        "unparseable_time": planted["unparseable_time"],
        "after_valid_to": planted["future_time"],
        "no_customer": planted["no_identity"],
    }


def test_every_unit_test_is_run(demo):
    there, ran = re.findall(r"(\d+) unit tests", demo.output)
    assert int(there) == int(ran) > 0


def test_a_rejected_row_can_be_found_in_its_file(demo):
    rejected = demo.query(
        """
        select source_row, raw_row from marts.rejected_events
        where rejection_reason = 'unparseable_time'
        """
    )
    lines = (ROOT / "seeds" / "raw" / "demo_events.csv").read_text().splitlines()
    for row in rejected.itertuples():
        assert lines[row.source_row - 1].startswith(json.loads(row.raw_row)["event_id"] + ",")


def test_bots_are_flagged_and_left_out(demo, raw):
    bots = set(raw.loc[raw["is_bot"], "person"])
    assert set(demo.query("from marts.dim_customers where is_bot")["customer_id"]) == bots
    assert demo.value("select count(*) from marts.fct_events where is_bot") >= 3200
    assert (
        demo.value(
            """
            select count(*) from marts.fct_orders
            inner join marts.dim_customers using (customer_id)
            where is_bot
            """
        )
        == 0
    )


def test_sessions_agree_with_the_oracle(demo, raw, session_of):
    events = demo.query("select event_id, customer_id, session_id from marts.fct_events")
    assert len(events) == len(raw)
    events = events.set_index("event_id").loc[raw["event_id"]]
    assert (events["customer_id"].to_numpy() == raw["person"].to_numpy()).all()
    expected = raw["event_id"].map(session_of)
    assert (events["session_id"].fillna("").to_numpy() == expected.fillna("").to_numpy()).all()


def test_engagement_and_bounce_agree_with_the_oracle(demo, raw, session_of):
    active = raw.assign(session=raw["event_id"].map(session_of)).dropna(subset=["session"])
    grouped = active.groupby("session")
    seconds = (grouped["at"].max() - grouped["at"].min()).dt.total_seconds()
    engaging = active["type"].isin(ENGAGING).groupby(active["session"]).any()
    views = (active["type"] == "view").groupby(active["session"]).sum()
    engaged = (seconds > 10) | (views >= 2) | engaging
    bounce = (grouped.size() == 1) & ~engaged
    found = demo.query("from marts.fct_sessions").set_index("session_id").loc[engaged.index]
    assert (found["is_engaged"] == engaged).all()
    assert (found["is_bounce"] == bounce).all()
    assert np.allclose(found["duration_seconds"], seconds)


def test_orders_agree_with_the_oracle(demo, raw, session_of):
    expected = orders(raw, session_of)
    found = demo.query("from marts.fct_orders").set_index("order_id").loc[expected.index]
    assert len(found) == demo.value("select count(*) from marts.fct_orders")
    assert (found["customer_id"] == expected["customer_id"]).all()
    assert (found["line_count"] == expected["lines"]).all()
    for column in ("revenue", "refund_amount"):
        assert np.allclose(found[column].astype(float), expected[column])


def test_the_funnel_agrees_with_the_oracle(demo, raw):
    expected = funnel(raw, ["view", "add_to_cart", "purchase"], days=14)
    found = demo.query(
        """
        select customer_id, steps_completed from marts.fct_funnel_progress
        where funnel_id = 'purchase' and breakdown = 'all'
        """
    ).set_index("customer_id")["steps_completed"]
    assert found.to_dict() == expected.to_dict()


def test_rfm_agrees_with_the_oracle(demo, raw, session_of):
    made = orders(raw, session_of).groupby("customer_id")
    refunds = raw[raw["type"] == "refund"].groupby("person")["amount"].sum()
    last_day = raw["at"].max().normalize()
    expected = pd.DataFrame(
        {
            "recency_days": (last_day - made["ordered_at"].max().dt.normalize()).dt.days,
            "frequency": made.size(),
            "monetary": (made["revenue"].sum() - made.size().index.map(refunds).fillna(0.0)).clip(
                lower=0
            ),
        }
    )
    n = len(expected)
    expected["r_score"] = 5 - 5 * (expected["recency_days"].rank(method="min") - 1) // n
    expected["f_score"] = 1 + 5 * (expected["frequency"].rank(method="min") - 1) // n
    expected["m_score"] = 1 + 5 * (expected["monetary"].round(4).rank(method="min") - 1) // n
    found = demo.query("from marts.customer_rfm").set_index("customer_id").loc[expected.index]
    assert len(found) == demo.value("select count(*) from marts.customer_rfm")
    for column in expected:
        assert np.allclose(found[column].astype(float), expected[column]), column
    assert found["rfm_segment"].notna().all()


def test_experiment_metrics_agree_with_the_oracle(demo, raw, session_of):
    seen = raw[raw["experiment_group"].notna() & ~raw["is_bot"]].groupby("person")
    groups = seen["experiment_group"].nunique()
    exposed = pd.DataFrame({"group": seen["experiment_group"].first(), "at": seen["at"].min()})
    ended_at = seen["at"].max().max()
    exposed = exposed[groups == 1]
    made = orders(raw, session_of).reset_index()
    made = made.merge(exposed, left_on="customer_id", right_index=True)
    made = made[made["ordered_at"].between(made["at"], ended_at)].groupby("customer_id")
    exposed["orders_per_customer"] = made.size().reindex(exposed.index).fillna(0)
    exposed["revenue_per_customer"] = made["revenue"].sum().reindex(exposed.index).fillna(0)
    exposed["customer_conversion"] = (exposed["orders_per_customer"] > 0).astype(float)
    found = demo.query("from marts.experiment_group_metrics")
    # a metric of your own is no concern of the oracle
    found = found[found["metric_id"].isin(exposed.columns)]
    assert found["metric_id"].nunique() == 3
    for row in found.itertuples():
        values = exposed.loc[exposed["group"] == row.experiment_group, row.metric_id]
        assert row.customers == len(values)
        assert np.isclose(row.mean, values.mean())
        assert np.isclose(row.variance, values.var())


def test_the_cluster_names_fit(demo):
    profiles = demo.query("from marts.cluster_profiles").set_index("cluster_name")
    assert profiles["mean_net_revenue"].idxmax() == "High-value customers"
    assert profiles["recommended_action"].notna().all()


def test_a_second_build_on_one_thread_changes_no_row(demo, tmp_path):
    """The same input gives the same bytes: built over itself, with one thread of dbt and DuckDB."""
    again = tmp_path / "warehouse.duckdb"
    shutil.copy(demo.path, again)
    profiles = (ROOT / "profiles.yml").read_text()
    (tmp_path / "profiles.yml").write_text(
        profiles.replace("TimeZone: UTC", "TimeZone: UTC\n        threads: 1")
    )
    models = ("build", "--exclude-resource-type", "test", "unit_test", "--threads", "1")
    result = run_dbt(tmp_path, *models, "--profiles-dir", str(tmp_path), warehouse=again)
    assert result.returncode == 0, result.output[-3000:]
    assert result.marts() == demo.marts()
    for mart in demo.marts():
        changed = result.value(
            f"""
            attach '{demo.path}' as first_build (read_only);
            select count(*) from (
                (from marts.{mart} except all from first_build.marts.{mart})
                union all
                (from first_build.marts.{mart} except all from marts.{mart})
            )
            """
        )
        assert changed == 0, mart


def test_a_failed_critical_expectation_stops_the_build_and_is_named(demo, tmp_path):
    """A project whose seed expects the impossible: the gate says so, marts below it stay."""
    project = tmp_path / "project"
    shutil.copytree(
        ROOT,
        project,
        ignore=shutil.ignore_patterns(".*", "target", "logs", "warehouse", "benchmarks"),
    )
    with (project / "seeds/config/expectations.csv").open("a") as seed:
        seed.write(
            "demo,events,profile,volume,expect_column_values_to_be_between,row_count,"
            '"{""min_value"": 999999999}",critical,\n'
        )
    warehouse = tmp_path / "gated.duckdb"
    shutil.copy(demo.path, warehouse)
    # the gate is a model, so it holds where no test runs
    result = run_dbt(tmp_path, *EVENTS_ONLY, warehouse=warehouse, project=project)
    assert result.returncode != 0
    assert (
        "Footfall: the raw data failed 1 critical expectation(s): events.profile: "
        "expect_column_values_to_be_between on row_count (observed 123915)" in result.output
    )
    failed = result.query(
        "from marts.data_quality_results where not success and severity = 'critical'"
    )
    assert failed["column_name"].tolist() == ["row_count"]
    assert result.value("select count(*) from marts.fct_sessions") == demo.value(
        "select count(*) from marts.fct_sessions"
    )


def test_the_documentation_site_is_one_file(demo, tmp_path):
    warehouse = shutil.copy(demo.path, tmp_path / "warehouse.duckdb")
    result = run_dbt(tmp_path, "docs", "generate", "--static", warehouse=warehouse)
    assert result.returncode == 0, result.output[-3000:]
    assert "fct_sessions" in (tmp_path / "target" / "static_index.html").read_text()
    catalog = json.loads((tmp_path / "target" / "catalog.json").read_text())
    documented = json.loads((tmp_path / "target" / "manifest.json").read_text())["nodes"]
    for name, node in catalog["nodes"].items():
        if node["metadata"]["schema"] == "marts":
            columns = documented[name]["columns"]
            assert set(node["columns"]) == set(columns), name
            assert all(column["description"] for column in columns.values()), name
