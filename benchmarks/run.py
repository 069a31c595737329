"""Measure Footfall on a shop of a given size, and write what was measured to RESULTS.md.

`make bench SIZE=10m`; README.md says what is measured and how.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
from datetime import date
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import builds
import questions
import report
from shop import deliver, monthly

HERE = Path(__file__).parent
PARTS = ("demo", "shop", "compiled", "questions", "spark")
PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb", "pandas", "polars", "pyspark", "scikit-learn")


def number(size: str) -> int:
    """Return the number of events of a size such as 20k, 1m or 100m."""
    found = re.fullmatch(r"(\d+)([km])", size)
    if not found:
        raise argparse.ArgumentTypeError(f"{size!r} is no size; write it like 20k, 1m or 100m")
    return int(found[1]) * {"k": 1_000, "m": 1_000_000}[found[2]]


def machine() -> dict[str, str]:
    """Return what the figures depend on."""
    memory = Path("/proc/meminfo").read_text().split()[1]
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    installed = {package.metadata["Name"] for package in metadata.distributions()}
    return {
        "cores": str(os.cpu_count()),
        "processor": processor[1] if processor else platform.machine(),
        "memory": f"{int(memory) / 2**20:.0f} GiB",
        "load at the start": f"{os.getloadavg()[0]:.1f}",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        **{name: metadata.version(name) for name in PACKAGES if name in installed},
    }


def measure_shop(folder: Path, events: int) -> dict:
    """Generate a shop, then build all but its last day, and that day."""
    shop = folder / "shop"
    day_file = deliver(shop, events)
    return {
        "full": builds.full_build(folder, shop),
        "day": builds.new_day(folder, shop, day_file),
    }


def measure_spark(folder: Path) -> dict:
    """Build the shop of `folder` on Spark, from one file per month."""
    shop = folder / "monthly"
    shutil.rmtree(shop, ignore_errors=True)
    monthly(folder / "shop", shop)
    return builds.on_spark(folder, shop)


def measure_questions(folder: Path, engines: list[str], cap_gb: float) -> dict:
    """Ask all engines about the events of the shop that was built in `folder`."""
    events = folder / "events.parquet"
    questions.write_events(builds.warehouse(folder), events)
    shutil.rmtree(folder / "answers", ignore_errors=True)
    return {"questions": questions.ask_all(folder, events, engines, cap_gb), "cap_gb": cap_gb}


def main() -> None:
    """Read the command line, measure, and write RESULTS.md anew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=number, required=True, help="events: 20k, 1m, 10m ...")
    parser.add_argument("--work", type=Path, default=HERE / "data", help="folder (%(default)s)")
    parser.add_argument("--results", type=Path, default=HERE, help="folder (%(default)s)")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS[:-1])
    parser.add_argument("--engines", nargs="+", default=questions.ENGINES)
    parser.add_argument("--cap-gb", type=float, default=16, help="for each engine (%(default)s)")
    options = parser.parse_args()

    folder = options.work.resolve() / str(options.size)
    results = options.results / "results" / f"{options.size}.json"
    results.parent.mkdir(parents=True, exist_ok=True)
    measured = json.loads(results.read_text()) if results.exists() else {}
    # a part overwrites what was measured of it before, and leaves the others
    for part in options.parts:
        measured |= {"events": options.size, "date": str(date.today()), "machine": machine()}
        if part == "demo":
            with TemporaryDirectory() as demo:
                measured["demo"] = builds.demo_build(Path(demo))
        elif part == "shop":
            shutil.rmtree(folder, ignore_errors=True)
            measured.pop("remark", None)  # what a person said of the run before
            measured |= measure_shop(folder, options.size)
        elif part == "compiled":
            measured["compiled"] = builds.compiled(folder)
        elif part == "spark":
            measured["spark"] = measure_spark(folder)
        else:
            measured |= measure_questions(folder, options.engines, options.cap_gb)
        results.write_text(json.dumps(measured, indent=1))
        report.write(options.results)


if __name__ == "__main__":
    main()
