"""Run sqlfluff over models, with the macros that read raw values written as plain calls.

sqlfluff says nothing about what a macro wrote, but it parses all of it, and a time column is sixty
lines of SQL. So here `to_utc(column)` writes just that, which takes half the time. The text of the
models themselves is checked as ever. Takes the arguments of sqlfluff.
"""

from functools import cached_property

from dbt.contracts.graph.manifest import Manifest
from sqlfluff.cli.commands import cli
from sqlfluff_templater_dbt.templater import DbtTemplater

AS_CALLS = ("text_value", "decimal_value", "whole_number", "to_utc", "raw_amount", "zero_padded")
AS_CALL = "{{% macro {name}() -%}} {name}({{{{ varargs | join(', ') }}}}) {{%- endmacro %}}"
load_manifest = DbtTemplater.dbt_manifest.func


def with_calls(templater: DbtTemplater) -> Manifest:
    """Load the manifest, in which these macros write their own call."""
    manifest = load_manifest(templater)
    for name in AS_CALLS:
        manifest.macros[f"macro.footfall.{name}"].macro_sql = AS_CALL.format(name=name)
    return manifest


DbtTemplater.dbt_manifest = cached_property(with_calls)
DbtTemplater.dbt_manifest.__set_name__(DbtTemplater, "dbt_manifest")

if __name__ == "__main__":
    cli()
