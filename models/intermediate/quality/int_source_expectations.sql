{{ config(materialized='view') }}

select
    entity,
    scope,
    expectation_type,
    column_name,
    arguments,
    severity
from {{ ref('expectations') }}
where source = '{{ var("source") }}'
