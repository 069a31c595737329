-- Train cutoff + holdout <= test cutoff, test cutoff + holdout <= score cutoff.
with cutoffs as (

    select
        max(case when split = 'train' then cutoff_at end) as train_at,
        max(case when split = 'test' then cutoff_at end) as test_at,
        max(case when split = 'score' then cutoff_at end) as score_at
    from {{ ref('int_churn_examples') }}

)

select
    'the churn model learns from days on which it is tested: cutoffs ' || cast(train_at as string)
    || ', ' || cast(test_at as string) || ' and ' || cast(score_at as string)
    || ' are less than var churn_holdout_days ({{ var("churn_holdout_days") }}) apart' as finding
from cutoffs
where
    {{ dbt.dateadd('day', var('churn_holdout_days'), 'train_at') }} > test_at
    or {{ dbt.dateadd('day', var('churn_holdout_days'), 'test_at') }} > score_at
