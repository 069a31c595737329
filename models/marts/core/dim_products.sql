with events as (

    select
        *,
        {{ event_position() }} as event_position
    from {{ ref('fct_events') }}
    where
        product_id is not null
        and not is_excluded

),

catalogue as (

    select * from {{ ref('int_products_checked') }}
    where rejection_reason is null

),

-- from the events, a product's newest known attributes
observed as (

    select
        product_id,
        {{ last_value_of('category') }} as category,
        {{ last_value_of('brand') }} as brand,
        {{ last_value_of('unit_price') }} as unit_price,
        sum(case when event_type = 'view' then 1 else 0 end) as view_count,
        sum(case when event_type = 'add_to_cart' then 1 else 0 end) as add_to_cart_count,
        sum(case when event_type = 'purchase' then quantity else 0 end) as units_sold,
        sum(case when event_type = 'refund' then quantity else 0 end) as units_refunded,
        sum(revenue) as revenue,
        sum(refund_amount) as refund_amount,
        min(event_at) as first_seen_at,
        max(event_at) as last_seen_at
    from events
    group by product_id

),

described as (

    select
        coalesce(catalogue.product_id, observed.product_id) as product_id,
        catalogue.product_name,
        coalesce(catalogue.category, observed.category) as category,
        coalesce(catalogue.brand, observed.brand) as brand,
        coalesce(catalogue.unit_price, observed.unit_price) as unit_price,
        catalogue.unit_cost,
        cast(coalesce(observed.view_count, 0) as bigint) as view_count,
        cast(coalesce(observed.add_to_cart_count, 0) as bigint) as add_to_cart_count,
        cast(coalesce(observed.units_sold, 0) as bigint) as units_sold,
        cast(coalesce(observed.units_refunded, 0) as bigint) as units_refunded,
        cast(coalesce(observed.revenue, 0) as decimal(18, 4)) as revenue,
        cast(coalesce(observed.refund_amount, 0) as decimal(18, 4)) as refund_amount,
        cast(
            coalesce(observed.revenue, 0) - coalesce(observed.refund_amount, 0) as decimal(18, 4)
        ) as net_revenue,
        observed.first_seen_at,
        observed.last_seen_at
    from catalogue
    full outer join observed
        on catalogue.product_id = observed.product_id

)

select * from described
