with base as (

    select * from {{ ref('base_demo__events') }}

),

typed as (

    select
        {{ text_value('event_id') }} as event_id,
        {{ text_value('customer_id') }} as customer_id,
        {{ text_value('anonymous_id') }} as anonymous_id,
        {{ text_value('session_id') }} as session_id,
        {{ text_value('order_id') }} as order_id,
        {{ text_value('product_id') }} as product_id,
        coalesce({{ text_value('event_type') }}, 'unknown') as raw_event_type,
        case when {{ text_value('experiment_group') }} is not null then 'default' end
            as experiment_id,
        {{ text_value('experiment_group') }} as experiment_group,
        {{ text_value('traffic_source') }} as traffic_source,
        {{ text_value('campaign_id') }} as campaign,
        {{ text_value('device_type') }} as device_type,
        {{ text_value('page_category') }} as page_type,
        {{ extra_as_json() }} as extra,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when {{ text_value('quantity') }} is not null and {{ whole_number('quantity') }} is null
                then 'unparseable_quantity'
        end as rejection_reason,
        coalesce({{ whole_number('quantity') }}, 1) as quantity,
        source_row,
        {{ to_utc('timestamp') }} as event_at,
        {{ to_utc('loaded_at') }} as loaded_at
    from base

)

select * from typed
