{%- set as_of = 'null' if var('as_of') is none else "'" ~ var('as_of') ~ "'" -%}
with accepted as (

    select event_at from {{ ref('int_events_checked') }}
    where rejection_reason is null

),

clock as (

    select coalesce(cast({{ as_of }} as timestamp), max(event_at)) as as_of
    from accepted

)

select * from clock
