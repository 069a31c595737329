with events as (

    select
        'events' as entity,
        source_file,
        rejection_reason,
        source_row
    from {{ ref('int_events_checked') }}
    where rejection_reason is not null

),

repeated_events as (

    select
        'events' as entity,
        source_file,
        rejection_reason,
        source_row
    from {{ ref('int_events_repeated') }}
    where rejection_reason is not null

),

customers as (

    select
        'customers' as entity,
        source_file,
        rejection_reason,
        source_row
    from {{ ref('int_customers_checked') }}
    where rejection_reason is not null

),

products as (

    select
        'products' as entity,
        source_file,
        rejection_reason,
        source_row
    from {{ ref('int_products_checked') }}
    where rejection_reason is not null

),

orders as (

    select
        'orders' as entity,
        source_file,
        rejection_reason,
        source_row
    from {{ ref('int_orders_checked') }}
    where rejection_reason is not null

),

unioned as (

    select * from events
    union all
    select * from repeated_events
    union all
    select * from customers
    union all
    select * from products
    union all
    select * from orders

)

select * from unioned
