-- A step whose event type exists nowhere would be a step that nobody can take.
select
    steps.funnel_id,
    steps.step_number,
    steps.event_type
from {{ ref('funnel_steps') }} as steps
left join {{ ref('event_types') }} as known_types
    on steps.event_type = known_types.event_type
left join {{ ref('fct_events') }} as seen_types
    on steps.event_type = seen_types.event_type
where
    known_types.event_type is null
    and seen_types.event_type is null
