{# A run of some models needs the tables of others. If one is missing, say so before dbt fails on it. #}
{% macro check_parents() -%}
    {%- if execute -%}
        {%- set missing = [] -%}
        {%- for id in selected_resources if id in graph.nodes -%}
            {%- for parent in graph.nodes[id].depends_on.nodes if parent in graph.nodes and parent not in selected_resources -%}
                {%- set node = graph.nodes[parent] -%}
                {%- if node.config.materialized != 'ephemeral' and not adapter.get_relation(node.database, node.schema, node.alias) -%}
                    {%- do missing.append({'name': node.name, 'type': node.resource_type, 'child': graph.nodes[id]}) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if missing -%}
            {%- set first = missing[0] -%}
            {%- set wanted = first.name if first.child.resource_type == 'test' else first.child.name -%}
            {%- set what = "'" ~ first.child.name ~ "' needs " ~ first.type ~ " '" ~ first.name ~ "', which is not in this warehouse yet. " -%}
            {%- if flags.WHICH != 'run' or missing | rejectattr('type', 'equalto', 'seed') | list -%}
                {{ raise_error(what ~ "Run `dbt build -s +" ~ wanted ~ "`, or `dbt build` for everything, with the same --vars.") }}
            {%- endif -%}
            {{ raise_error(what ~ "Run `dbt seed` first, or `dbt build` instead of `dbt run`, with the same --vars.") }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
