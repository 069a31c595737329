{#- While fct_events goes on, only what it must look at again; else every event. -#}
{{ config(materialized='view', meta={'holds': 'changes'}, post_hook="{{ record_progress() }}") }}
-- depends_on: {{ ref('int_customers_changed') }}
-- depends_on: {{ ref('int_events_counted') }}
{%- set goes_on = will_go_on('fct_events') %}
with checked as (

    select *
    from {{ ref('int_events_checked') }}
    where rejection_reason is null
    {% if goes_on -%}
    and event_at >= {{ usual_start() }}

    union all

    -- the few customers who reach further back
    select *
    from {{ ref('int_events_checked') }}
    where
        rejection_reason is null
        and event_at < {{ usual_start() }}
        and customer_id in (
            select customer_id from {{ ref('int_customers_changed') }}
            where recompute_from < {{ usual_start() }}
        )

    union all

    select *
    from {{ ref('int_events_checked') }}
    where
        rejection_reason is null
        and event_at < {{ usual_start() }}
        and customer_id is null
        and visitor_id in (
            select visitors.visitor_id
            from {{ ref('int_visitors_identified') }} as visitors
            inner join {{ ref('int_customers_changed') }} as changed
                on visitors.customer_id = changed.customer_id
            where changed.recompute_from < {{ usual_start() }}
            union all
            select customer_id from {{ ref('int_customers_changed') }}
            where recompute_from < {{ usual_start() }}
        )
    {%- endif %}

),

repeated as (

    select * from {{ ref('int_events_repeated') }}

),

visitors as (

    select * from {{ ref('int_visitors_identified') }}

),

product_changes as (

    select
        *,
        row_number() over (partition by product_id order by load_id desc) as change_rank
    from {{ ref('int_product_changes') }}

),

products as (

    select * from product_changes
    where
        change_rank = 1
        and attributes <> 'gone'

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

{% if goes_on -%}
changed_customers as (

    select * from {{ ref('int_customers_changed') }}

),

{% endif -%}
enriched as (

    select
        without_repeats.event_id,
        coalesce(
            without_repeats.customer_id,
            visitors.customer_id,
            without_repeats.visitor_id
        ) as customer_id,
        without_repeats.anonymous_id,
        without_repeats.session_id as source_session_id,
        without_repeats.order_id,
        without_repeats.product_id,
        case
            when purchases_repeated.source_row is not null then 'repeated_purchase'
            when
                without_repeats.event_type in ('purchase', 'order_discount', 'refund')
                and not orders.is_purchase
                then 'canceled_' || without_repeats.event_type
            else without_repeats.event_type
        end as event_type,
        without_repeats.raw_event_type,
        coalesce(products.category, without_repeats.category) as category,
        coalesce(products.brand, without_repeats.brand) as brand,
        without_repeats.experiment_id,
        without_repeats.experiment_group,
        without_repeats.traffic_source,
        without_repeats.campaign,
        without_repeats.device_type,
        without_repeats.page_type,
        without_repeats.extra,
        coalesce(without_repeats.unit_price, products.unit_price)
        * case when without_repeats.event_type = 'order_discount' then -1 else 1 end as unit_price,
        without_repeats.quantity,
        coalesce(event_types.event_order, 0) as event_order,
        coalesce(without_repeats.customer_id, visitors.customer_id) is not null as is_identified,
        -- a type without a row in the seed counts as activity
        coalesce(event_types.is_activity, true) as is_activity,
        coalesce(event_types.is_engagement, false) as is_engagement,
        {{ reporting_date('without_repeats.event_at') }} as event_date,
        without_repeats.event_at
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
    {% if goes_on -%}
    inner join changed_customers
        on
            coalesce(
                without_repeats.customer_id,
                visitors.customer_id,
                without_repeats.visitor_id
            ) = changed_customers.customer_id
            and without_repeats.event_at >= changed_customers.recompute_from
    {%- endif %}

)

select * from enriched
