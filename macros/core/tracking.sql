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

typed as (

    select
        coalesce(raw_event_id, 'row-' || {{ hashed_id([
            'raw_event_at', 'customer_id', 'anonymous_id', 'session_id', 'order_id', 'product_id',
            'raw_event_type', 'raw_quantity', 'raw_unit_price', 'currency', 'category', 'brand',
            'page_type', 'experiment_id', 'experiment_group', 'traffic_source', 'campaign',
            'device_type', 'extra',
        ]) }}) as event_id,
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
            when
                raw_quantity is not null
                and {{ whole_number('raw_quantity') }} is null
                then 'unparseable_quantity'
            when raw_unit_price is not null and try_cast(raw_unit_price as decimal(18, 4)) is null
                then 'unparseable_price'
        end as rejection_reason,
        try_cast(raw_unit_price as decimal(18, 4)) as unit_price,
        coalesce({{ whole_number('raw_quantity') }}, 1) as quantity,
        source_row,
        {{ to_utc('raw_event_at') }} as event_at,
        {{ to_utc('raw_loaded_at') }} as loaded_at
    from cleaned

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
        try_cast(salary as decimal(18, 4)) as salary,
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

typed as (

    select
        {{ text_value('product_id') }} as product_id,
        {{ text_value('product_name') }} as product_name,
        {{ text_value('category') }} as category,
        {{ text_value('brand') }} as brand,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when {{ text_value('unit_price') }} is not null and try_cast(unit_price as decimal(18, 4)) is null
                then 'unparseable_price'
        end as rejection_reason,
        try_cast(unit_price as decimal(18, 4)) as unit_price,
        try_cast(unit_cost as decimal(18, 4)) as unit_cost,
        source_row
    from base

)

select * from typed
{%- endmacro %}
