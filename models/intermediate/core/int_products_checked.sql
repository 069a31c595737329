with source_products as (

    select * from {{ ref('int_source_products') }}

),

reasons_found as (

    select
        *,
        case
            when rejection_reason is not null then rejection_reason
            when product_id is null then 'no_product'
            when unit_price < 0 or unit_cost < 0 then 'negative_price'
            when unit_price >= 1e9 then 'amount_too_large'
        end as unreadable_reason
    from source_products

),

-- copies count among readable rows only
numbered as (

    select
        *,
        row_number() over (
            partition by product_id, unreadable_reason
            order by source_file, source_row
        ) as copy_number
    from reasons_found

),

judged as (

    select
        product_id,
        product_name,
        category,
        brand,
        source_file,
        case
            when unreadable_reason is not null then unreadable_reason
            when copy_number > 1 then 'repeated_product_id'
        end as rejection_reason,
        unit_price,
        unit_cost,
        source_row
    from numbered

)

select * from judged
