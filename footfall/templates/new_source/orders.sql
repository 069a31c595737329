-- An order's facts stand on one of its lines, mostly the first. Where several files hold the order,
-- the last file knows how it ended.
with lines as (

    select
        {{ text_value('[[ found.order_id ]]') }} as order_id,
        [[ "{{ text_value('" ~ found.customer_id ~ "') }}" if "customer_id" in found else "cast(null as string)" ]] as customer_id,
[% if "canceled_at" in facts %]
        case
            when {{ text_value('[[ facts.canceled_at ]]') }} is not null then 'canceled'
            else [[ "{{ text_value('" ~ facts.status ~ "') }}" if "status" in facts else "cast(null as string)" ]]
        end as status,
[% else %]
        [[ "{{ text_value('" ~ facts.status ~ "') }}" if "status" in facts else "cast(null as string)" ]] as status,
[% endif %]
        [[ "{{ text_value('" ~ facts.payment_type ~ "') }}" if "payment_type" in facts else "cast(null as string)" ]] as payment_type,
        [[ "{{ text_value('" ~ found.currency ~ "') }}" if "currency" in found else "cast(null as string)" ]] as currency,
        source_file,
[% for name in ["shipping_amount", "tax_amount", "discount_amount", "paid_amount", "refund_amount"] %]
        [[ "{{ decimal_value('" ~ facts[name] ~ "') }}" if name in facts else "cast(null as decimal(18, 4))" ]] as [[ name ]],
[% endfor %]
        source_row,
        {{ to_utc('[[ found.event_at ]]') }} as ordered_at
    from {{ ref('base_[[ source ]]__events') }}
    where {{ text_value('[[ found.order_id ]]') }} is not null

),

numbered as (

    select
        *,
        row_number() over (
            partition by order_id
            order by
                case
                    when
                        status is null
                        and coalesce(paid_amount, discount_amount, refund_amount) is null
                        then 1
                    else 0
                end asc,
                source_file desc,
                source_row asc
        ) as line_number
    from lines

),

typed as (

    select
        order_id,
        customer_id,
        status,
        payment_type,
        currency,
        source_file,
        cast(null as string) as rejection_reason,
        shipping_amount,
        tax_amount,
        discount_amount,
        paid_amount,
        refund_amount,
        cast(null as int) as review_score,
        source_row,
        ordered_at,
        cast(null as timestamp) as delivered_at,
        cast(null as timestamp) as estimated_delivery_at
    from numbered
    where line_number = 1

)

select * from typed
