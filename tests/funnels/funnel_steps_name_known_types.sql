-- Nobody can take a step whose event type occurs nowhere.
select
    'step ' || cast(steps.step_number as string) || ' of funnel ' || steps.funnel_id
    || ' in seeds/config/funnel_steps.csv asks for event type ' || steps.event_type
    || ', which is neither in the data nor in seeds/config/event_types.csv' as finding
from {{ ref('funnel_steps') }} as steps
left join {{ ref('event_types') }} as known_types
    on steps.event_type = known_types.event_type
left join {{ ref('fct_events') }} as seen_types
    on steps.event_type = seen_types.event_type
where
    known_types.event_type is null
    and seen_types.event_type is null
