-- Train cutoff + holdout <= test cutoff, test cutoff + holdout <= score cutoff.
with cutoffs as (

    select
        max(case when split = 'train' then cutoff_at end) as train_at,
        max(case when split = 'test' then cutoff_at end) as test_at,
        max(case when split = 'score' then cutoff_at end) as score_at
    from {{ ref('int_churn_examples') }}

)

select * from cutoffs
where
    {{ dbt.dateadd('day', var('churn_holdout_days'), 'train_at') }} > test_at
    or {{ dbt.dateadd('day', var('churn_holdout_days'), 'test_at') }} > score_at
