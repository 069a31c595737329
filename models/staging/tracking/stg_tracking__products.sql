with base as (

    select * from {{ ref('base_tracking__products') }}

),

cleaned as (

    select
        {{ text_value('product_id') }} as product_id,
        {{ text_value('product_name') }} as product_name,
        {{ text_value('category') }} as category,
        {{ text_value('brand') }} as brand,
        {{ text_value('unit_price') }} as raw_unit_price,
        {{ text_value('unit_cost') }} as raw_unit_cost,
        source_file,
        malformed_reason,
        source_row
    from base

),

typed as (

    select
        product_id,
        product_name,
        category,
        brand,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when raw_unit_price is not null and {{ decimal_value('raw_unit_price') }} is null
                then 'unparseable_price'
        end as rejection_reason,
        {{ decimal_value('raw_unit_price') }} as unit_price,
        {{ decimal_value('raw_unit_cost') }} as unit_cost,
        source_row
    from cleaned

)

select * from typed
