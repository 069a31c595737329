-- Each activity event is in exactly one session, with its purchases and its revenue.
with events as (

    select
        count(*) as event_count,
        coalesce(sum(case when event_type = 'purchase' then 1 else 0 end), 0) as purchase_count,
        coalesce(sum(revenue), 0) as revenue
    from {{ ref('fct_events') }}
    where is_activity

),

sessions as (

    select
        coalesce(sum(event_count), 0) as event_count,
        coalesce(sum(purchase_count), 0) as purchase_count,
        coalesce(sum(revenue), 0) as revenue
    from {{ ref('fct_sessions') }}

)

select
    'fct_events has ' || cast(events.event_count as string) || ' events of activity, '
    || cast(events.purchase_count as string) || ' purchases and revenue '
    || cast(events.revenue as string) || ' in them, but fct_sessions '
    || cast(sessions.event_count as string) || ', ' || cast(sessions.purchase_count as string)
    || ' and ' || cast(sessions.revenue as string) as finding
from events
cross join sessions
where
    events.event_count <> sessions.event_count
    or events.purchase_count <> sessions.purchase_count
    or events.revenue <> sessions.revenue
