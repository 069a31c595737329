{#
    Raw tracking rows, as the demo's seeds and external tracking files both have them, in the input
    contract's names and types. A text that cannot be typed is named in rejection_reason.
#}
{% macro tracking_events(base) -%}
{%- set has_event_id = text_value('event_id') ~ ' is not null' -%}
{%- set has_order_id = text_value('order_id') ~ ' is not null' -%}
-- Equal lines of an order in one file are two units, so each copy gets a number. The same file delivered
-- twice gets the same numbers again. Only order lines without an id pay for this:
-- `order_id is null` comes first, because the scan knows it without looking at a text
with base as (

    select
        *,
        1 as copy_number
    from {{ base }}
    where
        order_id is null
        or {{ has_event_id }}
        or not {{ has_order_id }}

    union all

    select
        *,
        row_number() over (
            partition by
                source_file, timestamp, {{ extra_as_json() }}
                {%- for column in [
                    'customer_id', 'anonymous_id', 'session_id', 'order_id', 'product_id', 'event_type',
                    'quantity', 'unit_price', 'currency', 'category', 'brand', 'page_category',
                    'experiment_id', 'experiment_group', 'traffic_source', 'campaign_id', 'device_type',
                ] %},
                {{ text_value(column) }}
                {%- endfor %}
            order by source_row
        ) as copy_number
    from {{ base }}
    where
        order_id is not null
        and not {{ has_event_id }}
        and {{ has_order_id }}

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
        copy_number,
        malformed_reason
    from base

),

identified as (

    select
        *,
        coalesce(
            raw_event_id,
            'row-' || {{ hashed_id([
                'raw_event_at', 'customer_id', 'anonymous_id', 'session_id', 'order_id', 'product_id',
                'raw_event_type', 'raw_quantity', 'raw_unit_price', 'currency', 'category', 'brand',
                'page_type', 'experiment_id', 'experiment_group', 'traffic_source', 'campaign',
                'device_type', 'extra',
            ]) }} || case when copy_number > 1 then '-' || cast(copy_number as string) else '' end
        ) as event_id,
        {{ decimal_value('raw_unit_price') }} as unit_price,
        {{ whole_number('raw_quantity') }} as quantity
    from cleaned

),

typed as (

    select
        event_id,
        customer_id,
        anonymous_id,
        session_id,
        order_id,
        product_id,
        coalesce(raw_event_type, 'unknown') as raw_event_type,
        category,
        brand,
        currency,
        case when experiment_group is not null then coalesce(experiment_id, 'default') end as experiment_id,
        experiment_group,
        traffic_source,
        campaign,
        device_type,
        page_type,
        extra,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when raw_quantity is not null and quantity is null then 'unparseable_quantity'
            when raw_unit_price is not null and unit_price is null then 'unparseable_price'
        end as rejection_reason,
        unit_price,
        coalesce(quantity, 1) as quantity,
        source_row,
        {{ to_utc('raw_event_at') }} as event_at,
        {{ to_utc('raw_loaded_at') }} as loaded_at
    from identified

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
