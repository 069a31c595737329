{# For analyses: says in one line when the warehouse lacks the data that an analysis is about. #}
{% macro say_unanswered(mart, needs, condition='true') -%}
    {%- if execute and flags.WHICH == 'show' -%}
        {%- if not load_relation(mart) -%}
            {{ raise_error("mart '" ~ mart.identifier ~ "' is not in this warehouse yet. Run `make build`, or `dbt build`, first.") }}
        {%- endif -%}
        {%- if not run_query("select count(*) from " ~ mart ~ " where " ~ condition)[0][0] -%}
            {{ log("Footfall: there is no answer: the warehouse of source '" ~ var('source') ~ "' holds no " ~ needs ~ ". Mart insights tells what this source can answer.", info=true) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
