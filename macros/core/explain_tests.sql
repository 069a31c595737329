{# After a run: what the project's own tests found, a row a line. dbt itself prints how many rows only. #}
{% macro explain_tests(results) -%}
    {%- if execute -%}
        {%- for result in results if result.status in ['fail', 'warn'] and not result.node.test_metadata -%}
            {%- set found = run_query("select * from (" ~ result.node.compiled_code ~ ") limit 5") -%}
            {%- for row in found.rows -%}
                {%- set values = [] -%}
                {%- for name in found.column_names -%}
                    {%- do values.append(name ~ "=" ~ row[name]) -%}
                {%- endfor -%}
                {{ log("Footfall: " ~ result.node.name ~ ": " ~ values | join(", "), info=true) }}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
