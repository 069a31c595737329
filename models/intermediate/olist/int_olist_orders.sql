with orders as (

    select * from {{ ref('stg_olist__orders') }}

),

order_items as (

    select * from {{ ref('stg_olist__order_items') }}
    where rejection_reason is null

),

payments as (

    select * from {{ ref('stg_olist__payments') }}
    where rejection_reason is null

),

reviews as (

    select * from {{ ref('stg_olist__reviews') }}
    where rejection_reason is null

),

customers as (

    select * from {{ ref('stg_olist__customers') }}
    where rejection_reason is null

),

-- a line that stands twice in the files was shipped once
item_shipping as (

    select
        order_id,
        item_number,
        max(shipping_amount) as shipping_amount
    from order_items
    group by order_id, item_number

),

shipping as (

    select
        order_id,
        sum(shipping_amount) as shipping_amount
    from item_shipping
    group by order_id

),

paid_by_type as (

    select
        order_id,
        payment_type,
        sum(payment_value) as paid_amount
    from payments
    group by order_id, payment_type

),

-- an order paid in several ways counts as the one that paid most
ways_of_payment as (

    select
        order_id,
        payment_type,
        sum(paid_amount) over (partition by order_id) as paid_amount,
        row_number() over (
            partition by order_id
            order by paid_amount desc nulls last, payment_type asc nulls last
        ) as payment_rank
    from paid_by_type

),

-- an order reviewed several times counts as reviewed last
ranked_reviews as (

    select
        order_id,
        review_score,
        row_number() over (
            partition by order_id
            order by answered_at desc nulls last, created_at desc nulls last, review_id asc
        ) as review_rank
    from reviews
    where review_score is not null

),

joined as (

    select
        orders.order_id,
        customers.customer_id,
        orders.status,
        ways_of_payment.payment_type,
        orders.source_file,
        orders.rejection_reason,
        cast(shipping.shipping_amount as decimal(18, 4)) as shipping_amount,
        cast(null as decimal(18, 4)) as tax_amount,
        cast(null as decimal(18, 4)) as discount_amount,
        cast(ways_of_payment.paid_amount as decimal(18, 4)) as paid_amount,
        ranked_reviews.review_score,
        orders.source_row,
        orders.ordered_at,
        orders.delivered_at,
        orders.estimated_delivery_at
    from orders
    left join customers
        on orders.order_customer_id = customers.order_customer_id
    left join shipping
        on orders.order_id = shipping.order_id
    left join ways_of_payment
        on
            orders.order_id = ways_of_payment.order_id
            and ways_of_payment.payment_rank = 1
    left join ranked_reviews
        on
            orders.order_id = ranked_reviews.order_id
            and ranked_reviews.review_rank = 1

)

select * from joined
