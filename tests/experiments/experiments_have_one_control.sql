-- seeds/config/experiment_groups.csv: each experiment has one control and positive shares.
select
    experiment_id,
    sum(case when is_control then 1 else 0 end) as control_count,
    min(expected_share) as smallest_share
from {{ ref('experiment_groups') }}
group by experiment_id
having
    sum(case when is_control then 1 else 0 end) <> 1
    or min(expected_share) <= 0
