-- Events after the last day with a usual number of rows: a clock that is wrong, or a day that has just
-- begun. They are kept, but as_of and what looks back from it leave them out. Vars as_of and valid_to
-- decide otherwise.
{{ config(severity='warn') }}

select
    count(*) as events_later,
    min(clock.as_of) as as_of,
    max(events.event_at) as last_event_at,
    max_by(events.event_id, {{ sort_key(['events.event_at', 'events.event_id']) }}) as example_event_id
from {{ ref('fct_events') }} as events
inner join {{ ref('int_as_of') }} as clock
    on events.event_at > clock.as_of
having count(*) > 0
