"""Expectations from a seed: verdicts, what they report, and how a wrong seed row is explained."""

import json
import re
import socket

import duckdb
import numpy as np
import pandas as pd
import pytest

from footfall.expectations import run_expectations

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
    expectations.loc[1, "severity"] = "warning"
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
    ],
)
def test_profile_expectations_judge_the_facts(events, column, kind, arguments, success, observed):
    result = run(
        events.assign(note=pd.Series([None] * len(events), dtype="str")),
        ("profile", kind, column, arguments),
        absent=["campaign"],
        unparseable_share={"timestamp": 1 / 30},
        max_value={"timestamp": "2024-02-01 00:00:00", "price": "100"},
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
