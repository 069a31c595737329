-- Nothing is lost: each raw row is a row of its mart or of rejected_events.
with raw_rows as (

    select
        'events' as entity,
        count(*) as row_count
    from {{ ref('int_source_events') }}

    union all

    select
        'customers' as entity,
        count(*) as row_count
    from {{ ref('int_source_customers') }}

    union all

    select
        'products' as entity,
        count(*) as row_count
    from {{ ref('int_source_products') }}

),

kept as (

    select
        'events' as entity,
        count(*) as row_count
    from {{ ref('fct_events') }}

    union all

    select
        'customers' as entity,
        count(*) as row_count
    from {{ ref('int_customers_checked') }}
    where rejection_reason is null

    union all

    select
        'products' as entity,
        count(*) as row_count
    from {{ ref('int_products_checked') }}
    where rejection_reason is null

),

rejected as (

    select
        entity,
        count(*) as row_count
    from {{ ref('rejected_events') }}
    group by entity

)

select
    raw_rows.entity,
    raw_rows.row_count as raw_count,
    kept.row_count as kept_count,
    rejected.row_count as rejected_count
from raw_rows
inner join kept
    on raw_rows.entity = kept.entity
left join rejected
    on raw_rows.entity = rejected.entity
where raw_rows.row_count <> kept.row_count + coalesce(rejected.row_count, 0)
