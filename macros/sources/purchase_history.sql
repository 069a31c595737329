{# What each key means: _sources.yml #}
{% macro purchase_history_source() %}
time_zone: UTC
provides: {customers: stg_purchase_history__customers, offers: stg_purchase_history__offers}
entities:
  offers:
    files: ""
    columns: [customer_id, gender, age, salary, product_id, price, purchased]
    price_column: price
{% endmacro %}
