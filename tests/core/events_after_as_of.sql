-- Events after the last day with a usual number of rows: a clock is wrong, or a day has just begun.
-- They are kept, but as_of and all that looks back from it leave them out. Vars as_of and valid_to
-- change that.
{{ config(severity='warn') }}

select
    cast(count(*) as string) || ' events are later than as_of (' || cast(min(clock.as_of) as string)
    || '), up to ' || cast(max(events.event_at) as string) || ', such as event '
    || max_by(events.event_id, {{ sort_key(['events.event_at', 'events.event_id']) }})
    || ': what looks back from as_of leaves them out; vars as_of and valid_to decide otherwise'
        as finding
from {{ ref('fct_events') }} as events
inner join {{ ref('int_as_of') }} as clock
    on events.event_at > clock.as_of
having count(*) > 0
