-- Every probability lies in [0, 1], and every recent buyer is scored.
with scored as (

    select * from {{ ref('customer_churn_scores') }}

),

scorable as (

    select count(*) as customers from {{ ref('int_churn_examples') }}
    where split = 'score'

),

out_of_range as (

    select count(*) as customers from scored
    where
        churn_probability < 0
        or churn_probability > 1

)

select
    'customer_churn_scores has not all of ' || cast(scorable.customers as string)
    || ' recent buyers, or a probability outside 0 to 1: '
    || cast(out_of_range.customers as string) as finding
from scorable
cross join out_of_range
where
    out_of_range.customers > 0
    or (select count(*) from scored) not in (0, scorable.customers)
