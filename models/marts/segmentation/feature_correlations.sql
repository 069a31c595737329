{%- set features = [
    'is_female', 'age', 'salary', 'mean_offer_price', 'has_purchased', 'session_count',
    'order_count', 'net_revenue',
] -%}
with customers as (

    select
        cast(is_female as double) as is_female,
        cast(age as double) as age,
        cast(salary as double) as salary,
        cast(mean_offer_price as double) as mean_offer_price,
        cast(cast(has_purchased as int) as double) as has_purchased,
        cast(session_count as double) as session_count,
        cast(order_count as double) as order_count,
        cast(net_revenue as double) as net_revenue
    from {{ ref('int_customer_demographics') }}

),

-- one pass over the customers for the whole matrix; corr of a constant is no number
measured as (

    select
        {% for feature_a in features -%}
        {% for feature_b in features -%}
        {% set is_known = feature_a ~ ' is not null and ' ~ feature_b ~ ' is not null' -%}
        count(case when {{ is_known }} then 1 end) as {{ feature_a }}_{{ feature_b }}_customers,
        case
            when
                min(case when {{ is_known }} then {{ feature_a }} end)
                < max(case when {{ is_known }} then {{ feature_a }} end)
                and min(case when {{ is_known }} then {{ feature_b }} end)
                < max(case when {{ is_known }} then {{ feature_b }} end)
                then corr({{ feature_a }}, {{ feature_b }})
        end as {{ feature_a }}_{{ feature_b }}_correlation,
        {% endfor -%}
        {% endfor -%}
        count(*) as customers
    from customers

),

correlations as (

    {% for feature_a in features -%}
    {% set is_last_a = loop.last -%}
    {% for feature_b in features -%}
    select
        '{{ feature_a }}' as feature_a,
        '{{ feature_b }}' as feature_b,
        {{ feature_a }}_{{ feature_b }}_customers as customers,
        round({{ feature_a }}_{{ feature_b }}_correlation, 6) as pearson_r
    from measured
    {{ 'union all' if not (loop.last and is_last_a) }}
    {% endfor -%}
    {% endfor %}
)

select * from correlations
