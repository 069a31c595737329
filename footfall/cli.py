"""The `footfall` command: what dbt is not for.

Each subcommand is one function that adds its parser and says, as its `run`, what to call.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from footfall import demo_shop, new_source


def add_generate(commands: argparse._SubParsersAction) -> None:
    """Add `footfall generate`: demo data of any size."""
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
        "YAML and tests, and its entries in vars.yml, dbt_project.yml and the expectations.",
    )
    parser.add_argument("name", help="its name, such as my_shop")
    parser.add_argument("--sample", type=Path, help="a CSV or Parquet file of it, for its columns")

    def run(options: argparse.Namespace) -> None:
        for path in new_source.scaffold(Path(), options.name, options.sample):
            print(f"wrote {path}")
        print(
            f"Next: read models/staging/{options.name}/stg_{options.name}__events.sql, then\n"
            f"make build SOURCE={options.name} RAW_PATH=..."
        )

    parser.set_defaults(run=run)


SUBCOMMANDS = (add_generate, add_new_source)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 1 after printing one line about what is wrong."""
    parser = argparse.ArgumentParser(
        prog="footfall", description="Tools around the Footfall warehouse."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for add in SUBCOMMANDS:
        add(commands)
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except (OSError, ValueError) as error:
        print(f"footfall: {error}", file=sys.stderr)
        return 1
    return 0
