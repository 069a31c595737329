{#
    Where the example of int_events_counted or rejection_reasons stands, and what it says there. An event that
    staging made of an order's facts stands in no file: say that instead.
    relation: alias of the relation.
-#}
{% macro example_text(relation) -%}
    coalesce(
        ', such as ' || {{ relation }}.example_source_file || ':' || cast({{ relation }}.example_source_row as string)
        || ' (' || left({{ relation }}.example_value, 40)
        || case when length({{ relation }}.example_value) > 40 then '...' else '' end || ')',
        ', made of the facts of an order'
    )
{%- endmacro %}
