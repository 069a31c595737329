-- Upper and lower case do not matter: two rows that differ in it only would count an event twice.
select
    lower(trim(raw_event_type)) as raw_event_type,
    count(*) as row_count
from {{ ref('event_types') }}
group by lower(trim(raw_event_type))
having count(*) > 1

union all

select
    lower(trim(status)) as raw_event_type,
    count(*) as row_count
from {{ ref('order_statuses') }}
group by lower(trim(status))
having count(*) > 1
