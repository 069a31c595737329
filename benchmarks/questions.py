"""The same questions to DuckDB, pandas, Polars and Spark; each answer in a process of its own.

python questions.py <engine> <question> <events file> <folder of the answer> <seconds file>
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path

import duckdb
import measure

ENGINES = ("duckdb", "polars", "pandas", "spark")
QUESTIONS = ("sessions", "customers", "funnel")


def write_events(warehouse: Path, out: Path) -> None:
    """Write what customers did as one Parquet file; amounts in whole 1/10,000 of the currency."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(
            f"""
            copy (
                select
                    customer_id,
                    event_type,
                    cast(coalesce(revenue, 0) * 10000 as bigint) as amount,
                    event_at
                from marts.fct_events
                where session_id is not null
            ) to '{out}'
            """
        )


def ask_all(folder: Path, events: Path, engines: tuple[str, ...], cap_gb: float) -> list[dict]:
    """Ask every engine every question; all that answer must answer the same.

    Returns:
        One dictionary per engine and question. `seconds` are those of reading, computing and
        writing; `wall_seconds` have process start and imports; `outcome` is "answered", "over the
        memory cap" or "failed".

    """
    asked = []
    for question in QUESTIONS:
        answers = {}
        for engine in engines:
            out = folder / "answers" / question / engine
            out.mkdir(parents=True)
            seconds = out.with_suffix(".json")
            script = Path(__file__)
            done = measure.run(
                [sys.executable, script, engine, question, events, out, seconds], cap_gb, folder
            )
            outcome = {None: "over the memory cap", 0: "answered"}.get(done.exit_code, "failed")
            if outcome == "answered":
                answers[engine] = out / "*.parquet"
            asked.append(
                {
                    "engine": engine,
                    "question": question,
                    "outcome": outcome,
                    "seconds": json.loads(seconds.read_text()) if outcome == "answered" else None,
                    "wall_seconds": done.seconds,
                    **done.used(),
                }
            )
        assert_equal(question, answers)
    return asked


def assert_equal(question: str, answers: dict[str, Path]) -> None:
    """Raise unless all engines' answers hold the same rows."""
    first, *others = answers
    for other in others:
        columns = [name for name, *_ in duckdb.sql(f"describe from '{answers[first]}'").fetchall()]
        rows = [f"select {', '.join(columns)} from '{answers[name]}'" for name in (first, other)]
        ((difference,),) = duckdb.sql(
            f"""
            select count(*) from (
                (({rows[0]}) except all ({rows[1]}))
                union all
                (({rows[1]}) except all ({rows[0]}))
            )
            """
        ).fetchall()
        if difference:
            raise AssertionError(f"{question}: {first} and {other} differ in {difference} rows")


def main(engine: str, question: str, events: str, out: str, seconds_file: str) -> None:
    """Answer one question and write how many seconds it took."""
    module = importlib.import_module(f"questions_{engine}")
    session = module.start()
    start = time.perf_counter()
    module.answer(session, question, Path(events), Path(out))
    Path(seconds_file).write_text(json.dumps(time.perf_counter() - start))


if __name__ == "__main__":
    main(*sys.argv[1:])
