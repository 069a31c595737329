{{ config(materialized='view') }}

with paces as (

    select * from {{ ref('int_source_paces') }}

),

sampled as (

    select rows_sampled.*
    from {{ ref('int_source_rows_sampled') }} as rows_sampled
    inner join paces
        on
            rows_sampled.entity = paces.entity
            and rows_sampled.source_row % paces.every_nth = 0

)

select * from sampled
