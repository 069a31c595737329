{#-
    History: a row for each time that what events take from a product came, changed or went. Events take it
    from here, so that they cannot have what no row tells of.
-#}
{{ config(materialized='incremental', post_hook="{{ record_progress() }}") }}

with products as (

    select
        product_id,
        category,
        brand,
        unit_price,
        {{ hashed_id(['category', 'brand', 'cast(unit_price as string)']) }} as attributes
    from {{ ref('int_products_checked') }}
    where rejection_reason is null

),

known as (
    {% if is_incremental() %}
    select
        product_id,
        max_by(attributes, load_id) as attributes
    from {{ this }}
    group by product_id
    {% else %}
    select
        cast(null as string) as product_id,
        cast(null as string) as attributes
    where false
    {% endif %}
),

changed as (

    select
        coalesce(products.product_id, known.product_id) as product_id,
        products.category,
        products.brand,
        products.unit_price,
        coalesce(products.attributes, 'gone') as attributes,
        cast({{ load_id() }} as bigint) as load_id
    from products
    full outer join known
        on products.product_id = known.product_id
    where coalesce(products.attributes, 'gone') <> coalesce(known.attributes, 'gone')

)

select * from changed
