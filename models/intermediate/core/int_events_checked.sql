{#- The rows of changed files are judged, the other rows stay as they are. -#}
{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_events() }}",
    post_hook="{{ record_progress() }}",
) }}

with source_events as (

    select * from {{ ref('int_source_events') }}
    {% if is_incremental() -%}
    where {{ in_changed_files(events_entity()) }}
    {%- endif %}

),

currency_rates as (

    select * from {{ ref('currency_rates') }}

),

-- in the warehouse's currency; wide enough for any price times any rate
converted as (

    select
        source_events.*,
        case
            when coalesce(source_events.currency, '{{ var("currency") }}') = '{{ var("currency") }}'
                then 1
            else currency_rates.rate
        end as rate,
        cast(source_events.unit_price as decimal(22, 4))
        * cast(coalesce(currency_rates.rate, 1) as decimal(16, 8)) as converted_price
    from source_events
    left join currency_rates
        on source_events.currency = currency_rates.currency

),

-- the first rule that a row breaks is its reason; a row without a reason is accepted
judged as (

    select
        event_id,
        customer_id,
        anonymous_id,
        session_id,
        {{ visitor_id() }} as visitor_id,
        order_id,
        product_id,
        raw_event_type,
        category,
        brand,
        experiment_id,
        experiment_group,
        traffic_source,
        campaign,
        device_type,
        page_type,
        extra,
        source_file,
        case
            when rejection_reason is not null then rejection_reason
            when event_at is null then 'unparseable_time'
            when event_at < {{ time_literal('valid_from') }}
                then 'before_valid_from'
            when event_at >= {{ time_literal('valid_to') }}
                then 'after_valid_to'
            {%- if var('as_of') is not none %}
            when event_at > {{ time_literal('as_of') }} then 'after_as_of'
            {%- endif %}
            when {{ dbt.dateadd('day', -1, 'event_at') }} > loaded_at
                then 'later_than_load'
            when
                coalesce(
                    customer_id,
                    anonymous_id,
                    session_id
                ) is null
                then 'no_customer'
            when unit_price < 0 then 'negative_price'
            when quantity <= 0 then 'quantity_not_positive'
            when rate is null then 'unknown_currency'
            -- sums over many rows must fit decimal(18, 4); a catalogue's price is below 1e9
            when
                coalesce(
                    cast(converted_price as double) * quantity >= 1e12, quantity >= 100000
                )
                then 'amount_too_large'
        end as rejection_reason,
        try_cast(converted_price as decimal(18, 4)) as unit_price,
        quantity,
        cast(coalesce(unit_price, 0) as decimal(22, 4))
        * cast(coalesce(quantity, 1) as decimal(10, 0)) as source_amount,
        source_row,
        event_at,
        cast({{ load_id() }} as bigint) as load_id
    from converted

)

select * from judged
