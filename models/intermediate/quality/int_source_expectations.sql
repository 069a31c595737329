{{ config(materialized='view') }}

select *
from {{ ref('expectations') }}
where source = '{{ var("source") }}'
