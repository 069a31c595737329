with base as (

    select * from {{ ref('base_olist__order_items') }}

),

typed as (

    select
        {{ text_value('order_id') }} as order_id,
        {{ text_value('product_id') }} as product_id,
        {{ text_value('seller_id') }} as seller_id,
        {{ extra_as_json(['seller_id']) }} as extra,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when {{ text_value('order_id') }} is null then 'no_order'
            when {{ whole_number('order_item_id') }} is null then 'unparseable_order_item_id'
            {%- for column in ['price', 'freight_value'] %}
            when
                {{ text_value(column) }} is not null
                and {{ decimal_value(column) }} is null
                then 'unparseable_{{ column }}'
            {%- endfor %}
            when
                {{ text_value('shipping_limit_date') }} is not null
                and {{ to_utc('shipping_limit_date') }} is null
                then 'unparseable_shipping_limit_date'
            when {{ decimal_value('freight_value') }} < 0 then 'negative_amount'
            when {{ decimal_value('freight_value') }} >= 1e9 then 'amount_too_large'
        end as rejection_reason,
        {{ whole_number('order_item_id') }} as item_number,
        {{ decimal_value('price') }} as unit_price,
        {{ decimal_value('freight_value') }} as shipping_amount,
        source_row,
        {{ to_utc('shipping_limit_date') }} as shipping_limit_at
    from base

)

select * from typed
