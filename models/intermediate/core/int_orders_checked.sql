with source_orders as (

    select * from {{ ref('int_source_orders') }}

),

order_statuses as (

    select * from {{ ref('order_statuses') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by order_id
            order by ordered_at nulls last, source_file, source_row
        ) as copy_number
    from source_orders

),

judged as (

    select
        numbered.order_id,
        numbered.customer_id,
        numbered.status,
        numbered.payment_type,
        numbered.source_file,
        case
            when numbered.rejection_reason is not null then numbered.rejection_reason
            when numbered.order_id is null then 'no_order'
            when numbered.copy_number > 1 then 'repeated_order_id'
        end as rejection_reason,
        numbered.shipping_amount,
        numbered.tax_amount,
        numbered.discount_amount,
        numbered.paid_amount,
        numbered.review_score,
        numbered.source_row,
        -- a status without a row in the seed is that of a purchase
        coalesce(order_statuses.is_purchase, true) as is_purchase,
        numbered.ordered_at,
        numbered.delivered_at,
        numbered.estimated_delivery_at
    from numbered
    left join order_statuses
        on lower(trim(numbered.status)) = order_statuses.status

)

select * from judged
