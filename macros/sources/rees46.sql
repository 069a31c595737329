{# What each key means: _sources.yml #}
{% macro rees46_source() %}
time_zone: UTC
grows_by_file: true
provides: {events: stg_rees46__events}
entities:
  events:
    becomes: events
    files: ""
    columns: [event_time, event_type, product_id, category_id, category_code, brand, price, user_id, user_session]
    time_columns: [event_time]
    price_column: price
{% endmacro %}
