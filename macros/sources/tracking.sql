{# What each key means: _sources.yml #}
{% macro tracking_source() %}
time_zone: UTC
grows_by_file: true
provides: {events: stg_tracking__events, customers: stg_tracking__customers, products: stg_tracking__products}
entities:
  events:
    becomes: events
    files: events
    columns: [event_id, timestamp, customer_id, session_id, event_type, product_id, device_type, traffic_source, campaign_id, page_category, session_duration_sec, experiment_group]
    optional_columns: [anonymous_id, order_id, quantity, unit_price, currency, category, brand, traffic_medium, experiment_id, loaded_at]
    time_columns: [timestamp, loaded_at]
    price_column: unit_price
    quantity_column: quantity
  customers:
    becomes: customers
    files: customers
    is_optional: true
    columns: [customer_id]
    optional_columns: [gender, age, salary, country, state, city, signed_up_at]
    time_columns: [signed_up_at]
  products:
    becomes: products
    files: products
    is_optional: true
    columns: [product_id]
    optional_columns: [product_name, category, brand, unit_price, unit_cost]
    price_column: unit_price
{% endmacro %}
