"""The scaffold of a source: a folder of staging models in the input contract, and its entries.

The contract is read from the project (`int_source_events.sql`), so that the two cannot disagree. A
sample file of the source gives the raw columns; those whose names are known become columns of the
contract, the others are there for the engineer to use.
"""

import csv
import re
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

# names under which files usually carry a column of the contract, the likeliest first
USUAL_NAMES = {
    "event_id": ["event_id"],
    "event_at": [
        "event_at",
        "event_time",
        "timestamp",
        "created_at",
        "invoicedate",
        "time",
        "date",
    ],
    "raw_event_type": ["raw_event_type", "event_type", "event_name", "event"],
    "customer_id": ["customer_id", "user_id", "client_id"],
    "anonymous_id": ["anonymous_id", "visitor_id", "device_id", "user_pseudo_id"],
    "session_id": ["session_id", "user_session"],
    "order_id": ["order_id", "invoice", "transaction_id"],
    "product_id": ["product_id", "item_id", "sku", "stockcode"],
    "category": ["category", "category_code", "product_category"],
    "brand": ["brand"],
    "currency": ["currency"],
    "experiment_id": ["experiment_id"],
    "experiment_group": ["experiment_group", "variant"],
    "traffic_source": ["traffic_source", "utm_source", "channel"],
    "campaign": ["campaign", "campaign_id", "utm_campaign"],
    "device_type": ["device_type", "device"],
    "page_type": ["page_type", "page_category"],
    "unit_price": ["unit_price", "price"],
    "quantity": ["quantity", "qty"],
    "loaded_at": ["loaded_at"],
}
# columns of the contract that the scaffold fills in its own way
SPECIAL = ["event_id", "extra", "source_file", "rejection_reason"]
FILLED = {"raw_event_type": "unknown", "quantity": 1}  # what a malformed line has
REQUIRED = ["event_at", "raw_event_type", "customer_id"]
VALUES = {"event_at": "2025-01-31 12:00:00", "loaded_at": "2025-01-31 13:00:00"}
VALUES |= {"unit_price": 9.5, "quantity": 2}
YAML_WORDS = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
BASE_COLUMNS = {"source_file", "source_row", "malformed_reason", "raw_line", "line", "fields"}
EXPECTATIONS = [
    ("volume", "row_count", '{"min_value": 1}', "critical"),
    ("validity", "malformed_reason.null_share", '{"min_value": 0.8}', "critical"),
    ("validity", "{event_at}.unparseable_share", '{"max_value": 0.2}', "critical"),
    ("completeness", "{event_at}.null_share", '{"max_value": 0.2}', "critical"),
    ("freshness", "{event_at}.days_behind", '{"max_value": 0}', "critical"),
]


def scaffold(project: Path, source: str, sample: Path | None = None) -> list[Path]:
    """Write the folder and the entries of a new source, and return the files written or changed.

    Args:
        project: the project's folder.
        source: its name, in lower case letters, digits and underscores.
        sample: a CSV or Parquet file of it, for the names of the raw columns. Without one, the
            files are expected to have the contract's own names.

    Raises:
        ValueError: the name is no name or is taken, or the sample cannot be read. Nothing has been
            written then.

    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", source) or source in YAML_WORDS:
        raise ValueError(f"source name '{source}': use lower case letters, digits and underscores")
    folder = project / "models" / "staging" / source
    settings = project / "vars.yml"
    if folder.exists() or re.search(rf"^    {source}:$", settings.read_text(), re.MULTILINE):
        raise ValueError(f"source name '{source}' is taken: see vars.yml and {folder}")

    contract = read_contract(project)
    columns = read_columns(sample) if sample else [name for name in USUAL_NAMES if name in contract]
    found = {
        name: next(column for column in usual if column in columns)
        for name, usual in USUAL_NAMES.items()
        if name in contract and set(usual) & set(columns)
    }
    required = columns if sample else REQUIRED
    given = {"source_row": 2} | {found[name]: VALUES.get(name, f"a {name}") for name in found}
    checked = [name for name in found if name != "event_id"]
    expected = {"source_row": 2} | {name: VALUES.get(name, f"a {name}") for name in checked}
    malformed = {"source_row": 3} | {name: FILLED.get(name) for name in checked}
    facts = {
        "source": source,
        "contract": contract,
        "special": SPECIAL,
        "needed": REQUIRED,
        "found": found,
        "columns": required,
        "times": [found[name] for name in ("event_at", "loaded_at") if name in found],
        "given": _row(given, as_text=True),
        "expected": _row(expected | {"rejection_reason": None}),
        "malformed": _row(malformed | {"rejection_reason": "wrong_column_count"}),
    }
    written = {
        folder / f"base_{source}__events.sql": _render("base.sql", facts),
        folder / f"stg_{source}__events.sql": _render("staging.sql", facts | {"columns": columns}),
        folder / f"_{source}__models.yml": _render("models.yml", facts),
        settings: settings.read_text().rstrip("\n")
        + "\n"
        + _render(
            "vars.yml", facts | {"optional": [name for name in columns if name not in required]}
        ),
    }
    written |= _enabled(project, source) | _expected(project, source, found)
    folder.mkdir()
    for path, text in written.items():
        path.write_text(text)
    return list(written)


def read_contract(project: Path) -> dict[str, str]:
    """Return {column: type} of the contract's events, as int_source_events.sql has them."""
    model = project / "models" / "intermediate" / "core" / "int_source_events.sql"
    return dict(re.findall(r"'(\w+)': '([\w(),]+)'", model.read_text()))


def read_columns(sample: Path) -> list[str]:
    """Return the column names of a CSV or Parquet file in snake case, in their order.

    Names that SQL, YAML or Footfall itself uses (order, no, source_row ...) are left out: rename
    them to use them.

    Raises:
        ValueError: the file cannot be read, its header names no column, or one twice.

    """
    try:
        if sample.suffix == ".parquet":
            described = duckdb.execute("describe select * from read_parquet(?)", [str(sample)])
            header = [name for name, *_ in described.fetchall()]
        else:
            options = "all_varchar = true, header = false"
            lines = duckdb.execute(f"select * from read_csv(?, {options}) limit 1", [str(sample)])
            header = lines.fetchone() or ()
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"sample '{sample}' cannot be read: {reason}") from error
    names = [re.sub(r"[^a-z0-9]+", "_", (name or "").lower()).strip("_") for name in header]
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise ValueError(f"sample '{sample}' has more than one column '{repeated[0]}'; rename one")
    usable = [name for name in names if name.isidentifier() and name not in _reserved_names()]
    if not usable:
        raise ValueError(f"sample '{sample}' has no header with names that SQL can use")
    return usable


def _reserved_names() -> set[str]:
    """Return the names that SQL, YAML or the base models use themselves."""
    keywords = duckdb.execute(
        "select keyword_name from duckdb_keywords()"
        " where keyword_category in ('reserved', 'type_function')"
    ).fetchall()
    return {name for (name,) in keywords} | YAML_WORDS | BASE_COLUMNS


def _render(template: str, facts: dict) -> str:
    """Fill a template; its marks are [[ ]] and [% %], because dbt's own are in the text."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates" / "new_source"),
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        trim_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=False,
    )
    return environment.get_template(template).render(facts)


def _row(values: dict, as_text: bool = False) -> str:
    """Write a row of a unit test, in YAML's flow style."""
    texts = []
    for name, value in values.items():
        if name != "source_row" and (as_text or isinstance(value, str)):
            value = f"'{value}'"
        texts.append(f"{name}: {'null' if value is None else value}")
    return ", ".join(texts)


def _enabled(project: Path, source: str) -> dict[Path, str]:
    """Return dbt_project.yml with the source's folder, enabled when it is the chosen source."""
    path = project / "dbt_project.yml"
    head, mark, tail = path.read_text().partition("    intermediate:\n")
    entry = f"      {source}:\n        +enabled: \"{{{{ var('source') == '{source}' }}}}\"\n"
    return {path: head + entry + mark + tail}


def _expected(project: Path, source: str, found: dict[str, str]) -> dict[Path, str]:
    """Return the expectations seed with a first suite for the source."""
    path = project / "seeds" / "config" / "expectations.csv"
    lines = path.read_text().splitlines(keepends=True)
    names = next(csv.reader(lines))
    for dimension, column, arguments, severity in EXPECTATIONS:
        if "{event_at}" in column and "event_at" not in found:
            continue
        row = {
            "source": source,
            "entity": "events",
            "scope": "profile",
            "dimension": dimension,
            "expectation_type": "expect_column_values_to_be_between",
            "column_name": column.format(**found),
            "arguments": arguments.replace('"', '""'),
            "severity": severity,
        }
        cells = (f'"{row[name]}"' if name == "arguments" else row.get(name, "") for name in names)
        lines.append(",".join(cells) + "\n")
    return {path: "".join(lines)}
