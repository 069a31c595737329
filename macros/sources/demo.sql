{# What each key means: _sources.yml #}
{% macro demo_source() %}
time_zone: UTC
grows_by_file: true
provides: {events: stg_demo__events, customers: stg_demo__customers, products: stg_demo__products}
entities:
  events:
    becomes: events
    columns: [event_id, timestamp, customer_id, session_id, event_type, product_id, device_type, traffic_source, campaign_id, page_category, session_duration_sec, experiment_group, anonymous_id, order_id, quantity, loaded_at]
    time_columns: [timestamp, loaded_at]
  customers:
    becomes: customers
    columns: [customer_id, gender, age, salary, country, state, city, signed_up_at]
    time_columns: [signed_up_at]
  products:
    becomes: products
    columns: [product_id, product_name, category, brand, unit_price, unit_cost]
    price_column: unit_price
{% endmacro %}
