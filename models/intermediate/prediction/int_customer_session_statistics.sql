{{ config(materialized='view') }}

{%- set measures = customer_feature_list().session_measures %}
{%- set epoch = "cast('2000-01-01' as timestamp)" %}

with session_sums as (

    select * from {{ ref('int_customer_session_sums') }}

),

sessions as (

    select
        started_at,
        case when has_purchase then started_at end as purchase_started_at
    from {{ ref('fct_sessions') }}
    where not is_excluded

),

clock as (

    select as_of from {{ ref('int_as_of') }}

),

last_starts as (

    select
        {{ exact_seconds(epoch, 'max(sessions.started_at)') }} as session_seconds,
        {{ exact_seconds(epoch, 'max(sessions.purchase_started_at)') }} as purchase_seconds
    from sessions
    inner join clock
        on sessions.started_at <= clock.as_of

),

-- the sums are exact, so this formula of the sample variance loses nothing to rounding
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
        -- days from each start to the shop's last start; the spread is the same from any origin
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
        -- the last session's number is their count, and the first session has the longest recency
        session_number_max / nullif(session_recency_days_max, 0) as session_count_ratio,
        event_count_sum / nullif(session_recency_days_max, 0) as event_count_ratio,
        purchase_count_sum / nullif(session_recency_days_max, 0) as purchase_count_ratio,
        *
    from described

)

select * from related
