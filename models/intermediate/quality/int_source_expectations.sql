{{ config(materialized='view') }}

select
    entity,
    scope,
    dimension,
    expectation_type,
    column_name,
    arguments,
    severity,
    reason
from {{ ref('expectations') }}
where source = '{{ var("source") }}'
