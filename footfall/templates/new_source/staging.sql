with base as (

    select * from {{ ref('base_[[ source ]]__events') }}

),

-- left of `as`: the file's columns; right of it: the input contract. Nothing may drop a row.
typed as (

    select
[% if "event_id" in found %]
        coalesce({{ text_value('[[ found.event_id ]]') }}, 'row-' || {{ hashed_id([
[% else %]
        -- no id in the files: equal rows share this hash and count once
        {{ hashed_id([
[% endif %]
[% for column in columns %]
            '[[ column ]]',
[% endfor %]
        ]) }}[[ ")" if "event_id" in found ]] as event_id,
[% for name, type in contract.items() if type == "string" and name not in special %]
[% if name in needed and name not in found %]
        -- no column of the sample has a usual name for this: yours to say
[% endif %]
[% if name == "raw_event_type" %]
        [[ "coalesce({{ text_value('" ~ found[name] ~ "') }}, 'unknown')" if name in found else "'unknown'" ]] as [[ name ]],
[% elif name in found %]
        {{ text_value('[[ found[name] ]]') }} as [[ name ]],
[% else %]
        cast(null as string) as [[ name ]],
[% endif %]
[% endfor %]
        {{ extra_as_json() }} as extra,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
[% if "unit_price" in found %]
            when
                {{ text_value('[[ found.unit_price ]]') }} is not null
                and try_cast([[ found.unit_price ]] as decimal(18, 4)) is null
                then 'unparseable_price'
[% endif %]
[% if "quantity" in found %]
            when
                {{ text_value('[[ found.quantity ]]') }} is not null
                and {{ whole_number('[[ found.quantity ]]') }} is null
                then 'unparseable_quantity'
[% endif %]
        end as rejection_reason,
[% if "unit_price" in found %]
        try_cast([[ found.unit_price ]] as decimal(18, 4)) as unit_price,
[% else %]
        cast(null as decimal(18, 4)) as unit_price,
[% endif %]
[% if "quantity" in found %]
        coalesce({{ whole_number('[[ found.quantity ]]') }}, 1) as quantity,
[% else %]
        1 as quantity,
[% endif %]
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

)

select * from typed
