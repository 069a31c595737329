-- Types that the seed does not know flow through under their own name; this lists them.
{{ config(severity='warn') }}

select
    'event type ' || events.raw_event_type || ' (' || cast(count(*) as string)
    || ' events) has no row in seeds/config/event_types.csv: it counts as activity under its own '
    || 'name, and never as a purchase' as finding
from {{ ref('fct_events') }} as events
left join {{ ref('event_types') }} as event_types
    on lower(trim(events.raw_event_type)) = lower(trim(event_types.raw_event_type))
where event_types.raw_event_type is null
group by events.raw_event_type
