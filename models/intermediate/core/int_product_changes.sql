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

{% if is_incremental() -%}
known as (

    select
        product_id,
        max_by(attributes, load_id) as attributes
    from {{ this }}
    group by product_id

),

{% endif -%}
changed as (

    select
        {% if is_incremental() -%}
        coalesce(products.product_id, known.product_id) as product_id,
        {%- else -%}
        products.product_id,
        {%- endif %}
        products.category,
        products.brand,
        products.unit_price,
        {% if is_incremental() -%}
        coalesce(products.attributes, 'gone') as attributes,
        {%- else -%}
        products.attributes,
        {%- endif %}
        cast({{ load_id() }} as bigint) as load_id
    from products
    {% if is_incremental() -%}
    full outer join known
        on products.product_id = known.product_id
    where coalesce(products.attributes, 'gone') <> coalesce(known.attributes, 'gone')
    {%- endif %}

)

select * from changed
