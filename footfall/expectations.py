"""Great Expectations suites whose expectations are the rows of a seed, run in memory.

Expectations read two small frames, so that their cost does not grow with the source:

- the *profile* knows the whole table: one row of facts per column, computed in SQL. Schema, volume,
  null shares, time ranges and freshness are expectations about `row_count` and `<column>.<fact>`;
- the *sample* holds raw rows. Value sets, patterns and lengths are expectations about its columns,
  with Great Expectations' `mostly` as the share of rows that must comply; means, quantiles and the
  divergence from a usual mix of values are expectations about a column's distribution.

Every column of the sample is text, and so are the profile's smallest and largest values. To compare
such a column as numbers or times, use the argument `"cast": "number"` or `"cast": "time"` (ISO
8601, compared in UTC), which Great Expectations does not have. Text that cannot be read as such
then fails an expectation about each value, and is left out of an expectation about the whole
column, such as its mean. Nulls are ignored, as everywhere in Great Expectations, but an expectation
about a whole column fails if the column holds only nulls.

Great Expectations' context lives in memory: it writes no file, sends nothing, draws no progress
bar.
"""

import json
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from great_expectations import ExpectationSuite, get_context
from great_expectations.core import ExpectationValidationResult
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.datasource.fluent import PandasDatasource
from great_expectations.exceptions import ExpectationNotFoundError
from great_expectations.expectations.expectation import (
    ColumnAggregateExpectation,
    Expectation,
)
from great_expectations.expectations.registry import get_expectation_impl

SCOPES = ("profile", "sample")
SEVERITIES = ("critical", "warning")
DIMENSIONS = (
    "schema",
    "volume",
    "completeness",
    "validity",
    "uniqueness",
    "consistency",
    "distribution",
    "freshness",
)
FACTS = (
    "is_present",
    "null_count",
    "null_share",
    "unparseable_share",
    "min_value",
    "max_value",
    "empty_day_share",
    "days_behind",
)
BOUNDS = ("min_value", "max_value")
CASTS = ("number", "time")

EXAMPLES_SHOWN = 3
TEXT_LENGTH = 40


class Cast(NamedTuple):
    """A typed copy of a text column; `unread` is what unreadable text becomes: low, high or null.

    Low is below and high above any bound, so that the value fails on the side that is checked.
    """

    column: str
    kind: str
    unread: str

    @property
    def name(self) -> str:
        """The derived column's name, unique in its frame."""
        return f"{self.column} as {self.kind}, else {self.unread}"


class Rule(NamedTuple):
    """One row of the seed, parsed: `columns` are those it reads, `cast` the column to derive."""

    label: str
    entity: str
    scope: str
    columns: tuple[str, ...]
    cast: Cast | None
    expectation: Expectation


class Outcome(NamedTuple):
    """The result of one expectation."""

    success: bool
    observed: str
    checked_rows: int


MISSING = Outcome(success=False, observed="column is missing", checked_rows=0)
NO_VALUES = "no values"


def run_expectations(
    expectations: pd.DataFrame, profile: pd.DataFrame, sample: pd.DataFrame
) -> pd.DataFrame:
    """Run every expectation and return one row for each, in the order of the seed.

    Args:
        expectations: the seed's rows for this source: entity, scope ('profile' or 'sample'),
            expectation_type (such as 'expect_column_values_to_be_in_set'), column_name (null for
            an expectation about the table), arguments (a JSON object as text, or null), severity
            ('critical' or 'warning'), dimension (of data quality, one of DIMENSIONS), reason (why
            the bounds are what they are, or null).
        profile: one row per entity and known column, over the whole table: entity, column_name,
            is_present (the files have the column), row_count, null_count, null_share,
            unparseable_share, empty_day_share, days_behind (null where the column is not a time),
            min_value, max_value (text).
        sample: entity and raw_row (a JSON object of texts and nulls), any number of rows.

    Returns:
        suite ('<entity>.<scope>'), dimension, expectation, column_name, arguments, severity,
        reason, success, observed (the fact, or the share of unexpected values and the most
        frequent of them), checked_rows (of a profile, the rows of the table; of a sample, the rows
        of the sample; 0 if a column is missing, which is a failure and not an error).

    Raises:
        ValueError: a row of the seed cannot be run; one line names the row and what to change.

    """
    known = set(profile["entity"])
    rules = [_parse(at, row) for at, row in enumerate(expectations.itertuples(index=False))]
    suites: dict[tuple[str, str], dict[int, Rule]] = {}
    for position, rule in enumerate(rules):
        if rule.entity not in known:
            raise _seed_error(rule.label, f"no such entity; the source has {sorted(known)}")
        suites.setdefault((rule.entity, rule.scope), {})[position] = rule

    source = _in_memory_source()
    outcomes: dict[int, Outcome] = {}
    for (entity, scope), suite in suites.items():
        facts = profile[profile["entity"] == entity]
        if scope == "profile":
            frame = _profile_frame(facts)
            checked_rows = int(frame["row_count"].iloc[0])
        else:
            raw_rows = sample.loc[sample["entity"] == entity, "raw_row"]
            frame = _sample_frame(facts, raw_rows, suite.values())
            checked_rows = len(frame)
        outcomes |= _run_suite(source, suite, frame, checked_rows)

    seed = expectations.reset_index(drop=True).astype("str")
    ordered = pd.DataFrame([outcomes[at] for at in range(len(rules))], columns=Outcome._fields)
    return pd.DataFrame(
        {
            "suite": seed["entity"] + "." + seed["scope"],
            "dimension": seed["dimension"],
            "expectation": seed["expectation_type"],
            "column_name": seed["column_name"],
            "arguments": seed["arguments"],
            "severity": seed["severity"],
            "reason": seed["reason"],
            "success": ordered["success"].astype("bool"),
            "observed": ordered["observed"].astype("str"),
            "checked_rows": ordered["checked_rows"].astype("int64"),
        }
    )


def _in_memory_source() -> PandasDatasource:
    """Return a pandas data source whose context writes no file and sends nothing."""
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return get_context(project_config=config, mode="ephemeral").data_sources.add_pandas("footfall")


def _parse(position: int, row: Any) -> Rule:
    """Read one row of the seed (a named tuple), or raise the ValueError that explains it."""
    column = None if pd.isna(row.column_name) else row.column_name
    label = f"{row.entity}.{row.scope}: {row.expectation_type}({column or ''})"
    if row.scope not in SCOPES:
        raise _seed_error(label, f"scope must be one of {SCOPES}")
    if row.severity not in SEVERITIES:
        raise _seed_error(label, f"severity must be one of {SEVERITIES}")
    if row.dimension not in DIMENSIONS:
        raise _seed_error(label, f"dimension must be one of {DIMENSIONS}")
    try:
        expectation_class = get_expectation_impl(row.expectation_type)
    except ExpectationNotFoundError as error:
        raise _seed_error(
            label,
            "no such expectation_type; use a Great Expectations name such as"
            " expect_column_values_to_be_in_set",
        ) from error

    arguments = _parse_arguments(label, row.arguments)
    kind = arguments.pop("cast", None)
    if kind is not None and (kind not in CASTS or column is None):
        raise _seed_error(label, f"cast must be one of {CASTS} and needs a column_name")
    if issubclass(expectation_class, ColumnAggregateExpectation):
        unread = "null"
    else:
        unread = "low" if "min_value" in arguments else "high"
    cast = None if kind is None else Cast(column, kind, unread)
    try:
        if kind == "time":
            arguments |= {key: _utc(arguments[key]) for key in BOUNDS if key in arguments}
        domain = {} if column is None else {"column": cast.name if cast else column}
        expectation = expectation_class(
            **domain, **arguments, severity=row.severity, meta={"position": position}
        )
    except (TypeError, ValueError) as error:
        raise _seed_error(label, f"{_one_line(error)}; correct column_name or arguments") from error

    columns = tuple(_columns_read(column, arguments))
    for name in columns if row.scope == "profile" else ():
        if name != "row_count" and name.rpartition(".")[2] not in FACTS:
            raise _seed_error(
                label, f"{name!r} is no fact; use row_count or <column>.<fact>, one of {FACTS}"
            )
    return Rule(label, row.entity, row.scope, columns, cast, expectation)


def _parse_arguments(label: str, text: Any) -> dict[str, Any]:
    """Return the JSON object in a seed's cell; a null cell is an empty one."""
    if pd.isna(text):
        return {}
    try:
        arguments = json.loads(text)
    except json.JSONDecodeError as error:
        raise _seed_error(label, f"arguments is not JSON ({error}); correct it") from error
    if not isinstance(arguments, dict):
        raise _seed_error(label, 'arguments must be a JSON object such as {"min_value": 0}')
    return arguments


def _columns_read(column: str | None, arguments: dict[str, Any]) -> Iterator[str]:
    """Yield the names of the columns an expectation reads."""
    if column is not None:
        yield column
    for key in ("column_A", "column_B"):
        if key in arguments:
            yield arguments[key]
    yield from arguments.get("column_list", ())


def _profile_frame(facts: pd.DataFrame) -> pd.DataFrame:
    """Spread one entity's profile into one row: row_count and `<column>.<fact>`.

    A column that the files lack has `is_present` only: its other facts do not exist.
    """
    wide: dict[str, Any] = {"row_count": facts["row_count"].iloc[0]}
    for column in facts.to_dict("records"):
        for fact in FACTS if column["is_present"] else FACTS[:1]:
            wide[f"{column['column_name']}.{fact}"] = column[fact]
    return pd.DataFrame([wide])


def _sample_frame(
    facts: pd.DataFrame, raw_rows: pd.Series, rules: Collection[Rule]
) -> pd.DataFrame:
    """Turn the sample's JSON objects into text columns.

    Only columns that the files have and that a rule reads are taken. If a rule is about the whole
    table, all columns of the files are.
    """
    columns = facts.loc[facts["is_present"].astype("bool"), "column_name"].tolist()
    if all(rule.columns for rule in rules):
        read = {name for rule in rules for name in rule.columns}
        columns = [name for name in columns if name in read]
    values = [[row.get(name) for name in columns] for row in map(json.loads, raw_rows)]
    return pd.DataFrame(values, columns=columns, dtype="str")


def _run_suite(
    source: PandasDatasource, suite: dict[int, Rule], frame: pd.DataFrame, checked_rows: int
) -> dict[int, Outcome]:
    """Validate one frame against all its rules at once; both dicts are keyed by seed position."""
    present = {at: rule for at, rule in suite.items() if set(rule.columns) <= set(frame)}
    casts = sorted({rule.cast for rule in present.values() if rule.cast})
    typed = frame.assign(**{cast.name: _cast(frame[cast.column], cast) for cast in casts})
    empty = {at for at, rule in present.items() if _is_about_no_values(rule, typed)}
    runnable = [rule for at, rule in present.items() if at not in empty]
    outcomes = dict.fromkeys(suite, MISSING)
    outcomes |= dict.fromkeys(empty, Outcome(False, NO_VALUES, checked_rows))
    if not runnable:
        return outcomes

    name = f"{runnable[0].entity}.{runnable[0].scope}"
    definition = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")
    validation = definition.get_batch({"dataframe": typed}).validate(
        ExpectationSuite(name, expectations=[rule.expectation for rule in runnable]),
        result_format={"result_format": "COMPLETE", "exclude_unexpected_values": True},
    )
    for result in validation.results:
        position = result.expectation_config.meta["position"]
        rule = suite[position]
        _raise_if_not_evaluated(rule, result)
        if rule.scope == "profile" and rule.columns:
            observed = ", ".join(_text(frame[column].iloc[0]) for column in rule.columns)
        else:
            observed = _observed(result, frame[list(rule.columns)])
        outcomes[position] = Outcome(bool(result.success), observed, checked_rows)
    return outcomes


def _is_about_no_values(rule: Rule, frame: pd.DataFrame) -> bool:
    """Whether the rule is about the distribution of a column that holds only nulls."""
    if not isinstance(rule.expectation, ColumnAggregateExpectation):
        return False
    return bool(frame[rule.expectation.column].isna().all())


def _cast(text: pd.Series, cast: Cast) -> pd.Series:
    """Read a text column as numbers or UTC times; nulls stay null."""
    if cast.kind == "number":
        values = pd.to_numeric(text, errors="coerce").astype("float64")
        is_read = np.isfinite(values)
        unread = {"low": -np.inf, "high": np.inf, "null": np.nan}
    else:
        values = pd.to_datetime(text, errors="coerce", utc=True, format="ISO8601")
        values = values.dt.tz_localize(None).astype("datetime64[us]")
        is_read = values.notna()
        unread = {
            "low": pd.Timestamp(1, 1, 1),
            "high": pd.Timestamp(9999, 12, 31),
            "null": pd.NaT,
        }
    return values.where(is_read | text.isna(), unread[cast.unread])


def _utc(text: str) -> Any:
    """Read an ISO 8601 bound as a UTC datetime without a zone."""
    return pd.to_datetime(text, utc=True, format="ISO8601").tz_localize(None).to_pydatetime()


def _raise_if_not_evaluated(rule: Rule, result: ExpectationValidationResult) -> None:
    """Raise ValueError if Great Expectations reports an exception instead of a verdict.

    All columns are known to exist here, so the cause is the expectation itself. The library reports
    either one exception, or one for each metric that failed.
    """
    info = result.exception_info
    for reported in [info] if "raised_exception" in info else info.values():
        if reported["raised_exception"]:
            raise _seed_error(
                rule.label,
                f"cannot be evaluated ({_one_line(reported['exception_message'])}); correct"
                ' arguments, and to compare text as numbers or times add "cast": "number" or'
                ' "cast": "time"',
            )


def _observed(result: ExpectationValidationResult, values: pd.DataFrame) -> str:
    """Say in a few words what the expectation saw in these columns."""
    details = result.result
    if "unexpected_index_list" in details:
        percent = details["unexpected_percent"] or 0
        examples = _examples(values.loc[details["unexpected_index_list"]])
        return f"{percent:.4g}% unexpected" + (f": {examples}" if examples else "")
    if "missing_count" in details:
        missing = set(result.expectation_config.kwargs["value_set"]) - set(values.iloc[:, 0])
        return "missing: " + ", ".join(sorted(map(repr, missing))) if missing else "none missing"
    if "observed_partition" in details.get("details", {}):
        return _mix(details["observed_value"], details["details"]["observed_partition"])
    if isinstance(details.get("observed_value"), dict):
        quantiles = details["observed_value"]
        pairs = zip(quantiles["quantiles"], quantiles["values"], strict=True)
        return ", ".join(f"{_text(100 * share)}% up to {_text(value)}" for share, value in pairs)
    if details.get("observed_value") is not None:
        return _text(details["observed_value"])
    return "as expected" if result.success else "not as expected"


def _mix(divergence: float | None, mix: dict[str, Any]) -> str:
    """Say how far a mix of values is from the expected one, and its largest shares."""
    shares = pd.Series(mix["weights"], index=mix["values"]).sort_index()
    top = shares.sort_values(ascending=False, kind="stable").head(EXAMPLES_SHOWN)
    shown = ", ".join(f"{_text(value)} {100 * share:.4g}%" for value, share in top.items())
    return f"{'infinite' if divergence is None else _text(divergence)}: {shown}"


def _examples(unexpected: pd.DataFrame) -> str:
    """List the most frequent rows with their counts, equal counts in alphabetical order."""
    counts = unexpected.dropna(how="all").value_counts(dropna=False, sort=False).sort_index()
    top = counts.sort_values(ascending=False, kind="stable").head(EXAMPLES_SHOWN)
    return ", ".join(
        f"{' + '.join('null' if pd.isna(text) else repr(_text(text)) for text in row)} ({count})"
        for row, count in top.items()
    )


def _text(value: Any) -> str:
    """Show one value: text cut to a readable length, floats with six significant digits."""
    if isinstance(value, str):
        return value if len(value) <= TEXT_LENGTH else value[:TEXT_LENGTH] + "..."
    if isinstance(value, float):
        return "null" if np.isnan(value) else f"{value:.6g}"
    return "null" if value is None else str(value)


def _one_line(error: Any) -> str:
    """Fold a message of several lines into one."""
    return " ".join(str(error).split())


def _seed_error(label: str, problem: str) -> ValueError:
    """Name the row of the seed and what to do about it, in one line."""
    return ValueError(f"expectations seed, {label}: {problem}")
