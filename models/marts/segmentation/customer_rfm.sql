with customers as (

    select * from {{ ref('dim_customers') }}
    where
        order_count > 0
        and not is_excluded

),

clock as (

    select recency_date from {{ ref('int_as_of') }}

),

segments as (

    select * from {{ ref('rfm_segments_grid') }}

),

measured as (

    select
        customers.customer_id,
        -- nobody knows whether an unknown buyer has other orders
        {% if var('rfm_includes_guests') %}false{% else %}not customers.is_identified{% endif %}
            as is_guest,
        customers.order_count as frequency,
        -- a customer who sent back more than they bought counts as 0
        greatest(customers.net_revenue, cast(0 as decimal(18, 4))) as monetary,
        greatest({{ dbt.datediff(
            reporting_date('customers.last_ordered_at'), 'clock.recency_date', 'day'
        ) }}, 0) as recency_days
    from customers
    cross join clock

),

-- Shares of buyers who ordered strictly later, less often, or for less; guests are ranked apart.
-- Equal values get equal shares, so equal scores: all buyers of the newest day get 5, all buyers
-- with a single order get 1
ranked as (

    select
        {% for measure, share in {
            'recency_days': 'more_recent', 'frequency': 'less_frequent', 'monetary': 'less_monetary'
        }.items() %}
        cast(rank() over (partition by is_guest order by {{ measure }} asc) - 1 as double)
        / count(*) over (partition by is_guest) as share_{{ share }},
        {% endfor %}
        *
    from measured

),

scored as (

    select
        *,
        case when not is_guest then cast(5 - floor(5 * share_more_recent) as int) end as r_score,
        case when not is_guest then cast(1 + floor(5 * share_less_frequent) as int) end as f_score,
        case when not is_guest then cast(1 + floor(5 * share_less_monetary) as int) end as m_score
    from ranked

),

segmented as (

    select
        scored.customer_id,
        case when scored.is_guest then 'Guests' else segments.rfm_segment end as rfm_segment,
        cast(scored.recency_days as bigint) as recency_days,
        scored.frequency,
        cast(scored.monetary as decimal(18, 4)) as monetary,
        scored.r_score,
        scored.f_score,
        scored.m_score
    from scored
    left join segments
        on
            scored.r_score = segments.r_score
            and cast(ceil((scored.f_score + scored.m_score) / 2.0) as int) = segments.fm_score

)

select * from segmented
