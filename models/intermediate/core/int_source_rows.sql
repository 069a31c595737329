{{ config(
    materialized='incremental',
    meta={'follows': 'files'},
    pre_hook="{{ forget_changed_files() }}",
    post_hook="{{ record_files() }}",
) }}
{%- for entity, config in source_entities().items() %}
select
    '{{ entity }}' as entity,
    source_file,
    count(*) as row_count,
    cast(sum({{ raw_amount(config) }}) as decimal(38, 4)) as amount
from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }}
{% if is_incremental() -%}
where {{ is_in_changed_files() }}
{%- endif %}
group by source_file
{{ 'union all' if not loop.last }}
{%- endfor %}
