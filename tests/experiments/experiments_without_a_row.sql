-- An experiment or arm that seeds/config/experiment_groups.csv does not know is in no result.
{{ config(severity='warn') }}

select distinct
    exposures.experiment_id,
    exposures.experiment_group
from {{ ref('fct_experiment_exposures') }} as exposures
left join {{ ref('experiment_groups') }} as known_groups
    on
        exposures.experiment_id = known_groups.experiment_id
        and exposures.experiment_group = known_groups.experiment_group
where known_groups.experiment_id is null
