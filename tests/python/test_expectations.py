"""Expectations from a seed: verdicts, what they report, and how a wrong seed row is explained."""

import json
import re
import socket

import duckdb
import numpy as np
import pandas as pd
import pytest
from warehouses import ROOT, run_dbt

from footfall.cli import main
from footfall.expectations import DIMENSIONS, run_expectations

SEED_COLUMNS = [
    "entity",
    "scope",
    "expectation_type",
    "column_name",
    "arguments",
    "severity",
    "dimension",
    "reason",
]
IN_SET = "expect_column_values_to_be_in_set"
BETWEEN = "expect_column_values_to_be_between"
REGEX = "expect_column_values_to_match_regex"
NOT_NULL = "expect_column_values_to_not_be_null"
MEAN = "expect_column_mean_to_be_between"
STDEV = "expect_column_stdev_to_be_between"
QUANTILES = "expect_column_quantile_values_to_be_between"
KL = "expect_column_kl_divergence_to_be_less_than"


def seed(*rows):
    """Rows of (scope, type, column, arguments as dict or text) about events, all critical."""
    return pd.DataFrame(
        [
            (
                "events",
                scope,
                kind,
                column,
                json.dumps(arguments) if isinstance(arguments, dict) else arguments,
                "critical",
                "validity",
                None,
            )
            for scope, kind, column, arguments in rows
        ],
        columns=SEED_COLUMNS,
    )


def profile_of(frame, entity="events", absent=(), **facts):
    """Profile a frame of texts; `facts` overrides, as {'min_value': {'column': value}}."""
    rows = [
        {
            "entity": entity,
            "column_name": column,
            "is_present": True,
            "row_count": len(frame),
            "null_count": int(frame[column].isna().sum()),
            "null_share": float(frame[column].isna().mean()),
            "unparseable_share": None,
            "empty_day_share": None,
            "days_behind": None,
            "min_value": frame[column].min(),
            "max_value": frame[column].max(),
        }
        for column in frame
    ]
    rows += [
        {"entity": entity, "column_name": column, "is_present": False, "row_count": len(frame)}
        for column in absent
    ]
    for fact, values in facts.items():
        for row in rows:
            row[fact] = values.get(row["column_name"], row.get(fact))
    return pd.DataFrame(rows)


def sample_of(frame, entity="events"):
    rows = frame.astype("object").where(frame.notna(), None).to_dict("records")
    return pd.DataFrame(
        {"entity": entity, "raw_row": pd.Series([json.dumps(row) for row in rows], dtype="str")}
    )


def run(frame, *rows, **profile):
    """Run rows over a frame that is both the table and its sample."""
    return run_expectations(seed(*rows), profile_of(frame, **profile), sample_of(frame))


@pytest.fixture
def events():
    return pd.DataFrame(
        {
            "event_type": ["view", "view", "clik", "click", "Vew", "clik", None, "view"],
            "price": ["1.5", "20", "-3", "n/a", None, "inf", "nan", "7"],
            "timestamp": [
                "2024-01-01 00:00:00",
                "2024-01-02T00:30:00+01:00",
                "2024-01-02",
                "yesterday",
                None,
                "2024-01-03",
                "2024-01-04",
                "2024-01-05",
            ],
        },
        dtype="str",
    )


def test_output_has_one_row_per_expectation_in_seed_order(events):
    expectations = seed(
        ("sample", REGEX, "price", {"regex": "^-?[0-9.]+$", "mostly": 0.5}),
        ("profile", BETWEEN, "row_count", {"min_value": 8}),
        ("sample", NOT_NULL, "event_type", None),
        ("profile", "expect_column_to_exist", "price.null_share", None),
        ("sample", NOT_NULL, "event_type", None),
    )
    expectations.loc[1, ["severity", "dimension", "reason"]] = ["warning", "volume", "a day's"]
    expectations.index = [7, 3, 3, 9, 1]
    results = run_expectations(expectations, profile_of(events), sample_of(events))
    assert list(results.columns) == [
        "suite",
        "dimension",
        "expectation",
        "column_name",
        "arguments",
        "severity",
        "reason",
        "success",
        "observed",
        "checked_rows",
    ]
    assert results["suite"].tolist() == [
        "events.sample",
        "events.profile",
        "events.sample",
        "events.profile",
        "events.sample",
    ]
    assert results["expectation"].tolist() == expectations["expectation_type"].tolist()
    assert results["column_name"].tolist() == expectations["column_name"].tolist()
    assert results["severity"].tolist() == expectations["severity"].tolist()
    assert results["dimension"].tolist() == expectations["dimension"].tolist()
    assert results["reason"].fillna("").tolist() == ["", "a day's", "", "", ""]
    assert results["arguments"].isna().tolist() == [False, False, True, True, True]
    assert results["success"].tolist() == [True, True, False, True, False]
    assert results["checked_rows"].tolist() == [8] * 5


def test_results_become_a_table_with_nulls_and_types(events):
    results = run(events, ("sample", "expect_table_row_count_to_equal", None, {"value": 8}))
    connection = duckdb.connect()
    connection.register("results", results)
    described = dict(
        connection.sql("select column_name, column_type from (describe results)").fetchall()
    )
    assert {described.pop("success"), described.pop("checked_rows")} == {"BOOLEAN", "BIGINT"}
    assert set(described.values()) == {"VARCHAR"}
    row = "select column_name, observed, checked_rows from results"
    assert connection.sql(row).fetchall() == [(None, "8", 8)]


def test_the_same_input_gives_the_same_output(events):
    rows = [("sample", IN_SET, "event_type", {"value_set": ["view"]}) for _ in range(5)]
    first = run(events, *rows)
    pd.testing.assert_frame_equal(first, run(events, *rows))
    assert set(first["observed"]) == {"57.14% unexpected: 'clik' (2), 'Vew' (1), 'click' (1)"}


def test_several_entities_are_judged_apart(events):
    products = pd.DataFrame({"price": ["1", "2"]}, dtype="str")
    expectations = seed(*[("sample", REGEX, "price", {"regex": "^[0-9]$"})] * 2)
    expectations.loc[1, "entity"] = "products"
    results = run_expectations(
        expectations,
        pd.concat([profile_of(events), profile_of(products, "products")]),
        pd.concat([sample_of(events), sample_of(products, "products")]),
    )
    assert results["suite"].tolist() == ["events.sample", "products.sample"]
    assert results["success"].tolist() == [False, True]
    assert results["checked_rows"].tolist() == [8, 2]


def test_an_empty_seed_gives_an_empty_result(events):
    results = run_expectations(seed(), profile_of(events), sample_of(events))
    assert len(results) == 0
    assert results["success"].dtype == "bool"
    assert results["checked_rows"].dtype == "int64"


@pytest.mark.parametrize(
    ("column", "kind", "arguments", "success", "observed"),
    [
        ("row_count", BETWEEN, {"min_value": 1}, True, "8"),
        ("row_count", BETWEEN, {"min_value": 9}, False, "8"),
        ("event_type.null_share", BETWEEN, {"max_value": 0.2}, True, "0.125"),
        ("event_type.null_share", BETWEEN, {"max_value": 0.1}, False, "0.125"),
        ("event_type.null_count", BETWEEN, {"max_value": 0}, False, "1"),
        ("event_type.is_present", IN_SET, {"value_set": [True]}, True, "True"),
        ("campaign.is_present", IN_SET, {"value_set": [True]}, False, "False"),
        ("campaign.null_share", BETWEEN, {"max_value": 1}, False, "column is missing"),
        ("timestamp.unparseable_share", BETWEEN, {"max_value": 0.01}, False, "0.0333333"),
        ("price.unparseable_share", BETWEEN, {"max_value": 0.01}, True, "null"),
        (
            "timestamp.max_value",
            BETWEEN,
            {"cast": "time", "max_value": "2024-01-31"},
            False,
            "2024-02-01 00:00:00",
        ),
        (
            "timestamp.max_value",
            BETWEEN,
            {"cast": "time", "max_value": "2024-02-01T01:00:00+01:00"},
            True,
            "2024-02-01 00:00:00",
        ),
        ("price.max_value", BETWEEN, {"cast": "number", "max_value": 20}, False, "100"),
        ("note.max_value", BETWEEN, {"cast": "number", "max_value": 20}, True, "null"),
        ("note.max_value", BETWEEN, {"cast": "time", "min_value": "2024-01-01"}, True, "null"),
        ("timestamp.empty_day_share", BETWEEN, {"max_value": 0.2}, False, "0.25"),
        ("timestamp.days_behind", BETWEEN, {"max_value": 0}, False, "3"),
        ("price.days_behind", BETWEEN, {"max_value": 0}, True, "null"),
    ],
)
def test_profile_expectations_judge_the_facts(events, column, kind, arguments, success, observed):
    result = run(
        events.assign(note=pd.Series([None] * len(events), dtype="str")),
        ("profile", kind, column, arguments),
        absent=["campaign"],
        unparseable_share={"timestamp": 1 / 30},
        max_value={"timestamp": "2024-02-01 00:00:00", "price": "100"},
        empty_day_share={"timestamp": 0.25},
        days_behind={"timestamp": 3},
    ).iloc[0]
    assert (result["success"], result["observed"]) == (success, observed)
    assert result["checked_rows"] == (0 if observed == "column is missing" else 8)


@pytest.mark.parametrize(
    ("column", "kind", "arguments", "success", "observed"),
    [
        (
            "event_type",
            IN_SET,
            {"value_set": ["view", "click"], "mostly": 0.5},
            True,
            "42.86% unexpected: 'clik' (2), 'Vew' (1)",
        ),
        ("event_type", IN_SET, {"value_set": ["view"], "mostly": 0.9}, False, None),
        ("event_type", NOT_NULL, None, False, "12.5% unexpected"),
        ("event_type", REGEX, {"regex": "."}, True, "0% unexpected"),
        (
            "event_type",
            "expect_column_value_lengths_to_be_between",
            {"min_value": 4},
            False,
            "14.29% unexpected: 'Vew' (1)",
        ),
        (
            "event_type",
            "expect_column_values_to_be_unique",
            None,
            False,
            "71.43% unexpected: 'view' (3), 'clik' (2)",
        ),
        ("event_type", "expect_column_unique_value_count_to_be_between", {"max_value": 4}, 1, "4"),
        (
            "event_type",
            "expect_column_distinct_values_to_be_in_set",
            {"value_set": ["view"]},
            False,
            "not as expected",
        ),
        (
            "event_type",
            "expect_column_distinct_values_to_contain_set",
            {"value_set": ["view", "refund", "purchase"]},
            False,
            "missing: 'purchase', 'refund'",
        ),
        (
            "event_type",
            "expect_column_distinct_values_to_contain_set",
            {"value_set": ["view"]},
            True,
            "none missing",
        ),
        ("event_type", "expect_column_to_exist", None, True, "as expected"),
        ("campaign", "expect_column_to_exist", None, False, "column is missing"),
        ("campaign", IN_SET, {"value_set": ["a"]}, False, "column is missing"),
        ("unheard_of", NOT_NULL, None, False, "column is missing"),
        (
            None,
            "expect_compound_columns_to_be_unique",
            {"column_list": ["event_type", "price"]},
            True,
            "0% unexpected",
        ),
        (
            None,
            "expect_compound_columns_to_be_unique",
            {"column_list": ["event_type", "campaign"]},
            False,
            "column is missing",
        ),
        (
            None,
            "expect_column_pair_values_to_be_equal",
            {"column_A": "event_type", "column_B": "price", "mostly": 1},
            False,
            "100% unexpected: 'Vew' + null (1), 'click' + 'n/a' (1), 'clik' + '-3' (1)",
        ),
    ],
)
def test_sample_expectations_judge_the_rows(events, column, kind, arguments, success, observed):
    result = run(events, ("sample", kind, column, arguments), absent=["campaign"]).iloc[0]
    assert result["success"] == success
    assert observed in (None, result["observed"])


@pytest.mark.parametrize(
    ("column", "arguments", "unexpected"),
    [
        ("price", {"cast": "number", "min_value": 0}, ["-3", "inf", "n/a", "nan"]),
        ("price", {"cast": "number", "max_value": 7}, ["20", "inf", "n/a", "nan"]),
        ("price", {"cast": "number", "min_value": -5, "max_value": 99}, ["inf", "n/a", "nan"]),
        ("timestamp", {"cast": "time", "min_value": "2024-01-02"}, None),
        ("timestamp", {"cast": "time", "max_value": "2024-01-04"}, ["2024-01-05", "yesterday"]),
    ],
)
def test_a_cast_compares_by_meaning_and_fails_what_it_cannot_read(
    events, column, arguments, unexpected
):
    if unexpected is None:  # the offset puts half past midnight on the day before
        unexpected = ["2024-01-01 00:00:00", "2024-01-02T00:30:00+01:00", "yesterday"]
    result = run(events, ("sample", BETWEEN, column, arguments)).iloc[0]
    share = len(unexpected) / events[column].notna().sum()
    shown = ", ".join(f"'{text}' (1)" for text in sorted(unexpected)[:3])
    assert result["observed"] == f"{100 * share:.4g}% unexpected: {shown}"
    assert not result["success"]


PRICES = [1.5, 20.0, -3.0, 7.0]


@pytest.mark.parametrize(
    ("kind", "low", "high", "value"),
    [
        (MEAN, "min_value", "max_value", np.mean(PRICES)),
        ("expect_column_median_to_be_between", "min_value", "max_value", 4.25),
        (STDEV, "min_value", "max_value", np.std(PRICES, ddof=1)),
        ("expect_column_max_to_be_between", "min_value", "max_value", 20),
    ],
)
def test_a_distribution_leaves_out_what_is_no_number(events, kind, low, high, value):
    cases = [
        ({low: value - 0.01, high: value + 0.01}, True),
        ({low: value + 0.01}, False),
        ({high: value - 0.01}, False),
    ]
    rows = [("sample", kind, "price", {"cast": "number"} | bounds) for bounds, _ in cases]
    results = run(events, *rows)
    assert results["success"].tolist() == [success for _, success in cases]
    assert set(results["observed"]) == {f"{value:.6g}"}


def test_quantiles_are_judged_and_shown(events):
    ranges = {"quantiles": [0.25, 0.75], "value_ranges": [[1, 2], [None, 10]]}
    rule = ("sample", QUANTILES, "price", {"cast": "number", "quantile_ranges": ranges})
    result = run(events, rule).iloc[0]
    assert (result["success"], result["observed"]) == (True, "25% up to 1.5, 75% up to 7")


@pytest.mark.parametrize(
    ("weights", "holdout", "expected"),
    [
        # value by value: share * ln(share / expected share), in the 7 rows that have a type
        ({"view": 0.5, "clik": 0.3, "click": 0.1, "Vew": 0.1}, 0, {}),
        # types that are not expected share the holdout, the others what it leaves
        (
            {"view": 0.8, "click": 0.2},
            0.1,
            {"view": 0.72, "click": 0.18, "clik": 0.05, "Vew": 0.05},
        ),
    ],
)
def test_a_mix_is_held_against_a_usual_one(events, weights, holdout, expected):
    shares = {"view": 3 / 7, "clik": 2 / 7, "click": 1 / 7, "Vew": 1 / 7}
    usual = expected or weights
    divergence = sum(share * np.log(share / usual[name]) for name, share in shares.items())
    arguments = {
        "partition_object": {"values": list(weights), "weights": list(weights.values())},
        "tail_weight_holdout": holdout,
    }
    rows = [
        ("sample", KL, "event_type", arguments | {"threshold": divergence + difference})
        for difference in (0.001, -0.001)
    ]
    results = run(events, *rows)
    assert results["success"].tolist() == [True, False]
    assert set(results["observed"]) == {f"{divergence:.6g}: view 42.86%, clik 28.57%, Vew 14.29%"}


def test_a_mix_with_a_value_for_which_nothing_is_left_is_infinitely_far(events):
    mix = {"values": ["view", "clik"], "weights": [0.5, 0.5]}
    rule = ("sample", KL, "event_type", {"partition_object": mix, "threshold": 9})
    result = run(events, rule).iloc[0]
    assert not result["success"]
    assert result["observed"] == "infinite: view 42.86%, clik 28.57%, Vew 14.29%"


def test_a_distribution_of_nothing_fails_and_ends_nothing(events):
    nothing = events.assign(price=pd.Series(["n/a"] * len(events), dtype="str"), note=None)
    ranges = {"quantiles": [0.5], "value_ranges": [[0, 1]]}
    mix = {"values": ["a"], "weights": [1]}
    rows = [
        ("sample", QUANTILES, "price", {"cast": "number", "quantile_ranges": ranges}),
        ("sample", MEAN, "price", {"cast": "number", "min_value": 0}),
        ("sample", KL, "note", {"partition_object": mix, "threshold": 1}),
        ("sample", REGEX, "note", {"regex": "a"}),
    ]
    results = run(nothing.astype("str"), *rows)
    assert results["success"].tolist() == [False, False, False, True]
    assert results["observed"].tolist() == ["no values"] * 3 + ["0% unexpected"]
    assert set(
        run_expectations(
            seed(*rows[:3]), profile_of(events.assign(note=None).head(0)), sample_of(events.head(0))
        )["observed"]
    ) == {"no values"}


def test_columns_that_no_rule_reads_cost_nothing_but_count_for_the_table(events):
    wide = events.assign(**{f"column_{at}": "1" for at in range(50)}).astype("str")
    rules = [("sample", NOT_NULL, "price", None)]
    assert run(wide, *rules)["observed"].tolist() == ["12.5% unexpected"]
    rules += [("sample", "expect_table_column_count_to_equal", None, {"value": 53})]
    assert run(wide, *rules)["success"].tolist() == [False, True]


def test_long_examples_are_cut():
    frame = pd.DataFrame({"agent": ["x" * 500]}, dtype="str")
    result = run(frame, ("sample", REGEX, "agent", {"regex": "^y"})).iloc[0]
    assert result["observed"] == f"100% unexpected: '{'x' * 40}...' (1)"


def test_an_empty_sample_breaks_no_row_rule_but_knows_its_columns(events):
    results = run_expectations(
        seed(
            ("sample", IN_SET, "event_type", {"value_set": ["view"]}),
            ("sample", BETWEEN, "price", {"cast": "number", "min_value": 0}),
            ("sample", BETWEEN, "timestamp", {"cast": "time", "min_value": "2024-01-01"}),
            ("sample", "expect_column_to_exist", "price", None),
            ("sample", "expect_column_to_exist", "campaign", None),
            ("sample", "expect_table_row_count_to_be_between", None, {"min_value": 1}),
            ("profile", BETWEEN, "row_count", {"min_value": 1}),
        ),
        profile_of(events.head(0), absent=["campaign"]),
        sample_of(events.head(0)),
    )
    assert results["success"].tolist() == [True, True, True, True, False, False, False]
    assert set(results["checked_rows"]) == {0}
    assert results["observed"].iloc[0] == "0% unexpected"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"entity": "evnts"}, "no such entity; the source has ['events']"),
        ({"scope": "table"}, "scope must be one of ('profile', 'sample')"),
        ({"severity": "fatal"}, "severity must be one of ('critical', 'warning')"),
        ({"dimension": "accuracy"}, "dimension must be one of ('schema', 'volume', "),
        ({"expectation_type": "expect_magic"}, "no such expectation_type; use a Great Expec"),
        ({"expectation_type": None}, "no such expectation_type"),
        ({"arguments": "{'regex': 1}"}, "arguments is not JSON (Expecting property name"),
        ({"arguments": ""}, "arguments is not JSON"),
        ({"arguments": "[1]"}, "arguments must be a JSON object"),
        ({"arguments": '{"regexp": "a"}'}, "extra fields not permitted"),
        (
            {"expectation_type": "expect_column_value_lengths_to_equal", "arguments": None},
            "value field required",
        ),
        ({"arguments": '{"regex": "a", "mostly": 2}'}, "less than or equal to 1"),
        ({"arguments": '{"regex": "a", "column": "price"}'}, "multiple values for keyword"),
        (
            {"arguments": '{"regex": "("}'},
            "cannot be evaluated (Invalid regular expression: missing )",
        ),
        ({"column_name": None}, "column field required"),
        ({"arguments": '{"regex": "a", "cast": "date"}'}, "cast must be one of ('number', 'time')"),
        ({"arguments": '{"cast": "number"}', "column_name": None}, "and needs a column_name"),
        ({"scope": "profile"}, "'event_type' is no fact; use row_count or <column>.<fact>"),
        ({"scope": "profile", "column_name": "price.mean"}, "'price.mean' is no fact"),
        (
            {"expectation_type": BETWEEN, "arguments": '{"min_value": 1}'},
            'to compare text as numbers or times add "cast": "number" or "cast": "time"',
        ),
        (
            {"expectation_type": BETWEEN, "arguments": '{"cast": "time", "min_value": "soon"}'},
            "correct column_name or arguments",
        ),
        (
            {
                "expectation_type": "unexpected_rows_expectation",
                "column_name": None,
                "arguments": '{"unexpected_rows_query": "select 1 from {batch}"}',
            },
            "cannot be evaluated (No provider found",
        ),
    ],
)
def test_a_wrong_seed_row_is_named_in_one_line(events, capfd, changes, problem):
    expectations = seed(
        ("sample", NOT_NULL, "price", None),
        ("sample", REGEX, "event_type", {"regex": "^[a-z]+$"}),
    ).astype("object")
    for column, value in changes.items():
        expectations.loc[1, column] = value
    row = expectations.iloc[1]
    with pytest.raises(ValueError, match=re.escape(problem)) as caught:
        run_expectations(expectations, profile_of(events), sample_of(events))
    message = str(caught.value)
    assert message.startswith(
        f"expectations seed, {row['entity']}.{row['scope']}: {row['expectation_type']}"
        f"({row['column_name'] or ''}): "
    )
    assert "\n" not in message
    assert capfd.readouterr() == ("", "")


def test_nothing_is_written_sent_or_printed(events, tmp_path, monkeypatch, capfd):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    run(events, ("sample", NOT_NULL, "price", None), ("profile", NOT_NULL, "row_count", None))
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_verdicts_agree_with_pandas_on_a_hundred_thousand_rows():
    rows = 100_000
    random = np.random.default_rng(11)
    frame = pd.DataFrame(
        {
            "event_type": random.choice(["view", "click", "clik"], rows, p=[0.6, 0.39, 0.01]),
            "price": random.normal(20, 8, rows).round(2).astype("str"),
            "timestamp": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(random.integers(0, 86400 * 60, rows), unit="s"),
            "session_id": random.integers(0, rows * 5, rows).astype("str"),
        }
    ).astype("str")
    for column in frame:
        frame.loc[random.random(rows) < 0.05, column] = None
    frame.loc[random.random(rows) < 0.01, "price"] = "free"

    number = pd.to_numeric(frame["price"], errors="coerce")
    time = pd.to_datetime(frame["timestamp"])
    unexpected = {
        (IN_SET, "event_type", '{"value_set": ["view", "click"]}'): ~frame["event_type"].isin(
            ["view", "click"]
        ),
        (REGEX, "price", '{"regex": "^-?[0-9]+[.][0-9]$"}'): ~frame["price"].str.fullmatch(
            r"-?[0-9]+\.[0-9]", na=False
        ),
        (BETWEEN, "price", '{"cast": "number", "min_value": 0, "max_value": 40}'): ~number.between(
            0, 40
        ),
        (BETWEEN, "timestamp", '{"cast": "time", "max_value": "2024-02-20"}'): time
        > pd.Timestamp("2024-02-20"),
        (
            "expect_column_value_lengths_to_be_between",
            "session_id",
            '{"min_value": 6}',
        ): frame["session_id"].str.len() < 6,
        ("expect_column_values_to_be_unique", "session_id", "{}"): frame["session_id"].duplicated(
            keep=False
        ),
    }
    cases = []
    for (kind, column, arguments), is_unexpected in unexpected.items():
        known = frame[column].notna()
        share = (is_unexpected & known).sum() / known.sum()
        counts = frame.loc[is_unexpected & known, column].value_counts()
        top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:3]
        observed = f"{100 * share:.4g}% unexpected: " + ", ".join(f"'{k}' ({n})" for k, n in top)
        for mostly, success in [(1 - share - 1e-6, True), (1 - share + 1e-6, False)]:
            row = ("sample", kind, column, json.loads(arguments) | {"mostly": mostly})
            cases.append((row, success, observed))
    for column in frame:
        share = frame[column].isna().mean()
        for bound, success in [(share + 1e-9, True), (share - 1e-9, False)]:
            row = ("profile", BETWEEN, f"{column}.null_share", {"max_value": bound})
            cases.append((row, success, f"{share:.6g}"))

    results = run(frame, *[row for row, _, _ in cases])
    assert results["success"].tolist() == [success for _, success, _ in cases]
    assert results["observed"].tolist() == [observed for _, _, observed in cases]
    assert set(results["checked_rows"]) == {rows}


def shipped_suites(source):
    rows = pd.read_csv(ROOT / "seeds" / "config" / "expectations.csv", dtype="str")
    return rows[rows["source"] == source].drop(columns="source")


def raw_file(path):
    """Read a raw CSV file as text, its columns in snake case."""
    frame = pd.read_csv(path, dtype="str", encoding="utf-8-sig", keep_default_na=False)
    return frame.mask(frame == "").rename(columns=lambda name: name.lower().replace(" ", "_"))


def days_of(text):
    """Share of days without a row between the first and the last usual day, in plain pandas."""
    days = pd.to_datetime(text, format="ISO8601").dt.date.value_counts()
    usual = days.index[days >= days.mean() / 10]
    span = pd.date_range(min(usual), max(usual))
    return 1 - span.isin(pd.to_datetime(days.index)).mean()


def judge(source, entities):
    """Run a source's shipped suites over raw frames, every row of them the sample."""
    profiles = []
    for entity, frame in entities.items():
        times = [name for name in frame if re.search("_(at|date|timestamp)$", name)]
        profile = profile_of(
            frame.assign(malformed_reason=pd.Series(np.nan, frame.index, dtype="str")),
            entity,
            unparseable_share=dict.fromkeys(times, 0.0),
            empty_day_share={name: days_of(frame[name]) for name in times},
        )
        profiles.append(profile)
    samples = pd.concat([sample_of(frame, entity) for entity, frame in entities.items()])
    return run_expectations(shipped_suites(source), pd.concat(profiles), samples)


def failures(results):
    failed = results[~results["success"]]
    names = failed["column_name"].fillna(failed["expectation"])
    return sorted(failed["suite"] + " " + names + " " + failed["dimension"])


OLIST_FILES = {
    "orders": "olist_orders_dataset",
    "order_items": "olist_order_items_dataset",
    "payments": "olist_order_payments_dataset",
    "reviews": "olist_order_reviews_dataset",
    "customers": "olist_customers_dataset",
    "products": "olist_products_dataset",
    "sellers": "olist_sellers_dataset",
    "geolocation": "olist_geolocation_dataset",
    "category_translation": "product_category_name_translation",
}


@pytest.fixture(scope="module")
def olist(shared_data):
    return {
        entity: raw_file(shared_data / "olist" / f"{name}.csv")
        for entity, name in OLIST_FILES.items()
    }


@pytest.mark.parametrize("source", ["demo", "tracking", "rees46", "online_retail", "olist"])
def test_every_source_with_times_has_a_suite_of_each_kind(source):
    suites = shipped_suites(source)
    assert set(suites["dimension"]) >= {"volume", "completeness", "validity", "distribution"}
    assert suites["column_name"].str.endswith(".empty_day_share").any()
    assert suites["column_name"].str.endswith(".days_behind").any()
    assert set(suites["dimension"]) <= set(DIMENSIONS)
    assert suites.loc[suites["dimension"] == "distribution", "reason"].notna().all()
    judged = suites["dimension"].isin(["distribution", "consistency"])
    assert set(suites.loc[judged, "severity"]) == {"warning"}


def test_the_olist_suites_hold_on_the_real_files(olist):
    results = judge("olist", olist)
    assert failures(results) == []
    assert set(results["suite"].str.split(".").str[0]) == set(olist)


def test_the_olist_suites_see_what_is_wrong(olist):
    orders, items, reviews = (olist[name].copy() for name in ("orders", "order_items", "reviews"))
    bought = pd.to_datetime(orders["order_purchase_timestamp"])
    orders = orders[~bought.dt.month.isin([3, 4, 5])]
    orders["order_status"] = "shipped"
    orders["order_approved_at"] = "2016-01-01 00:00:00"
    items["price"] = items["price"].str.replace(".", "") + "0"
    items.loc[items.index[:50], "order_item_id"] = "1"
    reviews["review_score"] = "5"
    changed = olist | {"orders": orders, "order_items": items, "reviews": reviews}
    changed["payments"] = olist["payments"].assign(payment_type="cash")
    assert failures(judge("olist", changed)) == [
        "order_items.sample expect_compound_columns_to_be_unique uniqueness",
        "order_items.sample price distribution",
        "orders.profile order_purchase_timestamp.empty_day_share freshness",
        "orders.sample expect_column_pair_values_a_to_be_greater_than_b consistency",
        "orders.sample order_status distribution",
        "payments.sample payment_type distribution",
        "payments.sample payment_type validity",
        "reviews.sample review_score distribution",
        "reviews.sample review_score distribution",
    ]


@pytest.fixture(scope="module")
def offers(shared_data):
    return raw_file(shared_data / "purchase_history" / "purchase_history.csv")


def test_the_purchase_history_suite_holds_on_the_real_file(offers):
    assert failures(judge("purchase_history", {"offers": offers})) == []


def test_the_purchase_history_suite_sees_what_is_wrong(offers):
    changed = offers.assign(price="2000", gender="Female", age="7", purchased="yes")
    results = judge("purchase_history", {"offers": changed})
    assert failures(results) == [
        "offers.sample age distribution",
        "offers.sample age validity",
        "offers.sample gender distribution",
        "offers.sample price distribution",
        "offers.sample purchased distribution",
        "offers.sample purchased validity",
    ]


def test_the_days_of_a_build_agree_with_pandas(demo):
    """The demo has events of a stray clock in 2099, which must not stretch its days."""
    facts = demo.query("select * from intermediate.int_source_times").set_index(
        ["entity", "column_name"]
    )
    times = [("events", "timestamp"), ("events", "loaded_at"), ("customers", "signed_up_at")]
    assert sorted(facts.index) == sorted(times)
    for entity, column in times:
        text = raw_file(ROOT / "seeds" / "raw" / f"demo_{entity}.csv")[column]
        read = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True)
        fact = facts.loc[(entity, column)]
        in_range = read[read.dt.year < 2040].dt.strftime("%Y-%m-%d")
        assert fact["empty_day_share"] == pytest.approx(days_of(in_range))
        assert fact["unparseable_count"] == (read.isna() & text.notna()).sum()
        assert fact["min_value"] == str(read.min())[:19]
        assert fact["max_value"] == str(read.max())[:19]
        assert pd.isna(fact["days_behind"])


def test_data_that_end_too_early_stop_the_build_and_are_reported(tmp_path):
    """The demo's events end on 2025-09-27."""
    stopped = run_dbt(
        tmp_path,
        "build",
        "--exclude-resource-type",
        "test",
        "unit_test",
        "-s",
        "+quality_gate",
        expected_until="2025-10-15",
    )
    assert stopped.returncode == 1
    assert "on timestamp.days_behind (observed 18)" in stopped.output
    assert main(["quality-report", "--warehouse", str(stopped.path)]) == 0
    page = (tmp_path / "warehouse_quality.html").read_text(encoding="utf-8")
    assert "The build stopped at the quality gate: 1 critical" in page
    assert "timestamp.days_behind" in page
    assert "Not built: the build did not come so far." in page


def customer_model(rows=600):
    """Three windows each of customers whose features are drawn from plausible ranges."""
    random = np.random.default_rng(5)
    whole = {"user_id": np.arange(rows) // 3, "time_step": np.arange(rows) % 3}
    whole["click_count_sum"] = random.integers(20, 900, rows)
    drawn = {"haspurchase_mean": (0.05, 0.6), "start_month_mean": (1, 12)}
    drawn |= {"start_weekday_mean": (1, 7), "start_hour_mean": (0, 23), "length_mean": (0, 90)}
    drawn |= {"purchase_revenue_sum": (9, 9000), "session_recency_min": (0, 60)}
    features = {name: random.uniform(*ends, rows).round(3) for name, ends in drawn.items()}
    return pd.DataFrame(whole | features).astype("str")


def test_the_customer_model_suite_holds_on_plausible_features():
    assert failures(judge("customer_model", {"features": customer_model()})) == []


def test_the_customer_model_suite_sees_what_is_wrong():
    changed = customer_model().assign(
        time_step="1", haspurchase_mean="1", purchase_revenue_sum="-5", start_month_mean="0.5"
    )
    assert failures(judge("customer_model", {"features": changed})) == [
        "features.sample expect_compound_columns_to_be_unique uniqueness",
        "features.sample haspurchase_mean distribution",
        "features.sample purchase_revenue_sum distribution",
        "features.sample purchase_revenue_sum validity",
        "features.sample start_month_mean validity",
    ]
