-- Each metric of a group counts exactly the group's customers, crossovers left out.
with exposed as (

    select
        experiment_id,
        experiment_group,
        sum(case when is_crossover then 0 else 1 end) as customers
    from {{ ref('fct_experiment_exposures') }}
    group by experiment_id, experiment_group

)

select
    'metric ' || coalesce(metrics.metric_id, 'none') || ' of group '
    || coalesce(metrics.experiment_group, exposed.experiment_group) || ' of experiment '
    || coalesce(metrics.experiment_id, exposed.experiment_id) || ' counts '
    || cast(coalesce(metrics.customers, 0) as string) || ' customers, but '
    || cast(coalesce(exposed.customers, 0) as string) || ' were exposed' as finding
from {{ ref('experiment_group_metrics') }} as metrics
full outer join exposed
    on
        metrics.experiment_id = exposed.experiment_id
        and metrics.experiment_group = exposed.experiment_group
where coalesce(metrics.customers, 0) <> coalesce(exposed.customers, 0)
