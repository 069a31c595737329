-- Too many refused rows mean a wrong set-up (a currency without a rate, a wrong time zone or file):
-- rejected_events says which. Surplus copies of good rows do not count.
with rejected as (

    select
        entity,
        count(*) as rejected_count
    from {{ ref('rejected_events') }}
    where rejection_reason <> 'exact_repeat'
    group by entity

),

raw_rows as (

    select
        'events' as entity,
        count(*) as row_count
    from {{ ref('int_source_events') }}

    union all

    select
        'customers' as entity,
        count(*) as row_count
    from {{ ref('int_source_customers') }}

    union all

    select
        'products' as entity,
        count(*) as row_count
    from {{ ref('int_source_products') }}

)

select
    rejected.entity,
    rejected.rejected_count,
    raw_rows.row_count
from rejected
inner join raw_rows
    on rejected.entity = raw_rows.entity
where rejected.rejected_count > {{ var('rejected_share_limit') }} * raw_rows.row_count
