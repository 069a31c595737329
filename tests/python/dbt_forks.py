"""Runs dbt in forks of one process that has imported dbt and parsed the project before.

A dbt process of its own needs ten seconds until its first model, most of them to parse, and five
more to import what the Python models use. The tests ask for hundreds of runs of the same few
projects; what differs is the warehouse and the vars.

Reads requests from standard input, a line of JSON each; answers each with its exit code.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from footfall import churn, clustering, expectations, latent_factors

# imported for the forks
PYTHON_MODELS = (churn, clustering, expectations, latent_factors)
# the var that decides what is parsed; the others are only read when a model runs
PARSED_VARS = ("source",)


@cache
def parsed(project: str, warehouse_name: str, variables: str) -> Manifest | None:
    """Return the parsed project; nothing if it cannot be parsed: then the run itself says why.

    dbt writes the database's name, which is that of the warehouse's file, into what it parses.
    """
    os.chdir(project)
    with TemporaryDirectory() as folder:
        os.environ["FOOTFALL_WAREHOUSE"] = str(Path(folder, warehouse_name))
        paths = ["--target-path", folder, "--log-path", folder]
        result = dbtRunner().invoke(["--quiet", "parse", "--vars", variables, *paths])
    return result.result if result.success else None


def run(args: list[str], variables: dict[str, Any], cwd: str, env: dict[str, str], log: str) -> int:
    """Run dbt with its output in the file `log`; return its exit code, negative for a signal."""
    chosen = {name: variables[name] for name in PARSED_VARS if name in variables}
    manifest = parsed(cwd, Path(env["FOOTFALL_WAREHOUSE"]).name, json.dumps(chosen))
    # a fork would spend seconds on looking through what it will never free
    gc.freeze()
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    if manifest:
        # dbt leaves it where it parses
        manifest.write(os.path.join(args[args.index("--target-path") + 1], "manifest.json"))
        # which takes dbt a second
        args = [*args, "--no-write-json"]
    result = dbtRunner(manifest=manifest).invoke(args)
    # DuckDB's bindings tell of what was frozen
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # as dbt's own command does; the end of the process closes the warehouse
    sys.exit(0 if result.success else 2 if result.exception else 1)


def main() -> None:
    """Answer requests until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(f"{run(**json.loads(line))}\n")
        answers.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
