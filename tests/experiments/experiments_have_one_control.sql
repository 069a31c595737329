-- seeds/config/experiment_groups.csv: each experiment has one control and positive shares.
select
    'experiment ' || experiment_id || ' in seeds/config/experiment_groups.csv has '
    || cast(sum(case when is_control then 1 else 0 end) as string)
    || ' rows with is_control (it needs 1), and its smallest expected_share is '
    || cast(min(expected_share) as string) || ' (it must be above 0)' as finding
from {{ ref('experiment_groups') }}
group by experiment_id
having
    sum(case when is_control then 1 else 0 end) <> 1
    or min(expected_share) <= 0
