-- Too many refused rows mean a wrong set-up (a currency without a rate, a wrong time zone or file):
-- rejected_events says which. Surplus copies of good rows do not count.
select
    entity,
    sum(rows_rejected) as rows_rejected,
    sum(rows_in) as rows_in
from {{ ref('source_reconciliation') }}
group by entity
having sum(rows_rejected) > {{ var('rejected_share_limit') }} * sum(rows_in)
