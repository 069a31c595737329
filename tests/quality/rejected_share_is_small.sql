-- Too many refused rows mean a wrong set-up (a currency without a rate, a wrong time zone or file):
-- rejected_events says which. Surplus copies of good rows, and what var as_of leaves out, do not
-- count.
with refused as (

    select
        entity,
        count(*) as rows_refused
    from {{ ref('rejected_events') }}
    where
        rejection_reason not in ('exact_repeat', 'after_as_of')
        and rejection_reason not like 'repeated%'
    group by entity

),

read as (

    select
        entity,
        sum(rows_in) as rows_in
    from {{ ref('source_reconciliation') }}
    group by entity

)

select
    refused.entity,
    refused.rows_refused,
    read.rows_in
from refused
inner join read
    on refused.entity = read.entity
where refused.rows_refused > {{ var('rejected_share_limit') }} * read.rows_in
