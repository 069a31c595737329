with source_orders as (

    select * from {{ ref('int_source_orders') }}

),

order_statuses as (

    select * from {{ ref('order_statuses') }}

),

placeholder_ids as (

    select distinct lower(trim(placeholder)) as placeholder from {{ ref('placeholder_ids') }}

),

-- words that exports write for nobody are no customer ids and no order ids
identified as (

    select
        source_orders.*,
        case when customer_words.placeholder is null then source_orders.customer_id end
            as known_customer_id,
        case when order_words.placeholder is null then source_orders.order_id end
            as known_order_id
    from source_orders
    left join placeholder_ids as customer_words
        on lower(source_orders.customer_id) = customer_words.placeholder
    left join placeholder_ids as order_words
        on lower(source_orders.order_id) = order_words.placeholder

),

reasons_found as (

    select
        *,
        case
            when rejection_reason is not null then rejection_reason
            when known_order_id is null then 'no_order'
            when ordered_at < {{ time_literal('valid_from') }} then 'before_valid_from'
            when ordered_at >= {{ time_literal('valid_to') }} then 'after_valid_to'
            {%- if var('as_of') is not none %}
            when ordered_at > {{ time_literal('as_of') }} then 'after_as_of'
            {%- endif %}
        end as unreadable_reason
    from identified

),

-- copies count among readable rows only
numbered as (

    select
        *,
        row_number() over (
            partition by known_order_id, unreadable_reason
            order by ordered_at nulls last, source_file, source_row
        ) as copy_number
    from reasons_found

),

judged as (

    select
        numbered.known_order_id as order_id,
        numbered.known_customer_id as customer_id,
        numbered.status,
        numbered.payment_type,
        numbered.source_file,
        case
            when numbered.unreadable_reason is not null then numbered.unreadable_reason
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
        -- an absurd delivery time is unknown; at as_of, a later delivery had not happened yet
        case
            when
                numbered.delivered_at >= {{ time_literal('valid_from') }}
                and numbered.delivered_at < {{ time_literal('valid_to') }}
                and numbered.delivered_at
                <= coalesce({{ time_literal('as_of') }}, numbered.delivered_at)
                then numbered.delivered_at
        end as delivered_at,
        case
            when
                numbered.estimated_delivery_at >= {{ time_literal('valid_from') }}
                and numbered.estimated_delivery_at < {{ time_literal('valid_to') }}
                then numbered.estimated_delivery_at
        end as estimated_delivery_at
    from numbered
    left join order_statuses
        on lower(trim(numbered.status)) = lower(trim(order_statuses.status))

)

select * from judged
