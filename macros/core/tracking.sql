{#
    Raw tracking rows, as the demo's seeds and external tracking files both have them, in the input
    contract's names and types. A text that cannot be typed is named in rejection_reason.
#}
{% macro tracking_events(base) -%}
with base as (

    select * from {{ base }}

),

cleaned as (

    select
        {{ text_value('event_id') }} as raw_event_id,
        {{ text_value('customer_id') }} as customer_id,
        {{ text_value('anonymous_id') }} as anonymous_id,
        {{ text_value('session_id') }} as session_id,
        {{ text_value('order_id') }} as order_id,
        {{ text_value('product_id') }} as product_id,
        {{ text_value('event_type') }} as raw_event_type,
        {{ text_value('experiment_group') }} as experiment_group,
        {{ text_value('traffic_source') }} as traffic_source,
        {{ text_value('campaign_id') }} as campaign,
        {{ text_value('device_type') }} as device_type,
        {{ text_value('page_category') }} as page_type,
        {{ text_value('quantity') }} as raw_quantity,
        {{ text_value('unit_price') }} as raw_unit_price,
        {{ text_value('currency') }} as currency,
        {{ text_value('category') }} as category,
        {{ text_value('brand') }} as brand,
        {{ text_value('experiment_id') }} as experiment_id,
        {{ extra_as_json() }} as extra,
        timestamp as raw_event_at,
        loaded_at as raw_loaded_at,
        source_file,
        source_row,
        malformed_reason
    from base

),

identified as (

    select
        *,
        coalesce(raw_event_id, 'row-' || {{ hashed_id([
            'raw_event_at', 'customer_id', 'anonymous_id', 'session_id', 'order_id', 'product_id',
            'raw_event_type', 'raw_quantity', 'raw_unit_price', 'currency', 'category', 'brand',
            'page_type', 'experiment_id', 'experiment_group', 'traffic_source', 'campaign',
            'device_type', 'extra',
        ]) }}) as row_id,
        {{ decimal_value('raw_unit_price') }} as unit_price,
        {{ whole_number('raw_quantity') }} as quantity
    from cleaned

),

-- Equal lines of an order in one file are two units, so the second gets an id of its own. The same file
-- delivered twice has the same ids again. Only rows without an id pay for this
copies as (

    select
        source_file,
        source_row,
        row_number() over (partition by source_file, row_id order by source_row) as copy_number
    from identified
    where
        raw_event_id is null
        and order_id is not null

),

typed as (

    select
        case
            when copies.copy_number > 1
                then identified.row_id || '-' || cast(copies.copy_number as string)
            else identified.row_id
        end as event_id,
        identified.customer_id,
        identified.anonymous_id,
        identified.session_id,
        identified.order_id,
        identified.product_id,
        coalesce(identified.raw_event_type, 'unknown') as raw_event_type,
        identified.category,
        identified.brand,
        identified.currency,
        case
            when identified.experiment_group is not null
                then coalesce(identified.experiment_id, 'default')
        end as experiment_id,
        identified.experiment_group,
        identified.traffic_source,
        identified.campaign,
        identified.device_type,
        identified.page_type,
        identified.extra,
        identified.source_file,
        case
            when identified.malformed_reason is not null then identified.malformed_reason
            when identified.raw_quantity is not null and identified.quantity is null
                then 'unparseable_quantity'
            when identified.raw_unit_price is not null and identified.unit_price is null
                then 'unparseable_price'
        end as rejection_reason,
        identified.unit_price,
        coalesce(identified.quantity, 1) as quantity,
        identified.source_row,
        {{ to_utc('identified.raw_event_at') }} as event_at,
        {{ to_utc('identified.raw_loaded_at') }} as loaded_at
    from identified
    left join copies
        on
            identified.source_file = copies.source_file
            and identified.source_row = copies.source_row

)

select * from typed
{%- endmacro %}


{% macro tracking_customers(base) -%}
with base as (

    select * from {{ base }}

),

typed as (

    select
        {{ text_value('customer_id') }} as customer_id,
        {{ text_value('gender') }} as gender,
        {{ text_value('country') }} as country,
        {{ text_value('state') }} as state,
        {{ text_value('city') }} as city,
        source_file,
        malformed_reason as rejection_reason,
        {{ whole_number('age') }} as age,
        {{ decimal_value('salary') }} as salary,
        source_row,
        {{ to_utc('signed_up_at') }} as signed_up_at
    from base

)

select * from typed
{%- endmacro %}


{% macro tracking_products(base) -%}
with base as (

    select * from {{ base }}

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
{%- endmacro %}
