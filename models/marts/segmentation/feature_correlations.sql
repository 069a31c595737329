{%- set features = [
    'is_female', 'age', 'salary', 'mean_offer_price', 'has_purchased', 'session_count',
    'order_count', 'net_revenue',
] -%}
with customers as (

    select
        customer_id,
        is_female,
        age,
        salary,
        mean_offer_price,
        cast(has_purchased as int) as has_purchased,
        session_count,
        order_count,
        net_revenue
    from {{ ref('int_customer_demographics') }}

),

values_by_feature as (

    {% for feature in features -%}
    select
        customer_id,
        '{{ feature }}' as feature,
        cast({{ feature }} as double) as feature_value
    from customers
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Each pair uses the customers who have both values. A constant has no correlation
correlated as (

    select
        one.feature as feature_a,
        other.feature as feature_b,
        count(one.feature_value + other.feature_value) as customers,
        case
            when
                stddev_pop(case when other.feature_value is not null then one.feature_value end) > 0
                and stddev_pop(case when one.feature_value is not null then other.feature_value end)
                > 0
                then round(corr(one.feature_value, other.feature_value), 6)
        end as pearson_r
    from values_by_feature as one
    inner join values_by_feature as other
        on one.customer_id = other.customer_id
    group by one.feature, other.feature

)

select * from correlated
