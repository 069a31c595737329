{#- The texts that a tracking file may have, by the names of the input contract. -#}
{%- set texts = {
    'customer_id': 'customer_id',
    'anonymous_id': 'anonymous_id',
    'session_id': 'session_id',
    'order_id': 'order_id',
    'product_id': 'product_id',
    'raw_event_type': 'event_type',
    'category': 'category',
    'brand': 'brand',
    'currency': 'currency',
    'experiment_id': 'experiment_id',
    'experiment_group': 'experiment_group',
    'traffic_source': 'traffic_source',
    'traffic_medium': 'traffic_medium',
    'campaign': 'campaign_id',
    'device_type': 'device_type',
    'page_type': 'page_category',
} %}
{%- set has_event_id = text_value('event_id') ~ ' is not null' %}
{%- set contents = {} %}
{%- for name in ['raw_event_at'] + texts | list + ['raw_quantity', 'raw_unit_price', 'extra'] %}
{%- do contents.update({name: name}) %}
{%- endfor %}
{%- set has_order_id = text_value('order_id') ~ ' is not null' %}
-- Equal lines of an order in one file are two units, so each copy gets a number. The same file
-- delivered twice gets the same numbers again. Only order lines without an id pay for this:
-- `order_id is null` comes first, because the scan knows it without looking at a text
with base as (

    select
        *,
        1 as copy_number
    from {{ ref('base_tracking__events') }}
    where
        order_id is null
        or {{ has_event_id }}
        or not {{ has_order_id }}

    union all

    select
        *,
        row_number() over (
            partition by
                {%- for column in texts.values() %}
                {{ text_value(column) }},
                {%- endfor %}
                {{ text_value('quantity') }},
                {{ text_value('unit_price') }},
                {{ extra_as_json() }},
                source_file,
                timestamp
            order by source_row
        ) as copy_number
    from {{ ref('base_tracking__events') }}
    where
        order_id is not null
        and not {{ has_event_id }}
        and {{ has_order_id }}

),

cleaned as (

    select
        {{ text_value('event_id') }} as raw_event_id,
        {% for name, column in texts.items() -%}
        {{ text_value(column) }} as {{ name }},
        {% endfor -%}
        {{ text_value('quantity') }} as raw_quantity,
        {{ text_value('unit_price') }} as raw_unit_price,
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
        -- a row without an id gets a hash of its contents as its id
        coalesce(
            raw_event_id,
            'row-'
            || {{ hashed_contents(contents) }}
            || case when copy_number > 1 then '-' || cast(copy_number as string) else '' end
        ) as event_id,
        {{ decimal_value('raw_unit_price') }} as unit_price,
        {{ whole_number('raw_quantity') }} as quantity
    from cleaned

),

typed as (

    select
        event_id,
        {% for name in texts if name not in ['raw_event_type', 'experiment_id'] -%}
        {{ name }},
        {% endfor -%}
        coalesce(raw_event_type, 'unknown') as raw_event_type,
        case when experiment_group is not null then coalesce(experiment_id, 'default') end
            as experiment_id,
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
