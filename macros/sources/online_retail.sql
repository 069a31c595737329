{# What each key means: _sources.yml #}
{% macro online_retail_source() %}
time_zone: Europe/London
provides: {events: stg_online_retail__events}
entities:
  events:
    becomes: events
    files: ""
    columns: [invoice, stockcode, description, quantity, invoicedate, price, customer_id, country]
    time_columns: [invoicedate]
    price_column: price
    quantity_column: quantity
{% endmacro %}
