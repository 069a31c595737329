{%- for entity, config in source_entities().items() %}
{%- if config.becomes is defined %}
select
    '{{ entity }}' as entity,
    source_file,
    count(*) as row_count,
    {%- if config.becomes == 'events' and config.price_column is defined %}
    cast(sum(source_amount) as decimal(38, 4)) as amount
    {%- elif config.becomes == 'products' and config.price_column is defined %}
    cast(sum(abs(coalesce(unit_price, 0))) as decimal(38, 4)) as amount
    {%- else %}
    cast(0 as decimal(38, 4)) as amount
    {%- endif %}
from {{ ref('int_' ~ config.becomes ~ '_checked') }}
{%- else %}
select
    '{{ entity }}' as entity,
    source_file,
    count(*) as row_count,
    cast(sum({{ raw_amount(config, is_typed=true) }}) as decimal(38, 4)) as amount
from {{ ref('stg_' ~ var('source') ~ '__' ~ entity) }}
{%- endif %}
where rejection_reason is null
group by source_file
{{ 'union all' if not loop.last }}
{%- endfor %}
