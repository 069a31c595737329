"""RESULTS.md from what was measured: one section per size."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

HEAD = """# Results

Written by `make bench SIZE=...`; [README.md](README.md) says how each figure is measured. GB are
10^9 bytes. A model's memory is that of the whole dbt process while it ran. CPU is processor time in
seconds, which other work on the machine moves less than wall time.
"""


def write(folder: Path) -> None:
    """Write RESULTS.md from all files in `results/`, the smallest shop first."""
    files = sorted((folder / "results").glob("*.json"), key=lambda path: int(path.stem))
    sections = [section(json.loads(path.read_text())) for path in files]
    (folder / "RESULTS.md").write_text("\n".join([HEAD, *sections]))


def section(measured: dict) -> str:
    """Return the section of one size; a part that was not measured is left out."""
    size = f"{measured['events'] / 1e6:g} million events"
    machine = "; ".join(f"{name} {value}" for name, value in measured["machine"].items())
    parts = [f"## {size}", f"{measured['date']}; {machine}."]
    if "remark" in measured:
        parts.append(measured["remark"])
    if "demo" in measured:
        demo = measured["demo"]
        parts.append(
            f"Demo `dbt build` from nothing: {demo['seconds']:.0f} s, "
            f"CPU {demo['cpu_seconds']:.0f} s, {one_decimal(demo['peak_gb'])} GB."
        )
    if "full" in measured:
        parts.append(runs(measured))
        if "compiled" in measured:
            parts.append(limit(measured))
        parts += [python_models(measured), sql_models(measured)]
    if "questions" in measured:
        parts.append(questions(measured))
    if "spark" in measured:
        parts.append(spark(measured))
    return "\n\n".join(parts) + "\n"


def table(header: Iterable[str], rows: Iterable[Iterable[str]], texts: int = 1) -> str:
    """Return a Markdown table, its first `texts` columns to the left."""
    header = list(header)
    rule = ["---" if place < texts else "--:" for place in range(len(header))]
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, rule, *rows])


def one_decimal(value: float | None) -> str:
    """Return gigabytes or seconds as text; what was too short to be sampled is a dash."""
    return "-" if value is None else f"{value:.1f}"


def two_decimals(value: float | None) -> str:
    """Return seconds as text; what was not measured is a dash."""
    return "-" if value is None else f"{value:.2f}"


def kinds(build: dict, cost: str = "seconds") -> dict[str, float]:
    """Return one cost of a build's nodes, summed by kind."""
    costs: dict[str, float] = {}
    for node in [*build["models"]["nodes"], *build["tests"]["nodes"]]:
        costs[node["kind"]] = costs.get(node["kind"], 0) + (node[cost] or 0)
    return costs


def runs(measured: dict) -> str:
    """Return the full build and, where it was measured, the new day beside it."""
    builds = [measured[run] for run in ("full", "day") if run in measured]
    costs = {
        "wall time, process start included": lambda build: build["models"]["seconds"],
        "the same without the Python models": without_python,
        "CPU of all": lambda build: build["models"]["cpu_seconds"],
        "SQL models": lambda build: kinds(build)["sql model"],
        "SQL models, CPU": lambda build: kinds(build, "cpu_seconds")["sql model"],
        "Python models": lambda build: kinds(build)["python model"],
        "data tests, wall time": lambda build: build["tests"]["seconds"],
        "peak memory of the models, GB": lambda build: build["models"]["peak_gb"],
        "peak memory of the tests, GB": lambda build: build["tests"]["peak_gb"],
        "warehouse file, GB": lambda build: build["warehouse_gb"],
    }
    rows = []
    for name, cost in costs.items():
        values = [cost(build) for build in builds]
        share = [f"{values[1] / values[0]:.1%}"] if len(values) == 2 else []
        rows.append([name, *(f"{value:.1f}" for value in values), *share])
    header = ("seconds", "full build", "new day", "share")[: len(rows[0])]
    title = "### Full build and new day" if "day" in measured else "### Full build"
    return f"{title}\n\n" + table(header, rows)


def without_python(build: dict) -> float:
    """Return a build's wall time less that of its Python models."""
    return build["models"]["seconds"] - kinds(build)["python model"]


def limit(measured: dict) -> str:
    """Return what the full build's compiled SQL takes without dbt."""
    full, compiled = measured["full"], measured["compiled"]
    seconds = sum(compiled["seconds"].values())
    cpu_seconds = sum(compiled["cpu_seconds"].values())
    return (
        f"The full build's compiled SQL without dbt: {seconds:.1f} s, CPU {cpu_seconds:.1f} s, "
        f"{one_decimal(compiled['peak_gb'])} GB. The SQL models take "
        f"{kinds(full)['sql model'] / seconds:.2f} times as long (CPU "
        f"{kinds(full, 'cpu_seconds')['sql model'] / cpu_seconds:.2f} times), the wall time "
        f"without the Python models {without_python(full) / seconds:.2f} times."
    )


def models_of(measured: dict, kind: str) -> list[tuple[str, ...]]:
    """Return name, rows and costs of the models of one kind, the dearest first."""
    limits = measured.get("compiled", {}).get("seconds", {})
    rows = measured["full"]["rows"]
    full = [node for node in measured["full"]["models"]["nodes"] if node["kind"] == kind]
    untimed = {"seconds": None, "cpu_seconds": None, "peak_gb": None}
    nodes_of_day = measured["day"]["models"]["nodes"] if "day" in measured else []
    day = dict.fromkeys((node["name"] for node in full), untimed)
    day |= {node["name"]: node for node in nodes_of_day}
    return [
        (
            f"`{node['name']}`",
            f"{rows[node['name']]:,}" if node["name"] in rows else "view",
            f"{node['seconds']:.2f}",
            one_decimal(node["cpu_seconds"]),
            two_decimals(limits.get(node["name"])),
            two_decimals(day[node["name"]]["seconds"]),
            one_decimal(day[node["name"]]["cpu_seconds"]),
            one_decimal(node["peak_gb"]),
            one_decimal(day[node["name"]]["peak_gb"]),
        )
        for node in sorted(full, key=lambda node: -node["seconds"])
    ]


def sql_models(measured: dict) -> str:
    """Return what each SQL model costs."""
    header = (
        "model",
        "rows",
        "full, s",
        "CPU",
        "compiled, s",
        "day, s",
        "CPU",
        "full, GB",
        "day, GB",
    )
    return "### SQL models\n\n" + table(header, models_of(measured, "sql model"))


def python_models(measured: dict) -> str:
    """Return what each Python model costs."""
    header = ("model", "rows", "full, s", "CPU", "day, s", "CPU", "full, GB", "day, GB")
    rows = [(*row[:4], *row[5:]) for row in models_of(measured, "python model")]
    customers = measured["full"]["rows"]["dim_customers"]
    return f"### Python models, {customers:,} customers\n\n" + table(header, rows)


def questions(measured: dict) -> str:
    """Return what each engine needed for each question."""

    def cells(asked: dict) -> tuple[str, ...]:
        answered = asked["outcome"] == "answered"
        return (
            asked["question"],
            asked["engine"],
            f"{asked['seconds']:.1f}" if answered else asked["outcome"],
            f"{asked['wall_seconds']:.1f}" if answered else "-",
            one_decimal(asked["cpu_seconds"]),
            one_decimal(asked["peak_gb"]),
        )

    header = ("question", "engine", "seconds", "with process start", "CPU", "peak GB")
    return (
        f"### The same questions the usual way\n\nMemory cap {measured['cap_gb']:g} GB. "
        "All answers are equal.\n\n"
    ) + table(header, map(cells, measured["questions"]), texts=2)


def spark(measured: dict) -> str:
    """Return what the SQL models take on Spark, beside DuckDB."""
    local = without_python(measured["full"])
    rows = [("DuckDB", f"{local:.0f}", "1.0")] + [
        (f"Spark, workers: {workers}", f"{run['seconds']:.0f}", f"{run['seconds'] / local:.1f}")
        for workers, run in measured["spark"].items()
    ]
    said = "All SQL models from nothing, one file per month; workers of one core, on this machine."
    header = ("engine", "wall time, s", "times DuckDB's")
    return f"### On Spark\n\n{said}\n\n" + table(header, rows)
