{#- The contents of an event, without its id and its place in a file. -#}
{%- set no_contents = [
    'event_id', 'currency', 'source_file', 'source_row', 'rejection_reason', 'loaded_at'
] %}
{#- with another sign, so that a discount never equals a price #}
{%- set sign = "case when accepted.event_type = 'order_discount' then -1 else 1 end * " %}
{%- set contents = {} %}
{%- for name, type in event_columns().items() if name not in no_contents %}
{%- set column = (sign if name == 'unit_price' else '') ~ 'accepted.' ~ name %}
{%- do contents.update({name: column if type == 'string' else 'cast(' ~ column ~ ' as string)'}) %}
{%- endfor %}
with accepted as (

    -- DuckDB and Spark write times in JSON differently; texts of times sort as the times do
    select
        {{ all_but('events', [
            'event_at', 'source_file', 'source_row', 'rejection_reason', 'load_id'
        ]) }},
        cast(events.event_at as string) as event_at,
        events.source_row,
        events.source_file
    from {{ ref('int_events_checked') }} as events
    where events.rejection_reason is null

),

-- Grouping short hashes of all ids is cheap. Only rows whose hash occurs twice are compared
repeated_hashes as (

    select {{ short_hash('event_id') }} as event_hash
    from {{ ref('int_events_checked') }}
    where rejection_reason is null
    group by {{ short_hash('event_id') }}
    having count(*) > 1

),

fingerprinted as (

    select
        accepted.event_id,
        accepted.source_file,
        {{ row_as_json('accepted') }} as checked_row,
        accepted.source_amount,
        accepted.source_row,
        accepted.event_at,
        {{ hashed_contents(contents) }} as fingerprint
    from accepted
    inner join repeated_hashes
        on {{ short_hash('accepted.event_id') }} = repeated_hashes.event_hash

),

-- the contents decide which copy stays, not the order in which files arrived
numbered as (

    select
        *,
        count(*) over (partition by event_id) as copy_count,
        row_number() over (
            partition by event_id
            order by event_at, fingerprint, source_file, source_row
        ) as copy_number,
        first_value(fingerprint) over (
            partition by event_id
            order by event_at, fingerprint, source_file, source_row
        ) as kept_fingerprint
    from fingerprinted

),

copies as (

    select
        event_id,
        source_file,
        checked_row,
        case
            when copy_number = 1 then null
            when fingerprint = kept_fingerprint then 'exact_repeat'
            else 'conflicting_event_id'
        end as rejection_reason,
        source_amount,
        source_row
    from numbered
    where copy_count > 1

)

select * from copies
