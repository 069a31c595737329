with customers as (

    select * from {{ ref('stg_olist__customers') }}
    where rejection_reason is null

),

orders as (

    select * from {{ ref('stg_olist__orders') }}
    where rejection_reason is null

),

-- the files hold one address per order; a person lives where the latest one went
ranked as (

    select
        customers.*,
        row_number() over (
            partition by customers.customer_id
            order by
                orders.ordered_at desc nulls last,
                orders.order_id desc nulls last,
                customers.order_customer_id asc
        ) as address_rank
    from customers
    left join orders
        on customers.order_customer_id = orders.order_customer_id

),

latest as (

    select
        customer_id,
        cast(null as string) as gender,
        'BR' as country,
        state,
        city,
        source_file,
        rejection_reason,
        cast(null as int) as age,
        cast(null as decimal(18, 4)) as salary,
        source_row,
        cast(null as timestamp) as signed_up_at
    from ranked
    where address_rank = 1

)

select * from latest
