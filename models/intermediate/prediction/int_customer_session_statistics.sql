{{ config(materialized='view') }}

{%- set measures = var('customer_feature_list').session_measures %}

with session_sums as (

    select * from {{ ref('int_customer_session_sums') }}

),

last_starts as (

    select
        max(last_session_start_seconds) as session_seconds,
        max(last_purchase_start_seconds) as purchase_seconds
    from {{ ref('int_customer_session_sums') }}

),

-- the sample variance from exact sums loses nothing to rounding
described as (

    select
        {%- for measure in measures if not measure.endswith('_recency_days') %}
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
        -- from each start to the last one in the data; the spread is the same from any origin
        {%- for kind in ['session', 'purchase'] %}
        {%- set since_first = 'seconds_since_first_' ~ kind %}
        {%- set last_start = 'last_starts.' ~ kind ~ '_seconds' %}
        {%- set total %}cast(
            {{ since_first }}_values * ({{ last_start }} - first_{{ kind }}_start_seconds)
            - {{ since_first }}_total as double
        ) / 86400{% endset %}
        {{ total }} / nullif({{ since_first }}_values, 0) as {{ kind }}_recency_days_mean,
        {{ total }} as {{ kind }}_recency_days_sum,
        cast({{ last_start }} - last_{{ kind }}_start_seconds as double) / 86400
            as {{ kind }}_recency_days_min,
        cast({{ last_start }} - first_{{ kind }}_start_seconds as double) / 86400
            as {{ kind }}_recency_days_max,
        sqrt(
            (
                {{ since_first }}_values * cast({{ since_first }}_squares as double)
                - cast({{ since_first }}_total as double) * cast({{ since_first }}_total as double)
            ) / nullif({{ since_first }}_values * ({{ since_first }}_values - 1), 0)
        ) / 86400 as {{ kind }}_recency_days_stddev,
        {%- endfor %}
        session_sums.customer_id
    from session_sums
    cross join last_starts

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
