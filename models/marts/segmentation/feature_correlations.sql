{%- set features = [
    'is_female', 'age', 'salary', 'mean_offer_price', 'has_purchased', 'session_count',
    'order_count', 'net_revenue',
] -%}
with customers as (

    select
        {% for feature in features -%}
        cast({{ 'cast(has_purchased as int)' if feature == 'has_purchased' else feature }} as double)
            as {{ feature }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_customer_demographics') }}

),

-- one pass over the customers for the whole matrix
measured as (

    select
        {% for feature_a in features -%}
        {% for feature_b in features -%}
        sum(case when {{ feature_a }} is not null and {{ feature_b }} is not null then 1 else 0 end)
            as {{ feature_a }}_{{ feature_b }}_customers,
        case
            when stddev_pop(case when {{ feature_b }} is not null then {{ feature_a }} end) > 0
                and stddev_pop(case when {{ feature_a }} is not null then {{ feature_b }} end) > 0
                then corr({{ feature_a }}, {{ feature_b }})
        end as {{ feature_a }}_{{ feature_b }}_correlation,
        {% endfor -%}
        {% endfor %}
        count(*) as customers
    from customers

),

matrix as (

    {% for feature_a in features -%}
    {% set is_last_a = loop.last -%}
    {% for feature_b in features -%}
    select
        '{{ feature_a }}' as feature_a,
        '{{ feature_b }}' as feature_b,
        cast(coalesce({{ feature_a }}_{{ feature_b }}_customers, 0) as bigint) as customers,
        round({{ feature_a }}_{{ feature_b }}_correlation, 6) as correlation
    from measured
    {{ 'union all' if not (loop.last and is_last_a) }}
    {% endfor -%}
    {% endfor %}
)

select * from matrix
