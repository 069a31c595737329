-- The same revenue and refunds, whether summed over events, orders, customers or products.
with events as (

    select
        coalesce(sum(revenue), 0) as revenue,
        coalesce(sum(refund_amount), 0) as refund_amount,
        coalesce(sum(case when product_id is not null then revenue end), 0) as product_revenue,
        coalesce(
            sum(case when order_id is not null then refund_amount end), 0
        ) as order_refund_amount
    from {{ ref('fct_events') }}
    where not is_excluded

),

-- refunds of orders that are not in the data are in no order
orphans as (

    select coalesce(sum(order_lines.refund_amount), 0) as refund_amount
    from {{ ref('int_order_lines') }} as order_lines
    left join {{ ref('fct_orders') }} as known_orders
        on order_lines.order_id = known_orders.order_id
    where
        order_lines.event_type = 'refund'
        and order_lines.order_id is not null
        and known_orders.order_id is null

),

-- discounts without a purchase make no order
lone_discounts as (

    select coalesce(sum(order_lines.revenue), 0) as revenue
    from {{ ref('int_order_lines') }} as order_lines
    left join {{ ref('fct_orders') }} as known_orders
        on order_lines.order_id = known_orders.order_id
    where
        order_lines.event_type = 'order_discount'
        and known_orders.order_id is null

),

orders as (

    select
        coalesce(sum(revenue), 0) as revenue,
        coalesce(sum(refund_amount), 0) as refund_amount
    from {{ ref('fct_orders') }}

),

customers as (

    select
        coalesce(sum(revenue), 0) as revenue,
        coalesce(sum(refund_amount), 0) as refund_amount,
        coalesce(sum(net_revenue), 0) as net_revenue
    from {{ ref('dim_customers') }}

),

products as (

    select coalesce(sum(revenue), 0) as revenue from {{ ref('dim_products') }}

)

select
    'revenue and refunds do not agree: fct_events ' || cast(events.revenue as string) || ' and '
    || cast(events.refund_amount as string) || ', fct_orders ' || cast(orders.revenue as string)
    || ' and ' || cast(orders.refund_amount + orphans.refund_amount as string)
    || ', dim_customers ' || cast(customers.revenue as string) || ' and '
    || cast(customers.refund_amount as string) || '; of products, fct_events '
    || cast(events.product_revenue as string) || ', dim_products '
    || cast(products.revenue as string) as finding
from events
cross join orphans
cross join lone_discounts
cross join orders
cross join customers
cross join products
where
    events.revenue <> orders.revenue + lone_discounts.revenue
    or orders.revenue <> customers.revenue
    or events.product_revenue <> products.revenue
    or events.refund_amount <> customers.refund_amount
    or events.order_refund_amount <> orders.refund_amount + orphans.refund_amount
    or customers.net_revenue <> customers.revenue - customers.refund_amount
