"""The scaffold of a source: a folder of staging models in the input contract, and its settings.

The contract is read from the project (`int_source_events.sql`), so that the two cannot disagree. A
sample file of the source gives the raw columns, and how its numbers and times are written. Columns
whose names are known become columns of the contract; the others are there for the engineer to use.
"""

import csv
import re
import shutil
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from footfall.sample_file import Sample, read_sample

# names under which files usually carry a column of the contract, the likeliest first
USUAL_NAMES = {
    "event_id": ["event_id"],
    "event_at": [
        "event_at",
        "event_time",
        "event_timestamp",
        "timestamp",
        "created_at",
        "order_date",
        "date_created",
        "invoicedate",
        "invoice_date",
        "bestelldatum",
        "time",
        "datetime",
        "date",
        "datum",
        "event_date",
    ],
    "raw_event_type": ["raw_event_type", "event_type", "event_name", "event"],
    "customer_id": [
        "customer_id",
        "user_id",
        "client_id",
        "customer_email",
        "billing_email",
        "email",
        "customer",
        "kundennummer",
        "kunde",
    ],
    "anonymous_id": ["anonymous_id", "visitor_id", "device_id", "user_pseudo_id"],
    "session_id": ["session_id", "user_session", "ga_session_id"],
    "order_id": [
        "order_id",
        "order_number",
        "order_no",
        "invoice",
        "invoice_no",
        "transaction_id",
        "bestellnummer",
    ],
    "product_id": ["product_id", "item_id", "sku", "stockcode", "artikelnummer", "artikel"],
    "category": ["category", "category_code", "product_category", "item_category"],
    "brand": ["brand", "item_brand"],
    "currency": ["currency", "order_currency", "waehrung"],
    "experiment_id": ["experiment_id"],
    "experiment_group": ["experiment_group", "variant"],
    "traffic_source": ["traffic_source", "utm_source", "channel"],
    "campaign": ["campaign", "campaign_id", "utm_campaign"],
    "device_type": ["device_type", "device", "device_category"],
    "page_type": ["page_type", "page_category"],
    "unit_price": ["unit_price", "price", "item_price", "item_cost", "einzelpreis", "preis"],
    "quantity": ["quantity", "qty", "menge", "anzahl"],
    "loaded_at": ["loaded_at"],
}
# a Shopify order export, whose `name` is the order's number
SHOPIFY_NAMES = {
    "order_id": ["name"],
    "product_id": ["lineitem_sku", "lineitem_name"],
    "unit_price": ["lineitem_price"],
    "quantity": ["lineitem_quantity"],
}
# columns of an order export that are filled once per order, by column of the contract's orders
ORDER_FACTS = {
    "status": ["financial_status", "order_status", "status", "bestellstatus"],
    "canceled_at": ["cancelled_at", "canceled_at"],
    "payment_type": ["payment_method", "payment_type", "zahlungsart"],
    "shipping_amount": ["shipping", "order_shipping", "shipping_total"],
    "tax_amount": ["taxes", "order_tax", "tax_total"],
    "discount_amount": ["discount_amount", "order_discount", "discount_total"],
    "paid_amount": ["total", "order_total"],
    "refund_amount": ["refunded_amount", "order_refund_amount", "refund_amount"],
}
# order facts that become events of their own, by type of event
AMOUNTS = {"order_discount": "discount_amount", "refund": "refund_amount"}
# columns of the contract that the scaffold fills in its own way
OURS = ["extra", "source_file", "rejection_reason", "source_row"]
SPECIAL = ["event_id", *OURS]
FILLED = {"raw_event_type": "unknown", "quantity": 1}  # in the row of a malformed line
REQUIRED = ["event_at", "raw_event_type", "customer_id"]
VALUES = {"event_at": "2025-01-31 12:00:00", "loaded_at": "2025-01-31 13:00:00"}
VALUES |= {"unit_price": 9.5, "quantity": 2}
MARK = "{# Written by footfall new-source. What each key means: _sources.yml #}"
CALLS = Path("macros/sources/source_config.sql")
YAML_WORDS = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
BASE_COLUMNS = {"source_file", "source_row", "malformed_reason", "raw_line", "line", "fields"}
EXPECTATIONS = [
    ("volume", "row_count", '{"min_value": 1}', "critical"),
    ("validity", "malformed_reason.null_share", '{"min_value": 0.8}', "critical"),
    ("validity", "{event_at}.unparseable_share", '{"max_value": 0.2}', "critical"),
    ("completeness", "{event_at}.null_share", '{"max_value": 0.2}', "critical"),
    ("freshness", "{event_at}.days_behind", '{"max_value": 0}', "critical"),
]


def scaffold(
    project: Path, source: str, sample: Path | None = None, columns: list[str] | None = None
) -> tuple[list[Path], list[str]]:
    """Write the folder and the settings of a new source.

    Args:
        project: the project's folder.
        source: its name, in lower case letters, digits and underscores.
        sample: a CSV or Parquet file of it, for the raw columns and how values are written. Without
            one, the files are expected to have the contract's own names.
        columns: the names of the sample's columns in their order, where it has no header.

    Returns:
        The files written or changed, and what the user should know, a line each.

    Raises:
        ValueError: the name is no name or is taken, or the sample is no table. Nothing has been
            written then.

    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", source) or source in YAML_WORDS:
        raise ValueError(f"source name '{source}': use lower case letters, digits and underscores")
    folder = project / "models" / "staging" / source
    settings = _settings(project, source)
    if folder.exists() or settings.exists():
        raise ValueError(f"source name '{source}' is taken: see {settings} and {folder}")

    contract = read_contract(project)
    table = read_sample(sample, columns) if sample else None
    names = usable(table) if table else list(usual_names(contract))
    found, order_facts = recognised(names, contract)
    ways, notes = table.ways(found, order_facts) if table else ({}, [])
    facts = _facts(source, contract, names, found, order_facts, ways, is_sample=table is not None)
    facts["described"] = described(project)
    staging = {f"base_{source}__events.sql": "base.sql", f"stg_{source}__events.sql": "staging.sql"}
    staging[f"_{source}__models.yml"] = "models.yml"
    if order_facts:
        staging[f"stg_{source}__orders.sql"] = "orders.sql"
    written = {folder / name: _render(template, facts) for name, template in staging.items()}
    written[settings] = _render("source.sql", facts)
    written |= _called(project, source) | _enabled(project, source)
    written |= _expected(project, source, found)
    folder.mkdir()
    for path, text in written.items():
        path.write_text(text)
    return list(written), notes


def remove(project: Path, source: str) -> list[Path]:
    """Undo `scaffold` for a source; return the files deleted or changed.

    Raises:
        ValueError: the source is not one that `scaffold` has written.

    """
    settings = _settings(project, source)
    if not settings.exists() or not settings.read_text().startswith(MARK):
        raise ValueError(
            f"source '{source}' was not written by `footfall new-source`: see {settings.parent}"
        )
    enabled, mark, rest = _enabled_entry(source), "    intermediate:\n", project / "dbt_project.yml"
    expectations = project / "seeds" / "config" / "expectations.csv"
    lines = expectations.read_text().splitlines(keepends=True)
    head, _, tail = rest.read_text().partition(mark)
    settings.unlink()
    calls = project / CALLS
    calls.write_text(calls.read_text().replace(_call(source), ""))
    rest.write_text(head.replace(enabled, "") + mark + tail)
    expectations.write_text("".join(line for line in lines if not line.startswith(f"{source},")))
    folder = project / "models" / "staging" / source
    shutil.rmtree(folder, ignore_errors=True)
    return [folder, settings, calls, rest, expectations]


def recognised(names: list[str], contract: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return {column of the contract: raw column} for events, and for the facts of orders.

    Facts of orders are looked for only where the file has order lines: an order id and a price.
    """
    is_shopify = {"name", "lineitem_price"} <= set(names)
    usual = usual_names(contract) | (SHOPIFY_NAMES if is_shopify else {})

    def first_known(known: dict[str, list[str]]) -> dict[str, str]:
        return {
            name: next(column for column in listed if column in names)
            for name, listed in known.items()
            if set(listed) & set(names)
        }

    found = first_known(usual)
    is_order_lines = {"order_id", "unit_price", "event_at"} <= set(found)
    facts = first_known(ORDER_FACTS) if is_order_lines and "raw_event_type" not in found else {}
    return found, facts if set(facts) & {"status", "canceled_at", *AMOUNTS.values()} else {}


def usable(table: Sample) -> list[str]:
    """Return a sample's columns that can be used; a file without a header needs all of them.

    Names that SQL, YAML or Footfall itself uses (order, no, source_row ...) are left out: rename
    them to use them.

    Raises:
        ValueError: no name is left, or one of a file without a header cannot be used.

    """
    names = [
        name for name in table.columns if name.isidentifier() and name not in _reserved_names()
    ]
    if not table.has_header and names != table.columns:
        refused = next(name for name in table.columns if name not in names)
        raise ValueError(
            f"column name '{refused}' is one that SQL or Footfall uses; choose another"
        )
    if not names:
        raise ValueError(f"sample '{table.path}' has no header with names that SQL can use")
    return names


def _facts(source, contract, names, found, order_facts, ways, *, is_sample) -> dict:
    """Return what the templates are filled with."""
    required = names if is_sample else REQUIRED
    given = {"source_row": 2} | {found[name]: VALUES.get(name, f"a {name}") for name in found}
    if "unit_price" in found and ways.get("decimal_mark") == "','":
        given[found["unit_price"]] = "9,5"
    checked = [name for name in found if name not in ("event_id", "session_id")]
    expected = {"source_row": 2} | {name: VALUES.get(name, f"a {name}") for name in checked}
    malformed = {"source_row": 3} | {name: FILLED.get(name) for name in checked}
    # a line's id is computed from these; facts of the order may change in a later export, so they
    # are left out
    lines = [*found.values(), "lineitem_name", "item_name", "product_name"]
    return {
        "source": source,
        "mark": MARK,
        "contract": contract,
        "special": SPECIAL,
        "needed": REQUIRED,
        "found": found,
        "facts": order_facts,
        "amounts": {kind: name for kind, name in AMOUNTS.items() if name in order_facts},
        "is_order_lines": {"order_id", "unit_price"} <= set(found),
        "row_columns": [name for name in names if not order_facts or name in lines],
        "columns": required,
        "optional": [name for name in names if name not in required],
        "ways": ways,
        "times": [found[name] for name in ("event_at", "loaded_at") if name in found],
        "given": _row(given, as_text=True),
        "expected": _row(expected | {"rejection_reason": None}),
        "malformed": _row(malformed | {"rejection_reason": "wrong_column_count"}),
    }


def read_contract(project: Path) -> dict[str, str]:
    """Return {column: type} of the contract's events, as event_columns.sql has them."""
    macro = project / "macros" / "core" / "event_columns.sql"
    return dict(re.findall(r"'(\w+)': '([\w(),]+)'", macro.read_text()))


def usual_names(contract: dict[str, str]) -> dict[str, list[str]]:
    """Return {column of the contract: what files call it}; at least its own name."""
    others = {name: [name] for name in contract if name not in [*USUAL_NAMES, *OURS]}
    return USUAL_NAMES | others


def described(project: Path) -> list[str]:
    """Return the columns of the contract that have a description for staging models."""
    docs = project / "models" / "staging" / "_staging__docs.md"
    return re.findall(r"docs contract_(\w+)", docs.read_text())


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


def _settings(project: Path, source: str) -> Path:
    return project / "macros" / "sources" / f"{source}.sql"


def _called(project: Path, source: str) -> dict[Path, str]:
    """Return the macro that calls each source's settings, with a branch for the new one."""
    path = project / CALLS
    head, macro, tail = path.read_text().partition("{% macro source_yaml(")
    branches, end, rest = tail.partition("    {%- endif -%}\n")
    return {path: head + macro + branches + _call(source) + end + rest}


def _call(source: str) -> str:
    return f"    {{%- elif source == '{source}' -%}}{{{{ {source}_source() }}}}\n"


def _enabled(project: Path, source: str) -> dict[Path, str]:
    """Return dbt_project.yml with the source's folder, enabled when it is the chosen source."""
    path = project / "dbt_project.yml"
    head, mark, tail = path.read_text().partition("    intermediate:\n")
    return {path: head + _enabled_entry(source) + mark + tail}


def _enabled_entry(source: str) -> str:
    return f"      {source}:\n        +enabled: \"{{{{ var('source') == '{source}' }}}}\"\n"


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
