[% set joined = found.session_id == "ga_session_id" and "anonymous_id" in found if "session_id" in found else false %]
[% if "order_id" in found %]
[% if "event_id" in found %]
{%- set has_event_id = text_value('[[ found.event_id ]]') ~ ' is not null' %}
[% endif %]
-- Equal lines of an order in one file are two units, so each copy gets a number. The same file
-- delivered twice gets the same numbers again.
with base as (

    select
        *,
        1 as copy_number
    from {{ ref('base_[[ source ]]__events') }}
    where {{ text_value('[[ found.order_id ]]') }} is null[[ " or {{ has_event_id }}" if "event_id" in found ]]

    union all

    select
        *,
        row_number() over (
            partition by
                source_file,
                [[ row_columns | join(",\n                ") ]]
            order by source_row
        ) as copy_number
    from {{ ref('base_[[ source ]]__events') }}
    where {{ text_value('[[ found.order_id ]]') }} is not null[[ " and not {{ has_event_id }}" if "event_id" in found ]]

),
[% else %]
with base as (

    select * from {{ ref('base_[[ source ]]__events') }}

),
[% endif %]

-- left of `as`: the file's columns; right of it: the input contract. Nothing may drop a row.
cleaned as (

    select
[% if "event_id" in found %]
        coalesce({{ text_value('[[ found.event_id ]]') }}, 'row-' || {{ hashed_id([
[% else %]
        -- no id in the files: a row is known by what it holds
        {{ hashed_id([
[% endif %]
[% for column in row_columns %]
            '[[ column ]]',
[% endfor %]
        ]) }}[[ " || case when copy_number > 1 then '-' || cast(copy_number as string) else '' end" if "order_id" in found ]][[ ")" if "event_id" in found ]] as event_id,
[% for name, type in contract.items() if type == "string" and name not in special %]
[% if name in needed and name not in found and not (name == "raw_event_type" and is_order_lines) %]
        -- no column of the sample has a usual name for this: yours to say
[% endif %]
[% if name == "raw_event_type" and name in found %]
        coalesce({{ text_value('[[ found[name] ]]') }}, 'unknown') as raw_event_type,
[% elif name == "raw_event_type" %]
        [[ "'order_line'" if is_order_lines else "'unknown'" ]] as raw_event_type,
[% elif name == "session_id" and joined %]
        -- Google Analytics numbers the sessions of each device
        {{ text_value('[[ found.anonymous_id ]]') }} || '-' || {{ text_value('ga_session_id') }} as session_id,
[% elif name == "currency" and name in found and facts %]
        -- as other facts of an order, it stands on one line of it
        max({{ text_value('[[ found.currency ]]') }}) over (partition by {{ text_value('[[ found.order_id ]]') }}) as currency,
[% elif name in found %]
        {{ text_value('[[ found[name] ]]') }} as [[ name ]],
[% else %]
        cast(null as string) as [[ name ]],
[% endif %]
[% endfor %]
        {{ extra_as_json() }} as extra,
        source_file,
        malformed_reason,
[% for name, read in [("unit_price", "decimal_value"), ("quantity", "whole_number")] if name in found %]
        {{ text_value('[[ found[name] ]]') }} as raw_[[ name ]],
        {{ [[ read ]]('[[ found[name] ]]') }} as [[ name ]],
[% endfor %]
        source_row,
[% for name in ["event_at", "loaded_at"] %]
[% if name in found %]
        {{ to_utc('[[ found[name] ]]') }} as [[ name ]][[ "," if name == "event_at" ]]
[% else %]
[% if name in needed %]
        -- no column of the sample has a usual name for this: without it every row is rejected
[% endif %]
        cast(null as timestamp) as [[ name ]][[ "," if name == "event_at" ]]
[% endif %]
[% endfor %]
    from base

),

typed as (

    select
[% for name, type in contract.items() if type == "string" and name != "rejection_reason" %]
        [[ name ]],
[% endfor %]
        case
            when malformed_reason is not null then malformed_reason
[% for name, reason in [("quantity", "unparseable_quantity"), ("unit_price", "unparseable_price")] if name in found %]
            when raw_[[ name ]] is not null and [[ name ]] is null then '[[ reason ]]'
[% endfor %]
        end as rejection_reason,
        [[ "unit_price" if "unit_price" in found else "cast(null as decimal(18, 4)) as unit_price" ]],
        [[ "coalesce(quantity, 1)" if "quantity" in found else "1" ]] as quantity,
        source_row,
        event_at,
        loaded_at
    from cleaned

)[[ "," if amounts ]]

[% if amounts %]
-- What an order says once, an event says: it has no row of its own in the file.
[% for type, amount in amounts.items() %]
[[ type ]]s as (

    select
        '[[ type ]]-' || order_id as event_id,
[% for name, type_of in contract.items() if type_of == "string" and name not in ["event_id", "customer_id", "order_id", "raw_event_type"] %]
[% if name == "anonymous_id" %]
        customer_id,
[% endif %]
[% if name == "product_id" %]
        order_id,
[% endif %]
[% if name == "category" %]
        '[[ type ]]' as raw_event_type,
[% endif %]
        [[ "currency" if name == "currency" else "cast(null as string) as " ~ name ]],
[% endfor %]
        [[ amount ]] as unit_price,
        1 as quantity,
        cast(null as bigint) as source_row,
        ordered_at as event_at,
        cast(null as timestamp) as loaded_at
    from {{ ref('stg_[[ source ]]__orders') }}
    where [[ amount ]] > 0

),

[% endfor %]
unioned as (

    select * from typed
[% for type in amounts %]
    union all
    select * from [[ type ]]s
[% endfor %]

)

select * from unioned
[% else %]
select * from typed
[% endif %]
