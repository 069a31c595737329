{#- Every n-th raw row, n such that no more than var('quality_sample_rows') rows come out: reproducible,
    and cheap at any size. -#}
{% for entity in source_entities() -%}
{%- if not loop.first %}union all
{% endif -%}
select
    '{{ entity }}' as entity,
    raw_rows.source_file,
    raw_rows.source_row,
    {{ row_as_json('raw_rows') }} as raw_row
from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }} as raw_rows
cross join (
    select cast(ceil(count(*) / {{ var('quality_sample_rows') }}.0) as bigint) as every_nth
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }}
) as pace
where raw_rows.malformed_reason is null and raw_rows.source_row % pace.every_nth = 0
{% endfor %}
