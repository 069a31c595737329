{%- set measures = var('customer_feature_list').session_measures -%}
with session_measures as (

    select * from {{ ref('int_session_measures') }}

),

-- sums of whole numbers and decimals are exact: they do not depend on the order of the rows
summed as (

    select
        {%- for measure in measures %}
        count({{ measure }}) as {{ measure }}_values,
        sum({{ measure }}) as {{ measure }}_total,
        sum({{ measure }} * {{ measure }}) as {{ measure }}_squares,
        min({{ measure }}) as {{ measure }}_min,
        max({{ measure }}) as {{ measure }}_max,
        {%- endfor %}
        customer_id
    from session_measures
    group by customer_id

),

-- the sample variance from exact sums loses nothing to rounding
described as (

    select
        {%- for measure in measures %}
        cast({{ measure }}_total as double) / nullif({{ measure }}_values, 0)
            as {{ measure }}_mean,
        cast({{ measure }}_total as double) as {{ measure }}_sum,
        cast({{ measure }}_min as double) as {{ measure }}_min,
        cast({{ measure }}_max as double) as {{ measure }}_max,
        sqrt(
            cast(
                {{ measure }}_values * {{ measure }}_squares
                - {{ measure }}_total * {{ measure }}_total as double
            ) / nullif({{ measure }}_values * ({{ measure }}_values - 1), 0)
        ) as {{ measure }}_stddev,
        {%- endfor %}
        customer_id
    from summed

),

related as (

    select
        {%- for measure in measures %}
        {{ measure }}_stddev / nullif({{ measure }}_mean, 0) as {{ measure }}_cv,
        {%- endfor %}
        -- the running number of the last session is their number, and the oldest lies furthest back
        session_number_max / nullif(session_recency_days_max, 0) as session_count_ratio,
        event_count_sum / nullif(session_recency_days_max, 0) as event_count_ratio,
        purchase_count_sum / nullif(session_recency_days_max, 0) as purchase_count_ratio,
        *
    from described

)

select * from related
