{{ config(materialized='view') }}

with paces as (

    -- a power of two, so that a sparser sample takes some rows of the denser one, and no others
    select
        entity,
        cast(
            power(
                2,
                ceil(log2(greatest(sum(null_count) / {{ var('quality_sample_rows') }}.0, 1)))
            ) as bigint
        ) as every_nth
    from {{ ref('int_source_columns') }}
    where column_name = 'malformed_reason'
    group by entity

)

select * from paces
