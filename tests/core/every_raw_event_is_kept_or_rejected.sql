-- Nothing is lost: each raw event row is one row of fct_events or one of rejected_events.
with raw_rows as (

    select count(*) as row_count from {{ ref('int_source_events') }}

),

kept as (

    select count(*) as row_count from {{ ref('fct_events') }}

),

rejected as (

    select count(*) as row_count from {{ ref('rejected_events') }}
    where entity = 'events'

)

select
    raw_rows.row_count as raw_count,
    kept.row_count as kept_count,
    rejected.row_count as rejected_count
from raw_rows
cross join kept
cross join rejected
where raw_rows.row_count <> kept.row_count + rejected.row_count
