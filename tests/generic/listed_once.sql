{# Upper and lower case and blanks around do not matter, as where the seed's rows are looked up. #}
{% test listed_once(model, column_name) %}

select
    lower(trim({{ column_name }})) as value_field,
    count(*) as row_count
from {{ model }}
group by lower(trim({{ column_name }}))
having count(*) > 1

{% endtest %}
