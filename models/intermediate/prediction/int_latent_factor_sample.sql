{#- At most 50,000 customers of each kind: learning from them costs no more as the shop grows. -#}
with counts as (

    select * from {{ ref('int_customer_product_counts') }}

),
{% for kind in ['view', 'purchase'] %}
-- as good as drawn by lot, and the same ones in each run
{{ kind }}_customers as (

    select customer_id
    from counts
    where {{ kind }}_count > 0
    group by customer_id
    order by md5(customer_id) asc, customer_id asc
    limit 50000

),

{{ kind }}s as (

    select
        '{{ kind }}' as kind,
        counts.customer_id,
        counts.product_id,
        counts.{{ kind }}_count as event_count
    from counts
    inner join {{ kind }}_customers
        on counts.customer_id = {{ kind }}_customers.customer_id
    where counts.{{ kind }}_count > 0

),
{% endfor %}
unioned as (

    select * from views
    union all
    select * from purchases

)

select * from unioned
