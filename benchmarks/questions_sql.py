"""The three questions in SQL, the same text for DuckDB and for Spark, over a table `events`."""

SESSIONS = """
with lagged as (
    select
        customer_id,
        amount,
        event_at,
        lag(event_at) over (partition by customer_id order by event_at) as previous_at
    from events
),
numbered as (
    select
        *,
        sum(case when event_at > previous_at + interval 30 minutes then 1 else 0 end) over (
            partition by customer_id order by event_at
            rows between unbounded preceding and current row
        ) as session_number
    from lagged
)
select
    customer_id,
    cast(session_number as bigint) as session_number,
    count(*) as event_count,
    cast(sum(amount) as bigint) as amount,
    min(event_at) as started_at,
    max(event_at) as ended_at
from numbered
group by customer_id, session_number
"""

CUSTOMERS = """
select
    customer_id,
    count(*) as event_count,
    count(case when event_type = 'purchase' then 1 end) as purchase_count,
    cast(sum(amount) as bigint) as amount,
    min(event_at) as first_seen_at,
    max(event_at) as last_seen_at
from events
group by customer_id
"""

# a step counts when it comes after the customer's first step before it
FUNNEL = """
with step_1 as (
    select customer_id, min(event_at) as reached_at
    from events
    where event_type = 'view'
    group by customer_id
),
step_2 as (
    select events.customer_id, min(events.event_at) as reached_at
    from events
    inner join step_1 on events.customer_id = step_1.customer_id
    where events.event_type = 'add_to_cart' and events.event_at > step_1.reached_at
    group by events.customer_id
),
step_3 as (
    select events.customer_id, min(events.event_at) as reached_at
    from events
    inner join step_2 on events.customer_id = step_2.customer_id
    where events.event_type = 'checkout' and events.event_at > step_2.reached_at
    group by events.customer_id
),
step_4 as (
    select events.customer_id, min(events.event_at) as reached_at
    from events
    inner join step_3 on events.customer_id = step_3.customer_id
    where events.event_type = 'purchase' and events.event_at > step_3.reached_at
    group by events.customer_id
)
select cast(1 as bigint) as step_number, count(*) as customers from step_1
union all
select cast(2 as bigint) as step_number, count(*) as customers from step_2
union all
select cast(3 as bigint) as step_number, count(*) as customers from step_3
union all
select cast(4 as bigint) as step_number, count(*) as customers from step_4
"""

QUERIES = {"sessions": SESSIONS, "customers": CUSTOMERS, "funnel": FUNNEL}
