{#- Built after int_events_counted, whose tests stop a build that refuses too many purchases. -#}
{{ config(materialized='view') }}
-- depends_on: {{ ref('int_events_counted') }}
with checked as (

    select *
    from {{ ref('int_events_checked') }}
    where rejection_reason is null

),

repeated as (

    select * from {{ ref('int_events_repeated') }}

),

visitors as (

    select * from {{ ref('int_visitors_identified') }}

),

products as (

    select * from {{ ref('int_products_checked') }}
    where rejection_reason is null

),

orders as (

    select * from {{ ref('int_orders_checked') }}
    where rejection_reason is null

),

event_types as (

    select * from {{ ref('event_types') }}

),

purchases_repeated as (

    select * from {{ ref('int_purchases_repeated') }}

),

without_repeats as (

    select checked.*
    from checked
    left join repeated
        on
            checked.source_file = repeated.source_file
            and checked.source_row = repeated.source_row
            and repeated.rejection_reason is not null
    where repeated.source_row is null

),

enriched as (

    select
        {{ all_but('without_repeats', [
            'customer_id', 'visitor_id', 'session_id', 'event_type', 'category', 'brand', 'unit_price',
            'source_amount', 'rejection_reason', 'load_id'
        ]) }},
        coalesce(
            without_repeats.customer_id,
            visitors.customer_id,
            without_repeats.visitor_id
        ) as customer_id,
        without_repeats.session_id as source_session_id,
        case
            when purchases_repeated.source_row is not null then 'repeated_purchase'
            when
                without_repeats.event_type in ('purchase', 'order_discount', 'refund')
                and not orders.is_purchase
                then 'canceled_' || without_repeats.event_type
            else without_repeats.event_type
        end as event_type,
        coalesce(products.category, without_repeats.category) as category,
        coalesce(products.brand, without_repeats.brand) as brand,
        cast(
            coalesce(without_repeats.unit_price, products.unit_price)
            * case when without_repeats.event_type = 'order_discount' then -1 else 1 end
            as decimal(18, 4)
        ) as unit_price,
        coalesce(event_types.event_order, 0) as event_order,
        coalesce(without_repeats.customer_id, visitors.customer_id) is not null as is_identified,
        -- a type without a row in the seed counts as activity
        coalesce(event_types.is_activity, true) as is_activity,
        coalesce(event_types.is_engagement, false) as is_engagement,
        {{ reporting_date('without_repeats.event_at') }} as event_date
    from without_repeats
    left join visitors
        on without_repeats.visitor_id = visitors.visitor_id
    left join products
        on without_repeats.product_id = products.product_id
    left join orders
        on without_repeats.order_id = orders.order_id
    left join purchases_repeated
        on
            without_repeats.source_file = purchases_repeated.source_file
            and without_repeats.source_row = purchases_repeated.source_row
    left join event_types
        on lower(without_repeats.raw_event_type) = lower(trim(event_types.raw_event_type))

)

select * from enriched
