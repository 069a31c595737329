[[ mark ]]
{% macro [[ source ]]_source() %}
time_zone: UTC
[% for name, value in ways.items() %]
[[ name ]]: [[ value ]]
[% endfor %]
[% if not facts %]
grows_by_file: true
[% endif %]
provides: {events: stg_[[ source ]]__events[[ ", orders: stg_" ~ source ~ "__orders" if facts ]]}
entities:
  events:
    becomes: events
    files: ""
    columns: [[ "[" ]][[ columns | join(", ") ]][[ "]" ]]
[% if optional %]
    optional_columns: [[ "[" ]][[ optional | join(", ") ]][[ "]" ]]
[% endif %]
[% if not times %]
    # time_columns: [...]
[% endif %]
[% if "unit_price" not in found %]
    # price_column: ...
[% endif %]
[% if "quantity" not in found %]
    # quantity_column: ...
[% endif %]
[% if times %]
    time_columns: [[ "[" ]][[ times | join(", ") ]][[ "]" ]]
[% endif %]
[% if "unit_price" in found %]
    price_column: [[ found.unit_price ]]
[% endif %]
[% if "quantity" in found %]
    quantity_column: [[ found.quantity ]]
[% endif %]
{% endmacro %}
