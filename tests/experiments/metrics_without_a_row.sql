-- A metric without a row in experiment_metrics.csv would silently be in no result.
select distinct outcomes.metric_id
from {{ ref('int_experiment_outcomes') }} as outcomes
left join {{ ref('experiment_metrics') }} as metrics
    on outcomes.metric_id = metrics.metric_id
where metrics.metric_id is null
