-- A metric without a row in experiment_metrics.csv would silently be in no result.
select distinct
    'metric ' || outcomes.metric_id || ' of int_experiment_outcomes has no row in '
    || 'seeds/config/experiment_metrics.csv: it would be in no result' as finding
from {{ ref('int_experiment_outcomes') }} as outcomes
left join {{ ref('experiment_metrics') }} as metrics
    on outcomes.metric_id = metrics.metric_id
where metrics.metric_id is null
