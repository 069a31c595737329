-- An experiment or arm that seeds/config/experiment_groups.csv does not know is in no result.
{{ config(severity='warn') }}

select
    'group ' || exposures.experiment_group || ' of experiment ' || exposures.experiment_id || ' ('
    || cast(count(*) as string) || ' customers) has no row in seeds/config/experiment_groups.csv: '
    || 'it is in no result' as finding
from {{ ref('fct_experiment_exposures') }} as exposures
left join {{ ref('experiment_groups') }} as known_groups
    on
        exposures.experiment_id = known_groups.experiment_id
        and exposures.experiment_group = known_groups.experiment_group
where known_groups.experiment_id is null
group by exposures.experiment_id, exposures.experiment_group
