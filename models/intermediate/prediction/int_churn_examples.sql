{%- set holdout = var('churn_holdout_days') -%}
{%- set observation = var('churn_observation_days') %}
with orders as (

    select * from {{ ref('fct_orders') }}

),

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}
    where not is_excluded

),

customers as (

    select * from {{ ref('dim_customers') }}
    where
        is_identified
        and not is_excluded

),

data_range as (

    select min(first_seen_at) as first_at from customers

),

clock as (

    select as_of from {{ ref('int_as_of') }}

),

-- The score cutoff is now, the test cutoff one holdout earlier, the train cutoff one before that.
-- So labels never overlap
cutoffs as (

    select
        'score' as split,
        as_of as cutoff_at
    from clock

    union all

    select
        'test' as split,
        {{ dbt.dateadd('day', -holdout, 'as_of') }} as cutoff_at
    from clock

    union all

    select
        'train' as split,
        {{ dbt.dateadd('day', -2 * holdout, 'as_of') }} as cutoff_at
    from clock

),

-- leave out cutoffs whose observation window begins before the data
windows as (

    select
        cutoffs.split,
        cutoffs.cutoff_at,
        {{ dbt.dateadd('day', -observation, 'cutoffs.cutoff_at') }} as observed_from,
        {{ dbt.dateadd('day', holdout, 'cutoffs.cutoff_at') }} as held_out_to
    from cutoffs
    inner join data_range
        on
            cutoffs.split = 'score'
            or data_range.first_at
            <= {{ dbt.dateadd('day', -observation, 'cutoffs.cutoff_at') }}

),

-- Features look back over the observation window only, so that they mean the same at each cutoff,
-- however old the data are. The score cutoff is the last event, so it is included
order_features as (

    select
        windows.split,
        windows.cutoff_at,
        orders.customer_id,
        count(*) as order_count,
        cast(sum(orders.revenue) as double) as revenue,
        max(case when orders.is_first_order then 1 else 0 end) as is_new,
        min(orders.ordered_at) as first_ordered_at,
        max(orders.ordered_at) as last_ordered_at
    from orders
    inner join customers
        on orders.customer_id = customers.customer_id
    inner join windows
        on
            orders.ordered_at <= windows.cutoff_at
            and orders.ordered_at >= windows.observed_from
    group by windows.split, windows.cutoff_at, orders.customer_id

),

-- only sessions that ended before the cutoff: any other would reveal what came after it
session_features as (

    select
        windows.split,
        sessions.customer_id,
        count(*) as session_count,
        sum(
            case
                when sessions.started_at >= {{ dbt.dateadd('day', -30, 'windows.cutoff_at') }}
                    then 1
                else 0
            end
        ) as session_count_30d,
        sum(sessions.view_count) as view_count,
        sum(sessions.add_to_cart_count) as add_to_cart_count,
        max(sessions.started_at) as last_started_at
    from sessions
    inner join windows
        on
            sessions.ended_at <= windows.cutoff_at
            and sessions.started_at >= windows.observed_from
    group by windows.split, sessions.customer_id

),

refund_features as (

    select
        windows.split,
        order_lines.customer_id,
        count(*) as refund_count
    from order_lines
    inner join windows
        on
            order_lines.event_at <= windows.cutoff_at
            and order_lines.event_at >= windows.observed_from
    where order_lines.event_type = 'refund'
    group by windows.split, order_lines.customer_id

),

returned as (

    select distinct
        windows.split,
        orders.customer_id
    from orders
    inner join windows
        on
            orders.ordered_at > windows.cutoff_at
            and orders.ordered_at <= windows.held_out_to

),

examples as (

    select
        order_features.customer_id,
        order_features.split,
        case
            when order_features.split = 'score' then cast(null as boolean)
            else returned.customer_id is null
        end as is_churned,
        {{ days_between('order_features.last_ordered_at', 'order_features.cutoff_at') }}
            as recency_days,
        -- in a source without sessions, the last order is the last known visit
        {{ days_between(
            'coalesce(session_features.last_started_at, order_features.last_ordered_at)',
            'order_features.cutoff_at',
        ) }} as days_since_visit,
        {{ days_between('order_features.first_ordered_at', 'order_features.cutoff_at') }}
            as days_since_first_order,
        cast(order_features.order_count as double) as order_count,
        cast(order_features.is_new as double) as is_new,
        order_features.revenue / order_features.order_count as average_order_value,
        cast(coalesce(session_features.session_count, 0) as double) as session_count,
        cast(coalesce(session_features.session_count_30d, 0) as double) as session_count_30d,
        cast(coalesce(session_features.view_count, 0) as double) as view_count,
        cast(coalesce(session_features.add_to_cart_count, 0) as double) as add_to_cart_count,
        cast(coalesce(refund_features.refund_count, 0) as double) as refund_count,
        order_features.cutoff_at
    from order_features
    left join session_features
        on
            order_features.split = session_features.split
            and order_features.customer_id = session_features.customer_id
    left join refund_features
        on
            order_features.split = refund_features.split
            and order_features.customer_id = refund_features.customer_id
    left join returned
        on
            order_features.split = returned.split
            and order_features.customer_id = returned.customer_id

)

select * from examples
