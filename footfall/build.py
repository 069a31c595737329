"""`make build`: dbt, or as much of it as is needed since the last build that was complete.

Beside the warehouse lies a file that says what the last complete build was made from: the files of
the project, the vars, the environment, the raw files and the warehouse itself. If nothing of it has
changed, there is nothing to do. If only models, seeds or tests were edited, these and what comes
after them are built. In any other case, and in doubt, everything is.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import sysconfig
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from footfall.build_log import BuildLog, lines_with_ticks

Snapshot = dict[str, Any]

# what decides how the warehouse comes out; tests/python says nothing about it
PROJECT = (
    "*.yml",
    "requirements.lock",
    "models/**/*.*",
    "python_models/**/*.*",
    "macros/**/*.*",
    "seeds/**/*.*",
    "tests/**/*.sql",
    "tests/**/*.yml",
    "footfall/**/*.py",
)
# files that are one node of dbt each, by folder; an edited macro or YAML file may concern any node
NODES = {"models": ".sql", "python_models": ".py", "seeds": ".csv", "tests": ".sql"}
# macros, and what comes before the models that follow files, which this run must then read again
ALWAYS_WHOLE = (
    "tests/generic",
    "models/staging",
    "models/intermediate/core",
    "models/intermediate/quality",
    "models/intermediate/olist",
    "models/intermediate/customer_model",
    "seeds/raw",
    "seeds/config/currency_rates.csv",
    "seeds/config/event_types.csv",
    "seeds/config/placeholder_ids.csv",
)


def build(warehouse: Path, variables: str) -> int:
    """Build what is not up to date and say so; return dbt's exit code."""
    now = snapshot(variables)
    last = last_build(warehouse)
    changed = changes(last, now)
    if changed == []:
        built_at = datetime.fromtimestamp(warehouse.stat().st_mtime).strftime("%Y-%m-%d %H:%M")
        print(f"Nothing has changed since the build of {built_at}; `dbt build` builds anyway.")
        print(*last["summary"], sep="\n")
        return 0
    nodes = edited_nodes(changed)
    if nodes:
        names = ", ".join(nodes[:3]) + (f" and {len(nodes) - 3} more" if nodes[3:] else "")
        print(f"Edited since the last build: {names}; only what follows is built.", flush=True)
    status = run_dbt(variables, nodes)
    if status:
        # of a build that stopped, where the raw data were checked
        with suppress(OSError, ValueError):
            write_report(warehouse)
        return status
    write_report(warehouse)
    keep(warehouse, now)
    return 0


def snapshot(variables: str) -> Snapshot:
    """Return what a build would be made from now: the project's files, and a hash of all else."""
    files = {str(path) for pattern in PROJECT for path in Path().glob(pattern) if path.is_file()}
    environment = [item for item in os.environ.items() if item[0].startswith(("FOOTFALL_", "DBT_"))]
    packages = [path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info")]
    settings = [variables, sorted(environment), sorted(packages), raw_files(variables)]
    return {
        "settings": hashlib.md5(json.dumps(settings).encode()).hexdigest(),
        "files": {path: hashlib.md5(Path(path).read_bytes()).hexdigest() for path in files},
    }


def raw_files(variables: str) -> dict[str, list[int] | None] | None:
    """Return size and time of all files that var `raw_path` may mean.

    None if vars or files cannot be read: dbt says why.
    """
    import duckdb
    import yaml

    from footfall.raw_files import hidden_files

    try:
        given = yaml.safe_load(variables) or {}
        known = yaml.safe_load(Path("vars.yml").read_text(encoding="utf-8"))["vars"]
        raw_path = str(given.get("raw_path", known["raw_path"]) or "")
        if not raw_path:
            return {}
        pattern = f"{raw_path}/**" if Path(raw_path).is_dir() else raw_path
        with duckdb.connect() as connection:
            found = connection.execute("select file from glob(?) order by 1", [pattern]).fetchall()
    except (yaml.YAMLError, duckdb.Error):
        return None
    paths = [path for (path,) in found] + hidden_files(raw_path)
    return {path: size_and_time(path) for path in paths}


def size_and_time(path: str | Path) -> list[int] | None:
    """Return what tells that a file was written; nothing of a link that leads nowhere."""
    if not os.path.exists(path):
        return None
    stat = os.stat(path)
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]


def record_of(warehouse: Path) -> Path:
    """Return the file that says what a warehouse was built from."""
    return Path(f"{warehouse}.last_build.json")


def report_of(warehouse: Path) -> Path:
    """Return the quality report's file."""
    return warehouse.with_name(warehouse.stem + "_quality.html")


def last_build(warehouse: Path) -> Snapshot | None:
    """Return what the last complete build was made from, unless its results were touched since."""
    record = record_of(warehouse)
    if not record.exists() or not report_of(warehouse).exists():
        return None
    last = json.loads(record.read_text(encoding="utf-8"))
    is_touched = Path(f"{warehouse}.wal").exists() or last.get("warehouse") != size_and_time(
        warehouse
    )
    return None if is_touched else last


def changes(last: Snapshot | None, now: Snapshot) -> list[str] | None:
    """Return the project's files that are new, edited or gone; None if everything may differ."""
    if last is None or last.get("settings") != now["settings"]:
        return None
    paths = sorted(last["files"].keys() | now["files"].keys())
    return [path for path in paths if last["files"].get(path) != now["files"].get(path)]


def edited_nodes(changed: list[str] | None) -> list[str]:
    """Return dbt's names of what was edited; none where a change may concern more than that."""
    paths = [Path(path) for path in changed or []]
    for path in paths:
        is_node = path.suffix == NODES.get(path.parts[0]) and path.exists()
        if not is_node or any(path.is_relative_to(part) for part in ALWAYS_WHOLE):
            return []
    return [path.stem for path in paths]


def run_dbt(variables: str, nodes: list[str]) -> int:
    """Run `dbt build`, of everything or of these nodes and what follows; return its exit code."""
    is_verbose = bool(os.environ.get("FOOTFALL_VERBOSE"))
    log = [] if is_verbose else ["--log-format", "json", "--log-format-file", "debug"]
    chosen = [f"{name}+" for name in nodes]
    # tests look at what was built and at anything else; unit tests are for `make test`
    how = ["--indirect-selection", "eager", "--exclude-resource-type", "unit_test"]
    environment = {"FOOTFALL_REST_IS_BUILT": "true" if nodes else "false"}
    if is_verbose:
        environment["FOOTFALL_PROGRESS"] = "true" if sys.stdout.isatty() else "false"
    process = subprocess.Popen(
        [
            Path(sys.executable).with_name("dbt"),
            *log,
            "build",
            *(["--vars", variables] if variables else []),
            *(["--select", *chosen, *how] if nodes else []),
        ],
        env={**os.environ, **environment},
        stdout=None if is_verbose else subprocess.PIPE,
        stderr=None if is_verbose else subprocess.STDOUT,
        text=True,
    )
    # what is interrupted is dbt, whose last words are still to come
    interrupted = signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not is_verbose:
        manifest = Path(os.environ.get("DBT_TARGET_PATH", "target"), "manifest.json")
        BuildLog(manifest, sys.stdout).show(lines_with_ticks(process.stdout))
    status = process.wait()
    signal.signal(signal.SIGINT, interrupted)
    return status


def write_report(warehouse: Path) -> None:
    """Write the quality report."""
    from footfall import quality_report

    quality_report.write_report(warehouse, report_of(warehouse))


def keep(warehouse: Path, made_from: Snapshot) -> None:
    """Remember what a build was made from, if the warehouse says that it is complete."""
    import duckdb

    from footfall.build_summary import read_summary
    from footfall.warehouse import DUE

    summary = read_summary(warehouse)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        due = connection.execute(DUE).fetchall()
    record = record_of(warehouse)
    record.unlink(missing_ok=True)
    if summary.is_complete and not summary.later_runs and not due:
        kept = {**made_from, "warehouse": size_and_time(warehouse), "summary": summary.lines}
        unfinished = record_of(Path(f"{warehouse}.unfinished"))
        unfinished.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        os.replace(unfinished, record)
