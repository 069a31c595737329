{#
    How DuckDB loads a seed: it reads the file itself, in one statement, so that the earlier table stays until the
    new one is there. dbt's own way reads each value in Python before that, although the types are in the
    YAML: 2 s of the demo's build. A column without a type there gets the one that DuckDB finds.
#}
{% materialization seed, adapter='duckdb' %}
    {%- set types = [] -%}
    {%- for column, type in (config.get('column_types') or {}).items() -%}
        {%- do types.append(text_literal(column) ~ ": " ~ text_literal(type)) -%}
    {%- endfor -%}
    {%- set relation = this.incorporate(type='table') -%}

    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        create or replace table {{ relation }} as
        select *
        from read_csv(
            {{ path_list([adapter.get_seed_file_path(model)]) }},
            header = true, delim = {{ text_literal(config.get('delimiter', ',')) }}, quote = '"', escape = '"', comment = '',
            types = {{ '{' ~ types | join(', ') ~ '}' if types else 'null' }}
        )
        {{ 'limit 0' if flags.EMPTY }}
    {%- endcall -%}
    {#- what `dbt seed --show` shows -#}
    {%- do store_result('agate_table', response='OK', agate_table=run_query("from " ~ relation ~ " limit 10")) -%}
    {%- do persist_docs(relation, model) -%}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}

    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
