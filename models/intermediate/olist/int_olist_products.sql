with products as (

    select * from {{ ref('stg_olist__products') }}

),

translations as (

    select * from {{ ref('stg_olist__category_translation') }}
    where rejection_reason is null

),

-- two categories have no translation and keep their Portuguese name
translated as (

    select
        products.product_id,
        cast(null as string) as product_name,
        coalesce(translations.category_in_english, products.category) as category,
        cast(null as string) as brand,
        products.source_file,
        products.rejection_reason,
        cast(null as decimal(18, 4)) as unit_price,
        cast(null as decimal(18, 4)) as unit_cost,
        products.source_row
    from products
    left join translations
        on products.category = translations.category

)

select * from translated
