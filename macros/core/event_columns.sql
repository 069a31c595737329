{#
    The input contract of an event: what a source's staging delivers, {name: type}. A column that a source's
    staging does not have is null. Add a column here and to the contract of fct_events: all models between
    take it along.
#}
{% macro event_columns() -%}
    {{ return({
        'event_id': 'string',
        'customer_id': 'string',
        'anonymous_id': 'string',
        'session_id': 'string',
        'order_id': 'string',
        'product_id': 'string',
        'raw_event_type': 'string',
        'category': 'string',
        'brand': 'string',
        'currency': 'string',
        'experiment_id': 'string',
        'experiment_group': 'string',
        'traffic_source': 'string',
        'traffic_medium': 'string',
        'campaign': 'string',
        'device_type': 'string',
        'page_type': 'string',
        'extra': 'string',
        'source_file': 'string',
        'rejection_reason': 'string',
        'unit_price': 'decimal(18,4)',
        'quantity': 'int',
        'source_row': 'bigint',
        'event_at': 'timestamp',
        'loaded_at': 'timestamp',
    }) }}
{%- endmacro %}


{# All columns of a relation, except those in a list. #}
{% macro all_but(relation_alias, columns) -%}
    {{ adapter.dispatch('all_but', 'footfall')(relation_alias, columns) }}
{%- endmacro %}

{% macro duckdb__all_but(relation_alias, columns) -%}
    {{ relation_alias }}.* exclude ({{ columns | join(', ') }})
{%- endmacro %}
