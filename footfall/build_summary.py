"""The summary that the last build printed, read from its warehouse.

The build writes it in SQL: see macros/run/say_summary.sql and mart build_summary.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from footfall.warehouse import open_to_read, rows

SUMMARY = "select is_complete, has_figures, lines, load_id from state.summary"
LATER_RUNS = "select count(*) from state.loads where load_id > ?"
FINDINGS = "select test, status, row_count, findings from state.findings order by status, test"
FIGURES = "select * from marts.build_summary order by line_number"


class Summary(NamedTuple):
    """What a build said at its end.

    Attributes:
        is_complete: whether everything was built and no test failed.
        lines: the lines as printed.
        figures: rows of mart build_summary; empty if the build failed before that mart.
        findings: for each test that failed or warned, its name, status, number of rows, and
            sentences that say what it found.
        later_runs: number of dbt runs after the build; they may have rebuilt some models.

    """

    is_complete: bool
    lines: list[str]
    figures: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    later_runs: int


def read_summary(warehouse: Path) -> Summary:
    """Read the summary of the last build that built everything.

    Raises:
        OSError: there is no such file, or it cannot be opened.
        ValueError: the last build did not end, or an older version of Footfall made it.

    """
    with open_to_read(warehouse) as connection:
        try:
            kept = rows(connection, SUMMARY)
            if not kept or kept[0]["lines"] is None:
                raise ValueError(
                    f"the last build of warehouse '{warehouse}' did not come to its end; run "
                    "`make build` again"
                )
            summary = kept[0]
            return Summary(
                is_complete=summary["is_complete"],
                lines=summary["lines"],
                figures=rows(connection, FIGURES) if summary["has_figures"] else [],
                findings=rows(connection, FINDINGS),
                later_runs=connection.execute(LATER_RUNS, [summary["load_id"]]).fetchone()[0],
            )
        except duckdb.CatalogException as error:
            raise ValueError(
                f"warehouse '{warehouse}' has no summary; run `make build`, or `dbt build`"
            ) from error


def as_text(summary: Summary) -> str:
    """Return the printed lines, after a note if later runs may have changed some models."""
    runs = summary.later_runs
    times = "once" if runs == 1 else f"{runs} times"
    note = [f"Note: dbt ran {times} on some of the models since this build."] if runs else []
    return "\n".join([*note, *summary.lines])


def as_json(summary: Summary) -> str:
    """Return everything as a JSON object; amounts are written as text, so no digit is lost."""
    return json.dumps(summary._asdict(), ensure_ascii=False, indent=2, default=str)
