"""The customer features, expanded from the one list of them, and the files made from it.

The list is YAML inside a dbt macro: models loop over it while dbt parses them, when no seed can be
read.
"""

import csv
import io
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import yaml

LIST = Path("macros/prediction/customer_feature_list.sql")
SEED = Path("seeds/config/customer_feature_definitions.csv")
CONTRACT = Path("models/marts/prediction/_customer_features__models.yml")

CONTRACT_HEAD = """\
# Written by `footfall feature-list` from macros/prediction/customer_feature_list.sql: edit the
# list, not this file.
version: 2

models:
  - name: customer_features
    description: >-
{description}
    columns:
      - name: customer_id
        data_type: string
        description: >-
          The person, as in dim_customers.
        data_tests:
          - not_null
          - unique
          - relationships: {{arguments: {{to: ref('dim_customers'), field: customer_id}}}}
"""

MODEL_DESCRIPTION = """\
Grain: one customer who was seen, bots and listed test customers left out. Purpose: inputs for
models of one's own: the features of the REES46 customer model, computed from the events, or taken
as delivered where source `customer_model` brings them. Caveats: nothing is imputed. A customer
without sessions (a source of orders) has no session statistics, one without a view or purchase no
factors of that family, and a block of four weeks before the customer was first seen is null. A view
computes what is asked for: name the columns.
Everything up to as_of is in it: to predict what comes next, build with var `as_of` set to the
cutoff. Seed customer_feature_definitions lists the features with their units and their names in
REES46."""


@dataclass(frozen=True)
class Feature:
    """A feature: its name here and in the REES46 customer model, unit, meaning and kind."""

    feature_name: str
    rees46_name: str
    unit: str
    description: str
    kind: str


def features(listed: dict) -> Iterator[Feature]:
    """Yield every feature of the list, in the order of REES46."""
    for statistic, meaning in listed["statistics"].items():
        for name, measure in listed["session_measures"].items():
            yield Feature(
                f"{name}_{statistic}",
                f"{measure['rees46']}_{statistic}",
                "ratio" if statistic == "cv" else measure["unit"],
                f"{meaning} over the customer's sessions: {measure['is']}.",
                "session_statistic",
            )
    for name, ratio in listed["ratios"].items():
        yield Feature(name, ratio["rees46"], ratio["unit"], f"{ratio['is']}.", "ratio")
    for name, series in listed["month_series"].items():
        for statistic, meaning in listed["month_statistics"].items():
            yield Feature(
                f"{name}_{statistic}",
                f"{series['rees46']}_{statistic}",
                series["unit"],
                f"{series['is']}, {meaning}.",
                "month_series",
            )
    for name, family in listed["latent_factors"].items():
        for number in range(family["count"]):
            yield Feature(
                f"{name}{number}",
                f"{family['rees46']}{number}",
                family["unit"],
                f"{family['is']}: factor {number + 1} of {family['count']}, the strongest first.",
                "latent_factor",
            )


def read_list(project: Path) -> dict:
    """Return the YAML of the list as it is written."""
    text = (project / LIST).read_text(encoding="utf-8")
    macro = r"{% macro customer_feature_yaml\(\) %}\n(.*?){% endmacro %}"
    return yaml.safe_load(re.search(macro, text, re.DOTALL)[1])


def read_features(project: Path) -> list[Feature]:
    """Read the project's list; raise a ValueError if a name occurs twice."""
    found = list(features(read_list(project)))
    for column in ("feature_name", "rees46_name"):
        names = [getattr(feature, column) for feature in found]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"{LIST}: {column} {repeated[0]} occurs twice")
    return found


def seed_text(listed: Sequence[Feature]) -> str:
    """Return the seed: a header and one line per feature."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(Feature))
    writer.writerows(astuple(feature) for feature in listed)
    return text.getvalue()


def contract_text(listed: Sequence[Feature]) -> str:
    """Return the mart's YAML: every feature a double, with its meaning, unit and REES46 name."""
    head = CONTRACT_HEAD.format(
        description=textwrap.indent(textwrap.fill(MODEL_DESCRIPTION, 94), " " * 6)
    )
    columns = "".join(
        f"      - name: {feature.feature_name}\n"
        "        data_type: double\n"
        "        description: >-\n"
        + textwrap.indent(
            textwrap.fill(
                f"{feature.description} Unit: {feature.unit}. REES46: {feature.rees46_name}.", 90
            ),
            " " * 10,
        )
        + "\n"
        for feature in listed
    )
    return head + columns


def generated_files(project: Path) -> dict[Path, str]:
    """Return what each file made from the list should hold, by its path in the project."""
    listed = read_features(project)
    return {SEED: seed_text(listed), CONTRACT: contract_text(listed)}


def write_feature_list(project: Path) -> None:
    """Write the files made from the list."""
    for path, text in generated_files(project).items():
        (project / path).write_text(text, encoding="utf-8")
