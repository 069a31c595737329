"""The quality report: one HTML file that says what is known about the raw data of a warehouse.

It reads a warehouse and changes nothing. After a build that stopped at the quality gate, the page
leaves out marts that do not exist, and says which ones are left from an earlier build. The page
needs no other file, no script and no network, and the same warehouse gives the same bytes.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined

from footfall.warehouse import open_to_read, rows

Row = dict[str, Any]

FILES_SHOWN = 12
EXAMPLE_LENGTH = 1000

RESULTS = """
    select
        suite, dimension, expectation, column_name, arguments, severity, reason, observed,
        checked_rows, success
    from marts.data_quality_results
    order by suite, dimension, column_name nulls last, expectation, arguments
"""
SOURCE = "select source from config.warehouse_source"
AS_OF = "select as_of from intermediate.int_as_of"
FILES = """
    select
        entity, source_file, rows_in, rows_kept, rows_rejected, rows_repeated,
        amount_in, amount_kept, amount_rejected, amount_repeated, is_reconciled
    from marts.source_reconciliation
    order by is_reconciled, entity, source_file
"""
REJECTED = """
    select
        entity,
        rejection_reason,
        count(*) as row_count,
        min_by(source_file, (source_file, source_row)) as source_file,
        min_by(source_row, (source_file, source_row)) as source_row,
        min_by(raw_row, (source_file, source_row)) as raw_row
    from marts.rejected_events
    group by entity, rejection_reason
    order by entity, row_count desc, rejection_reason
"""
# only rows that bring or take money; repeats and rows after var as_of are no refusals
REFUSED = """
    with judged as (
        select
            *,
            coalesce(
                rejection_reason not in ('exact_repeat', 'after_as_of')
                and not starts_with(rejection_reason, 'repeated'),
                false
            ) as is_refused
        from intermediate.int_events_counted
        where event_class in ('purchase', 'refund')
    ),
    totals as (
        select
            event_class,
            sum(row_count) as rows_in,
            sum(amount) as amount_in,
            sum(row_count) filter (where is_refused) as rows_refused,
            sum(amount) filter (where is_refused) as amount_refused,
            max_by(
                {
                    'reason': rejection_reason, 'rows': row_count, 'file': example_source_file,
                    'row': example_source_row, 'value': example_value
                },
                row_count
            ) filter (where is_refused) as top
        from judged
        group by event_class
    )
    select totals.*, advice.meaning, advice.advice
    from totals
    left join config.rejection_advice as advice on totals.top.reason = advice.rejection_reason
    where totals.rows_refused > 0
    order by totals.event_class
"""
# models and tests that the last build did not get to; see record_due in macros/state/
DUE = "select split_part(node, '.', 3) as name from state.due"
MEASURES = tuple(
    f"{unit}_{part}"
    for unit in ("rows", "amount")
    for part in ("in", "kept", "rejected", "repeated")
)


class Findings(NamedTuple):
    """The rows of the queries above; None where a table does not exist.

    `due` names the models and tests that the last build did not get to.
    """

    source: str | None
    as_of: str | None
    results: list[Row]
    files: list[Row] | None
    rejected: list[Row] | None
    refused: list[Row] | None
    due: set[str]


def write_report(warehouse: Path, out: Path) -> None:
    """Write the report of a warehouse.

    Raises:
        OSError: there is no such file, it cannot be opened (another process writes it), or the
            report cannot be written.
        ValueError: the file holds no results of expectations, or those of an older build.

    """
    out.write_text(render(read_warehouse(warehouse)), encoding="utf-8")


def read_warehouse(warehouse: Path) -> Findings:
    """Read what the report shows; raises as `write_report` does."""
    with open_to_read(warehouse) as connection:
        try:
            source = _query(connection, SOURCE)
            as_of = _query(connection, AS_OF)
            results = _query(connection, RESULTS)
            files = _query(connection, FILES)
            rejected = _query(connection, REJECTED)
            refused = _query(connection, REFUSED)
            due = {row["name"] for row in _query(connection, DUE) or []}
        except duckdb.BinderException as error:
            raise ValueError(
                f"warehouse '{warehouse}' was built by another version of Footfall; build it anew"
            ) from error
    if results is None:
        raise ValueError(
            f"warehouse '{warehouse}' has no data_quality_results; run `dbt build` first"
        )
    if "data_quality_results" in due:
        raise ValueError(
            f"the last build of warehouse '{warehouse}' stopped before it had checked the raw data;"
            " build it again"
        )
    return Findings(
        source=source[0]["source"] if source else None,
        as_of=str(as_of[0]["as_of"]) if as_of and as_of[0]["as_of"] else None,
        results=results,
        files=files,
        rejected=rejected,
        # the counts of an earlier build say nothing about the files of the last one
        refused=[] if "int_events_counted" in due else refused,
        due=due,
    )


def render(findings: Findings) -> str:
    """Return the page."""
    environment = Environment(
        loader=PackageLoader("footfall"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"count": _count, "amount": _amount, "example": _example}
    results = sorted((_described(row) for row in findings.results), key=_by_weight)
    failed = [row for row in results if not row["success"]]
    return environment.get_template("quality_report.html").render(
        source=findings.source,
        as_of=findings.as_of,
        results=results,
        failed=failed,
        critical_count=sum(row["severity"] == "critical" for row in failed),
        suites=_by_suite(results),
        dimensions=sorted({row["dimension"] for row in results}),
        files=findings.files,
        unreconciled=[row for row in findings.files or [] if not row["is_reconciled"]],
        entities=_by_entity(findings.files or []),
        files_shown=FILES_SHOWN,
        rejected=findings.rejected,
        refused=findings.refused or [],
        is_old=bool(findings.due & {"source_reconciliation", "rejected_events"}),
        is_unfinished=bool(findings.due),
    )


def _query(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row] | None:
    """Return the rows as dicts, or None when a table of the query does not exist."""
    try:
        return rows(connection, sql)
    except duckdb.CatalogException:
        return None


def _described(row: Row) -> Row:
    """Add the rule in words, such as 'mean to be between' and 'min_value: 0, max_value: 1'."""
    arguments = json.loads(row["arguments"] or "{}")
    words = row["expectation"].removeprefix("expect_").removeprefix("column_")
    words = words.removeprefix("values_").replace("_", " ")
    bounds = [
        f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in arguments.items()
    ]
    return row | {"rule": words, "bounds": ", ".join(bounds)}


def _by_weight(row: Row) -> tuple[bool, bool]:
    """Sort failed before passed, and critical before warning."""
    return row["success"], row["severity"] != "critical"


def _by_suite(results: list[Row]) -> dict[str, list[Row]]:
    """Group results that are sorted by weight; suites with a failed one come first."""
    suites: dict[str, list[Row]] = {}
    for row in results:
        suites.setdefault(row["suite"], []).append(row)
    return dict(sorted(suites.items(), key=lambda item: (item[1][0]["success"], item[0])))


def _by_entity(files: list[Row]) -> list[Row]:
    """Add up the files of each entity."""
    entities: dict[str, Row] = {}
    for file in files:
        empty = {"entity": file["entity"], "file_count": 0, "is_reconciled": True}
        total = entities.setdefault(file["entity"], empty | dict.fromkeys(MEASURES, 0))
        total["file_count"] += 1
        total["is_reconciled"] &= file["is_reconciled"]
        for measure in MEASURES:
            total[measure] += file[measure]
    return sorted(entities.values(), key=lambda total: total["entity"])


def _count(value: int) -> str:
    """Show a number of rows: 1,234."""
    return f"{value:,}"


def _amount(value: Decimal) -> str:
    """Show an amount with two to four decimals, as many as it has: 1,234.50."""
    text = f"{value:,.4f}"
    return text[:-2] + text[-2:].rstrip("0")


def _example(raw_row: str) -> str:
    """Show what a raw row (JSON) holds, cut to a readable length."""
    held = {name: value for name, value in json.loads(raw_row).items() if value is not None}
    text = json.dumps(held, ensure_ascii=False)
    return text if len(text) <= EXAMPLE_LENGTH else text[:EXAMPLE_LENGTH] + " ..."
