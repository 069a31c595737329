with source_events as (

    select * from {{ ref('int_source_events') }}

),

currency_rates as (

    select * from {{ ref('currency_rates') }}

),

-- the first rule that a row breaks is its reason; a row without a reason is accepted
judged as (

    select
        source_events.event_id,
        source_events.customer_id,
        source_events.anonymous_id,
        source_events.session_id,
        source_events.order_id,
        source_events.product_id,
        source_events.raw_event_type,
        source_events.category,
        source_events.brand,
        source_events.experiment_id,
        source_events.experiment_group,
        source_events.traffic_source,
        source_events.campaign,
        source_events.device_type,
        source_events.page_type,
        source_events.extra,
        source_events.source_file,
        case
            when source_events.rejection_reason is not null then source_events.rejection_reason
            when source_events.event_at is null then 'unparseable_time'
            when source_events.event_at < cast('{{ var("valid_from") }}' as timestamp)
                then 'before_valid_from'
            when source_events.event_at >= cast('{{ var("valid_to") }}' as timestamp)
                then 'after_valid_to'
            {%- if var('as_of') is not none %}
            when source_events.event_at > cast('{{ var("as_of") }}' as timestamp) then 'after_as_of'
            {%- endif %}
            when source_events.event_at > {{ dbt.dateadd('day', 1, 'source_events.loaded_at') }}
                then 'later_than_load'
            when
                coalesce(
                    source_events.customer_id,
                    source_events.anonymous_id,
                    source_events.session_id
                ) is null
                then 'no_customer'
            when source_events.unit_price < 0 then 'negative_price'
            when source_events.quantity <= 0 then 'quantity_not_positive'
            when
                coalesce(source_events.currency, '{{ var("currency") }}') <> '{{ var("currency") }}'
                and currency_rates.rate is null
                then 'unknown_currency'
        end as rejection_reason,
        cast(
            source_events.unit_price * coalesce(currency_rates.rate, 1) as decimal(18, 4)
        ) as unit_price,
        source_events.quantity,
        source_events.source_row,
        source_events.event_at
    from source_events
    left join currency_rates
        on source_events.currency = currency_rates.currency

)

select * from judged
