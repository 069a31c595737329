"""The `footfall` command: what is done around the warehouse without dbt.

Each subcommand is one function that adds its parser and says, as its `run`, what to call. It
imports what it needs itself: `make build` with nothing to do ends before pandas would be there.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def add_generate(commands: argparse._SubParsersAction) -> None:
    """Add `footfall generate`: demo data of any size."""
    from footfall import demo_shop

    parser = commands.add_parser(
        "generate",
        help="write a demo shop's raw files",
        description="Write a demo shop: raw events, customers and products whose truth is known. "
        "Without options, the project's own demo seeds. Same options, same bytes.",
    )
    parser.add_argument("--out", type=Path, default=Path("seeds/raw"), help="folder (%(default)s)")
    parser.add_argument(
        "--events", type=int, default=demo_shop.DEMO_EVENTS, help="about so many (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=demo_shop.DEMO_SEED, help="(%(default)s)")
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv", help="(%(default)s)")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count(), help="threads, for Parquet (%(default)s)"
    )

    def run(options: argparse.Namespace) -> None:
        demo_shop.generate(
            options.out,
            events=options.events,
            seed=options.seed,
            file_format=options.format,
            workers=options.workers,
        )

    parser.set_defaults(run=run)


def add_new_source(commands: argparse._SubParsersAction) -> None:
    """Add `footfall new-source`: the scaffold of a source of your own."""
    parser = commands.add_parser(
        "new-source",
        help="scaffold a source of your own",
        description="Write the folder of a new source: staging models in the input contract, their "
        "YAML and tests, its settings in macros/sources, and its entries in dbt_project.yml and "
        "the expectations.",
    )
    parser.add_argument("name", help="its name, such as my_shop")
    parser.add_argument("--sample", type=Path, help="a CSV or Parquet file of it, for its columns")
    parser.add_argument("--columns", help="their names, a,b,c, where the sample has no header")
    parser.add_argument("--remove", action="store_true", help="take back what was written for it")

    def run(options: argparse.Namespace) -> None:
        from footfall import new_source

        if options.remove:
            for path in new_source.remove(Path(), options.name):
                print(f"took it out of {path}")
            return
        columns = options.columns.split(",") if options.columns else None
        written, notes = new_source.scaffold(Path(), options.name, options.sample, columns)
        for path in written:
            print(f"wrote {path}")
        for note in notes:
            print(note)
        print(
            f"Next: read models/staging/{options.name}/stg_{options.name}__events.sql, then\n"
            f"make build SOURCE={options.name} RAW_PATH=..."
        )

    parser.set_defaults(run=run)


def add_warehouse(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the warehouse to read."""
    parser.add_argument(
        "--warehouse", type=Path, default=Path("warehouse/footfall.duckdb"), help="(%(default)s)"
    )


def add_quality_report(commands: argparse._SubParsersAction) -> None:
    """Add `footfall quality-report`: what is known about the raw data, as one HTML page."""
    parser = commands.add_parser(
        "quality-report",
        help="write an HTML page about the raw data of a warehouse",
        description="Write one HTML file that needs no other: expectations, reconciliation and "
        "rejected rows of a warehouse, also of one whose build stopped at the quality gate.",
    )
    add_warehouse(parser)
    parser.add_argument(
        "--out", type=Path, help="file (beside the warehouse, its name with _quality.html)"
    )

    def run(options: argparse.Namespace) -> None:
        from footfall import quality_report

        built = options.warehouse
        out = options.out or built.with_name(built.stem + "_quality.html")
        quality_report.write_report(built, out)
        print(f"Quality report: {out}")

    parser.set_defaults(run=run)


def add_publish(commands: argparse._SubParsersAction) -> None:
    """Add `footfall publish`: the copy of the marts that BI tools read."""
    parser = commands.add_parser(
        "publish",
        help="copy the marts of a warehouse for BI tools",
        description="Copy schema marts of a warehouse into a read-only file and put that in the "
        "place of the last copy at once: BI tools can keep it open while the next build runs, and "
        "never see a half-built state. Publish after a build that passed, as `make publish` does.",
    )
    add_warehouse(parser)
    parser.add_argument("--out", type=Path, help="file (published/, beside the warehouse)")

    def run(options: argparse.Namespace) -> None:
        from footfall import warehouse

        built = options.warehouse
        out = options.out or built.parent / "published" / built.name
        warehouse.publish(built, out)
        print(f"Published for BI tools: {out}")

    parser.set_defaults(run=run)


def add_summary(commands: argparse._SubParsersAction) -> None:
    """Add `footfall summary`: what the last build said at its end."""
    parser = commands.add_parser(
        "summary",
        help="print what the last build of a warehouse said at its end",
        description="Print the summary with which the last build of a warehouse ended: rows and "
        "money in, kept, refused, repeated and excluded, orders and customers, warnings.",
    )
    add_warehouse(parser)
    parser.add_argument("--json", action="store_true", help="the same with its figures, as JSON")

    def run(options: argparse.Namespace) -> None:
        from footfall import build_summary

        summary = build_summary.read_summary(options.warehouse)
        print(build_summary.as_json(summary) if options.json else build_summary.as_text(summary))

    parser.set_defaults(run=run)


def add_build(commands: argparse._SubParsersAction) -> None:
    """Add `footfall build`: what `make build` does."""
    parser = commands.add_parser(
        "build",
        help="build what is not up to date, as `make build` does",
        description="Run `dbt build` and show a line for each area of the project, what failed and "
        "why, and a bar on a terminal. Nothing is run if nothing has changed since the last "
        "complete build, and only what follows from edited models, seeds and tests if nothing else "
        "has. FOOTFALL_VERBOSE=1 shows dbt's own output.",
    )
    parser.add_argument("--warehouse", type=Path, required=True, help="file that dbt will write")
    parser.add_argument("--vars", default="", help="as dbt takes them")

    def run(options: argparse.Namespace) -> int:
        from footfall import build

        return build.build(options.warehouse, options.vars)

    parser.set_defaults(run=run)


def add_feature_list(commands: argparse._SubParsersAction) -> None:
    """Add `footfall feature-list`: the files that are written from the list of features."""
    parser = commands.add_parser(
        "feature-list",
        help="write the seed and the contract of customer_features",
        description="Write the seed customer_feature_definitions and the contract of mart "
        "customer_features from the list in macros/prediction/customer_feature_list.sql.",
    )
    parser.add_argument(
        "--project", type=Path, default=Path(), help="folder of dbt_project.yml (%(default)s)"
    )

    def run(options: argparse.Namespace) -> None:
        from footfall import feature_list

        feature_list.write_feature_list(options.project)

    parser.set_defaults(run=run)


SUBCOMMANDS = {
    "build": add_build,
    "generate": add_generate,
    "new-source": add_new_source,
    "feature-list": add_feature_list,
    "quality-report": add_quality_report,
    "summary": add_summary,
    "publish": add_publish,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code, 1 after printing one line about what is wrong."""
    parser = argparse.ArgumentParser(
        prog="footfall", description="Tools around the Footfall warehouse."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    given = sys.argv[1:] if arguments is None else arguments
    for name in set(given[:1]) & SUBCOMMANDS.keys() or SUBCOMMANDS:
        SUBCOMMANDS[name](commands)
    options = parser.parse_args(given)
    try:
        return options.run(options) or 0
    except (OSError, ValueError) as error:
        print(f"footfall: {error}", file=sys.stderr)
        return 1
