"""Every YAML key of the project is one that dbt knows.

On DuckDB, dbt ignores keys it does not know: `data_test:` for `data_tests:` means no test at all.
The JSON schemas that ship inside dbt-core know all keys; this checks the project against them.
"""

import dataclasses
import json
from collections import defaultdict
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from dbt.contracts.project import ProjectFlags
from jsonschema import Draft7Validator, ValidationError

PROJECT = Path(__file__).parents[2]
PROJECT_FILE = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
FOLDERS = sorted(
    folder for key, value in PROJECT_FILE.items() if key.endswith("-paths") for folder in value
)
RESOURCE_FILES = sorted(
    path
    for folder in FOLDERS
    for path in (PROJECT / folder).rglob("*")
    if path.suffix in (".yml", ".yaml")
)


@cache
def validator(kind: str) -> Draft7Validator:
    """Return the validator of 'resources' or 'project' files."""
    text = (files("dbt") / "jsonschemas" / kind / "latest.json").read_text(encoding="utf-8")
    schema = adapted(json.loads(text))
    if kind == "project":
        names = [field.name for field in dataclasses.fields(ProjectFlags)]
        schema["properties"]["flags"] = {
            "properties": dict.fromkeys(names, True),
            "additionalProperties": False,
        }
    return Draft7Validator(schema)


def adapted(node: Any) -> Any:
    """Copy a schema, stricter and laxer in the two places where it and dbt differ.

    - In dbt_project.yml any unknown key may be a folder, so also a misspelt `+key`: a key with a
      plus has to be a known one.
    - A list of allowed values (severity, materialized ...) excludes a Jinja expression, which dbt
      renders before it looks at the value.
    """
    if isinstance(node, list):
        return [adapted(item) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("enum"), list):
        return {"anyOf": [node, {"type": "string", "pattern": r"^\{\{.*\}\}$"}]}
    # 'one of' would refuse Jinja, which fits every alternative
    node = {("anyOf" if key == "oneOf" else key): adapted(value) for key, value in node.items()}
    known = [key for key in node.get("properties", {}) if key.startswith("+")]
    if known:
        node["propertyNames"] = {"anyOf": [{"enum": known}, {"pattern": r"^[^+]"}]}
    return node


def problems(content: Any, kind: str = "resources") -> list[str]:
    """Return one line, '<path of key>: <problem>', for each mistake in a parsed YAML file."""
    errors = (leaf for error in validator(kind).iter_errors(content) for leaf in leaves(error))
    return sorted({line for error in errors for line in describe(error, content)})


def leaves(error: ValidationError) -> Iterator[ValidationError]:
    """Yield the errors that explain a failed 'any of': those of the alternative that was meant.

    The alternative that was meant is the one whose mistakes lie deepest, and no mere wrong type.
    """
    alternatives = defaultdict(list)
    for cause in error.context or ():
        alternatives[cause.schema_path[0]].append(cause)
    meant = max(
        alternatives.values(),
        key=lambda causes: (
            min(len(cause.relative_path) for cause in causes),
            all(cause.validator not in ("type", "pattern") for cause in causes),
            -len(causes),
        ),
        default=[],
    )
    if not meant or "propertyNames" in error.absolute_schema_path:
        yield error
        return
    for cause in meant:
        yield from leaves(cause)


def describe(error: ValidationError, content: Any) -> Iterator[str]:
    """Yield readable lines for one error; an unknown key is named, with the likely right one."""
    place = readable_path(error.absolute_path, content)
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        for key in error.instance.keys() - set(known):
            yield f"{place}: unknown key {key!r}{suggestion(key, known)}"
    elif "propertyNames" in error.absolute_schema_path:
        known = error.schema["anyOf"][0]["enum"]
        yield f"{place}: unknown key {error.instance!r}{suggestion(error.instance, known)}"
    else:
        yield f"{place}: {error.message[:200]}"


def suggestion(key: str, known: list[str]) -> str:
    """Return ', did you mean ...?' when a known key looks like this one."""
    similar = get_close_matches(str(key), known, n=1)
    return f", did you mean {similar[0]!r}?" if similar else ""


def readable_path(path: Any, content: Any) -> str:
    """Return a path such as models[fct_events].columns[event_id].data_tests[0]."""
    text = ""
    for part in path:
        content = content[part]
        if isinstance(part, int):
            name = content.get("name") if isinstance(content, dict) else None
            text += f"[{part if name is None else name}]"
        else:
            text += f".{part}" if text else str(part)
    return text or "top level"


@pytest.mark.parametrize(
    "path", RESOURCE_FILES, ids=lambda path: path.relative_to(PROJECT).as_posix()
)
def test_resource_files_have_only_known_keys(path):
    content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    lines = [f"{path.relative_to(PROJECT).as_posix()}: {line}" for line in problems(content)]
    assert not lines, "\n" + "\n".join(lines)


def test_the_project_file_has_only_known_keys():
    lines = problems(PROJECT_FILE, kind="project")
    assert not lines, "\n" + "\n".join(lines)


VALID_RESOURCES = """
version: 2
models:
  - name: fct_events
    description: One row per event; "{{ doc('event_id') }}".
    config:
      contract: {enforced: true}
      materialized: "{{ 'table' if target.type == 'spark' else 'incremental' }}"
      incremental_strategy: delete+insert
      unique_key: [event_id]
      enabled: "{{ var('source') == 'demo' }}"
      access: public
      tags: [core]
      meta: {grain: event, any: {thing: [goes]}}
      docs: {node_color: "#123456"}
    constraints:
      - {type: check, columns: [event_id], expression: "event_id > 0"}
    data_tests:
      - at_least:
          name: ids_start_at_one
          description: Ids are positive.
          arguments: {column_name: event_id, minimum: 1}
          config: {severity: warn, warn_if: ">1", where: "kind = 'x'", limit: 10, meta: {a: 1}}
    columns:
      - name: event_id
        description: "{{ doc('event_id') }}"
        data_type: integer
        constraints: [{type: not_null}]
        config: {meta: {is_private: false}}
        data_tests:
          - unique
          - not_null: {config: {severity: "{{ var('severity') }}"}}
          - relationships: {arguments: {to: ref('stg_events'), field: event_id}}
          - footfall.at_least: {arguments: {minimum: 1}}
unit_tests:
  - name: a_gap_of_exactly_the_timeout_continues
    description: A gap of 1,800 s continues the session.
    model: fct_events
    config: {tags: unit, meta: {rule: session}}
    overrides:
      vars: {as_of: 2024-01-31}
      macros: {is_incremental: true, footfall.to_utc: "1"}
    given:
      - input: ref('stg_events')
        rows:
          - {event_id: 1, event_at: 2024-01-01 00:00:00}
          - {event_id: 2, event_at: null}
      - input: this
        format: csv
        rows: |
          event_id,event_at
          1,2024-01-01
      - {input: ref('empty'), format: sql, rows: "select 1 as event_id"}
    expect: {format: dict, rows: []}
seeds:
  - name: event_types
    description: What each event counts as.
    config: {column_types: {event_type: varchar, is_activity: boolean}, quote_columns: false}
    columns: [{name: event_type, description: The name., data_type: varchar, data_tests: [unique]}]
macros:
  - name: to_utc
    description: Converts.
    config: {docs: {show: false}}
    arguments: [{name: column, type: string, description: A timestamp.}]
data_tests:
  - {name: assert_sums, description: It adds up., config: {severity: error, enabled: true}}
analyses:
  - {name: best_channels, description: A question., columns: [{name: channel}]}
groups:
  - {name: shop, owner: {name: Shop, email: shop@example.com}}
exposures:
  - name: dashboard
    label: Dashboard
    type: dashboard
    maturity: high
    url: https://example.com
    description: What the shop looks at.
    depends_on: [ref('fct_events')]
    owner: {name: Shop}
    config: {tags: [bi], meta: {refresh: daily}}
"""

VALID_PROJECT = """
name: footfall
config-version: 2
model-paths: [models, python_models]
require-dbt-version: [">=1.12", "<2.0"]
on-run-start: "{{ check_vars() }}"
flags: {send_anonymous_usage_stats: false, require_generic_test_arguments_property: true}
vars: {any: {thing: goes}}
models:
  footfall:
    +materialized: "{{ 'table' if target.type == 'spark' else 'view' }}"
    +persist_docs: {relation: true, columns: true}
    marts: {core: {+schema: marts, +contract: {enforced: true}, +meta: {any: thing}}}
seeds: {footfall: {raw: {+column_types: {event_id: varchar}}}}
data_tests: {footfall: {+severity: warn, +store_failures: false}}
"""


@pytest.mark.parametrize(
    ("kind", "text"), [("resources", VALID_RESOURCES), ("project", VALID_PROJECT)]
)
def test_what_dbt_accepts_is_accepted(kind, text):
    assert problems(yaml.safe_load(text), kind) == []


COLUMN = "models: [{name: m, columns: [{name: c, %s}]}]"
DATA_TEST = COLUMN % "data_tests: [%s]"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("model: []", ["top level: unknown key 'model', did you mean 'models'?"]),
        (
            "models: [{name: m, data_test: [], descripton: a}]",
            [
                "models[m]: unknown key 'data_test', did you mean 'data_tests'?",
                "models[m]: unknown key 'descripton', did you mean 'description'?",
            ],
        ),
        ("models: [{name: m, materialized: table}]", ["models[m]: unknown key 'materialized'"]),
        (
            "models: [{nam: m}]",
            [
                "models[0]: 'name' is a required property",
                "models[0]: unknown key 'nam', did you mean 'name'?",
            ],
        ),
        (
            "models: [{name: m, config: {contract: {enforce: true}}}]",
            ["models[m].config.contract: unknown key 'enforce', did you mean 'enforced'?"],
        ),
        (
            "models: [{name: m, config: {contract: true}}]",
            ["models[m].config.contract: True is not of type 'object'"],
        ),
        (
            COLUMN % "data_test: [unique]",
            ["models[m].columns[c]: unknown key 'data_test', did you mean 'data_tests'?"],
        ),
        (
            COLUMN % "constraints: [{type: notnull}]",
            [
                "models[m].columns[c].constraints[0].type: 'notnull' is not one of ['not_null',"
                " 'unique', 'primary_key', 'foreign_key', 'check', 'custom']"
            ],
        ),
        (
            DATA_TEST % "{not_null: {severity: warn}}",
            ["models[m].columns[c].data_tests[0].not_null: unknown key 'severity'"],
        ),
        (
            DATA_TEST % "{not_null: {config: {severty: warn}}}",
            [
                "models[m].columns[c].data_tests[0].not_null.config: unknown key 'severty',"
                " did you mean 'severity'?"
            ],
        ),
        (
            DATA_TEST % "{not_null: {config: {severity: warning}}}",
            [
                "models[m].columns[c].data_tests[0].not_null.config.severity:"
                " 'warning' is not one of ['error', 'warn']"
            ],
        ),
        (
            DATA_TEST % "{unique: null}",
            ["models[m].columns[c].data_tests[0].unique: None is not of type 'object'"],
        ),
        (
            "unit_tests: [{name: u, model: m, givn: [], expect: {row: []}}]",
            [
                "unit_tests[u].expect: unknown key 'row', did you mean 'rows'?",
                "unit_tests[u]: unknown key 'givn', did you mean 'given'?",
            ],
        ),
        (
            "unit_tests: [{name: u, model: m, overrides: {var: {}}, expect: {rows: []}}]",
            ["unit_tests[u].overrides: unknown key 'var', did you mean 'vars'?"],
        ),
        (
            "seeds: [{name: s, config: {column_type: {a: int}}}]",
            ["seeds[s].config: unknown key 'column_type', did you mean 'column_types'?"],
        ),
        (
            "macros: [{name: f, arguments: [{name: a, typ: string}]}]",
            ["macros[f].arguments[a]: unknown key 'typ', did you mean 'type'?"],
        ),
        (
            "exposures: [{name: e, type: dashboard, owner: {mail: a}}]",
            ["exposures[e].owner: unknown key 'mail', did you mean 'email'?"],
        ),
    ],
)
def test_a_mistake_in_a_resource_file_is_named(text, lines):
    assert problems(yaml.safe_load(text)) == lines


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("model-path: [a]", "top level: unknown key 'model-path', did you mean 'model-paths'?"),
        (
            "flags: {use_color: true}",
            "flags: unknown key 'use_color', did you mean 'use_colors'?",
        ),
        (
            "models: {footfall: {core: {+materialised: table}}}",
            "models.footfall.core: unknown key '+materialised', did you mean '+materialized'?",
        ),
        (
            "models: {footfall: {+contract: {enforce: true}}}",
            "models.footfall.+contract: unknown key 'enforce', did you mean 'enforced'?",
        ),
        (
            "models: {footfall: {materialized: table}}",
            "models.footfall.materialized: 'table' is not of type 'object'",
        ),
        (
            "seeds: {footfall: {+column_type: {}}}",
            "seeds.footfall: unknown key '+column_type', did you mean '+column_types'?",
        ),
    ],
)
def test_a_mistake_in_the_project_file_is_named(text, line):
    assert line in problems({"name": "footfall"} | yaml.safe_load(text), kind="project")
