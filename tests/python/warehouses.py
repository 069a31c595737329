"""Run dbt as a user does, and read the warehouse it wrote."""

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

ROOT = Path(__file__).parents[2]
DBT = ROOT / ".venv" / "bin" / "dbt"
# dbt arguments that build what happens to raw events, and nothing else
EVENTS_ONLY = ("build", "--exclude-resource-type", "test", "unit_test")
EVENTS_ONLY += ("-s", "+rejected_events", "+fct_sessions")


@dataclass(frozen=True)
class Warehouse:
    """A warehouse file and what the run that wrote it said."""

    path: Path
    returncode: int
    output: str

    def query(self, sql: str) -> pd.DataFrame:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql).df()

    def value(self, sql: str):
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(sql).fetchone()[0]

    def marts(self) -> list[str]:
        return self.query(
            """
            select table_name from information_schema.tables
            where table_schema = 'marts' order by 1
            """
        )["table_name"].tolist()


@dataclass
class BuildCount:
    """How many builds each file of tests asked for; conftest.py says how many a run may make."""

    test_file: str | None = None
    by_file: Counter[str] = field(default_factory=Counter)

    def add(self, command: str):
        if self.test_file and command in ("build", "publish", "run", "seed"):
            self.by_file[self.test_file] += 1


BUILDS = BuildCount()


def make(*args: str, warehouse: Path) -> Warehouse:
    """Run make in the project, as a user does."""
    BUILDS.add(args[0])
    done = subprocess.run(
        ["make", "--no-print-directory", *args],
        cwd=ROOT,
        env={**os.environ, "FOOTFALL_WAREHOUSE": str(warehouse)},
        text=True,
        capture_output=True,
        check=False,
    )
    return Warehouse(warehouse, done.returncode, done.stdout)


def dbt_call(
    folder: Path,
    *args: str,
    warehouse: Path,
    project: Path = ROOT,
    prefix: Sequence[str] = (),
    **variables,
) -> dict[str, Any]:
    """What `subprocess` needs to run dbt with its target and logs under `folder`.

    `prefix` is a command that runs the command which follows it.
    """
    BUILDS.add(args[0])
    paths = ("--target-path", str(folder / "target"), "--log-path", str(folder / "logs"))
    return {
        "args": [*prefix, str(DBT), *args, *paths, "--vars", json.dumps(variables)],
        "cwd": project,
        "env": {**os.environ, "FOOTFALL_WAREHOUSE": str(warehouse)},
        "text": True,
    }


@cache
def forks() -> subprocess.Popen:
    """The process that runs dbt for this one, and ends with it."""
    command = [DBT.with_name("python"), Path(__file__).with_name("dbt_forks.py")]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def run_dbt(folder: Path, *args: str, warehouse: Path | None = None, **options) -> Warehouse:
    """Run dbt in the project, with its warehouse, target and logs under `folder`."""
    path = warehouse or folder / "warehouse.duckdb"
    call = dbt_call(folder, *args, warehouse=path, **options)
    if call["cwd"] != ROOT or call["args"][0] != str(DBT):
        done = subprocess.run(**call, capture_output=True, check=False)
        return Warehouse(path, done.returncode, done.stdout + done.stderr)
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "output.log"
    request = {
        "args": call["args"][1:],
        "variables": json.loads(call["args"][-1]),
        "cwd": str(ROOT),
        "env": call["env"],
        "log": str(log),
    }
    server = forks()
    server.stdin.write(f"{json.dumps(request)}\n")
    server.stdin.flush()
    return Warehouse(path, int(server.stdout.readline()), log.read_text(encoding="utf-8"))


def built(folder: Path, *args: str, **variables) -> Warehouse:
    """Build a warehouse and stop the tests with dbt's own words if that fails."""
    result = run_dbt(folder, *(args or ("build",)), **variables)
    assert result.returncode == 0, result.output[-5000:]
    return result


def built_source(folder: Path, source: str, *args: str, **variables) -> Warehouse:
    """Build a source's shop; the unit tests that all sources share are the demo's to run."""
    shared = [
        f"test_type:unit,path:{models.relative_to(ROOT)}"
        for models in sorted(ROOT.glob("models/*/*/"))
        if models.name != source
    ]
    return built(folder, "build", *args, "--exclude", *shared, source=source, **variables)


def answers(warehouse: Warehouse, folder: Path, **variables) -> dict[str, pd.DataFrame]:
    """What each file of analyses/ answers from a built warehouse, by its name."""
    shutil.copy(warehouse.path, folder / "warehouse.duckdb")
    compiled = built(folder, "compile", "-s", "resource_type:analysis", **variables)
    files = (folder / "target" / "compiled" / "footfall" / "analyses").glob("*.sql")
    return {file.stem: compiled.query(file.read_text(encoding="utf-8")) for file in sorted(files)}
