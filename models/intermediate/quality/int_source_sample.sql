{#-
    Every n-th raw row, n such that at most var('quality_sample_rows') rows come out. It reads every
    raw row; the same rows give the same sample.
-#}
with
{% for entity in source_entities() %}
{{ entity }}_pace as (

    select cast(ceil(count(*) / {{ var('quality_sample_rows') }}.0) as bigint) as every_nth
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }}
    where malformed_reason is null

),

{{ entity }} as (

    select {{ sample_columns(entity) }}
    from {{ ref('base_' ~ var('source') ~ '__' ~ entity) }}
    where
        malformed_reason is null
        and source_row % (
            select {{ entity }}_pace.every_nth from {{ entity }}_pace
        ) = 0

),

{{ entity }}_sample as (

    select
        '{{ entity }}' as entity,
        source_file,
        {{ row_as_json(entity) }} as raw_row,
        source_row
    from {{ entity }}

),
{% endfor %}
unioned as (
    {% for entity in source_entities() %}
    select * from {{ entity }}_sample
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from unioned
