{# What each key means: _sources.yml #}
{% macro customer_model_source() %}
time_zone: UTC
provides: {customers: stg_customer_model__customers, features: int_customer_model_features}
entities:
  features:
    files: ""
    # row_id and the targets are not read
    columns: {{ ['user_id', 'time_step'] + customer_features().values() | list }}
{% endmacro %}
