{#- What the files hold, counted before anything is judged. -#}
{%- for entity, config in source_entities().items() %}
select
    '{{ entity }}' as entity,
    source_file,
    count(*) as row_count,
    cast(sum({{ raw_amount(config) }}) as decimal(38, 4)) as amount
from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }}
group by source_file
{{ 'union all' if not loop.last }}
{%- endfor %}
