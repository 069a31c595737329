{{ config(
    materialized='incremental',
    meta={'follows': 'event_files'},
    pre_hook="{{ forget_changed_files() }}",
    post_hook="{{ record_files() }}",
) }}

with source_events as (

    select * from {{ ref('int_source_events') }}
    {% if is_incremental() -%}
    where {{ is_in_changed_files() }}
    {%- endif %}

),

event_types as (

    select * from {{ ref('event_types') }}

),

currency_rates as (

    select * from {{ ref('currency_rates') }}

),

-- all words in one text, because a join for each of four ids would hold memory that cannot spill
placeholder_ids as (

    select
        coalesce(
            {{ dbt.listagg("chr(30) || lower(trim(placeholder)) || chr(31)", "''") }}, ''
        ) as placeholders,
        coalesce({{ dbt.listagg('left(lower(trim(placeholder)), 1)', "''") }}, '')
            as first_characters
    from {{ ref('placeholder_ids') }}

),

-- words that exports write for nobody are no ids
identified as (

    select
        {{ all_but('source_events', [
            'customer_id', 'anonymous_id', 'session_id', 'order_id', 'raw_event_type', 'currency'
        ]) }},
        {{ known_id('source_events.customer_id') }} as customer_id,
        {{ known_id('source_events.anonymous_id') }} as anonymous_id,
        {{ known_id('source_events.session_id') }} as session_id,
        {{ known_id('source_events.order_id') }} as order_id,
        coalesce(source_events.raw_event_type, 'unknown') as raw_event_type,
        upper(coalesce(source_events.currency, '{{ var("currency") }}')) as currency
    from source_events
    cross join placeholder_ids

),

-- A type without a row in the seed keeps its name. The type says what a negative amount means: a
-- refund is a refund whatever its sign, and a negative line of an order is a discount
typed as (

    select
        identified.*,
        coalesce(
            case
                when identified.unit_price < 0 or identified.quantity < 0
                    then event_types.negative_amount_is
            end,
            event_types.event_type,
            identified.raw_event_type
        ) as event_type,
        event_types.negative_amount_is
    from identified
    left join event_types
        on lower(identified.raw_event_type) = lower(trim(event_types.raw_event_type))

),

-- prices in the warehouse's currency, in a type that holds any price times any rate
converted as (

    select
        typed.*,
        case
            when typed.currency = upper('{{ var("currency") }}') then 1
            else currency_rates.rate
        end as rate,
        cast(typed.unit_price as decimal(22, 4))
        * cast(coalesce(currency_rates.rate, 1) as decimal(16, 8)) as converted_price
    from typed
    left join currency_rates
        on typed.currency = upper(trim(currency_rates.currency))

),

-- the first rule that a row breaks is its reason; a row without a reason is accepted
judged as (

    select
        {{ all_but('converted', [
            'currency', 'rate', 'converted_price', 'negative_amount_is', 'loaded_at', 'rejection_reason',
            'unit_price', 'quantity'
        ]) }},
        {{ visitor_id() }} as visitor_id,
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
                    session_id,
                    order_id
                ) is null
                then 'no_customer'
            when unit_price < 0 and negative_amount_is is null then 'negative_price'
            when quantity < 0 and negative_amount_is is null then 'quantity_not_positive'
            -- a negative price times a negative quantity is no discount
            when unit_price < 0 and quantity < 0 and negative_amount_is = 'order_discount'
                then 'negative_price'
            when quantity = 0 then 'quantity_not_positive'
            when rate is null then 'unknown_currency'
            -- sums over many rows must fit decimal(18, 4); a catalogue's price is below 1e9
            when
                coalesce(
                    abs(cast(converted_price as double) * quantity) >= 1e12,
                    abs(quantity) >= 100000
                )
                then 'amount_too_large'
        end as rejection_reason,
        -- amounts are positive where the type says which way the money goes
        case
            when negative_amount_is is null then try_cast(converted_price as decimal(18, 4))
            else abs(try_cast(converted_price as decimal(18, 4)))
        end as unit_price,
        case when negative_amount_is is null then quantity else abs(quantity) end as quantity,
        abs(cast(coalesce(unit_price, 0) as decimal(22, 4)))
        * abs(cast(coalesce(quantity, 1) as decimal(10, 0))) as source_amount,
        {{ load_id() }} as load_id
    from converted

)

select * from judged
