{#-
    Whose events fct_events must look at again, and from when on: customers of events that came, went,
    changed hands or took another price, and all who share a session id with them. From recompute_from on
    a customer's events can be cut into sessions without knowing the earlier ones.
-#}
{{ config(meta={'holds': 'changes'}, post_hook="{{ record_progress() }}") }}
{%- set always = "cast('0001-01-01' as timestamp)" %}
-- depends_on: {{ ref('int_events_checked') }}
-- depends_on: {{ ref('int_events_repeated') }}
-- depends_on: {{ ref('int_visitor_owners') }}
-- depends_on: {{ ref('int_product_changes') }}
{% if will_go_on('fct_events') -%}
{%- set done = done_load('fct_events') -%}
with recursive owners as (

    select * from {{ ref('int_visitor_owners') }}

),

-- int_events_checked is named at each reading: of one CTE, DuckDB would hold all rows
changed_events as (

    select
        customer_id,
        visitor_id,
        session_id,
        event_at
    from {{ ref('int_events_checked') }}
    where
        rejection_reason is null
        and load_id > {{ done }}

    union all

    select
        customer_id,
        visitor_id,
        session_id,
        event_at
    from state.removed_events
    where load_id > {{ done }}

    union all

    select
        customer_id,
        visitor_id,
        session_id,
        event_at
    from {{ ref('int_events_repeated') }}
    where load_id > {{ done }}

    union all

    -- of a visitor whose owner changed, everything changed hands
    select
        customer_id,
        visitor_id,
        session_id,
        event_at
    from {{ ref('int_events_checked') }}
    where
        rejection_reason is null
        and load_id <= {{ done }}
        and visitor_id in (select owners.visitor_id from owners where owners.load_id > {{ done }})

    union all

    -- a line that came or went can make another line of its order a repeat, or no repeat any more
    select
        customer_id,
        visitor_id,
        session_id,
        event_at
    from {{ ref('int_events_checked') }}
    where
        rejection_reason is null
        and order_id in ({{ changed_orders(done) }})

    union all

    select
        customer_id,
        null as visitor_id,
        null as session_id,
        event_at
    from {{ earlier('fct_events') }}
    where
        product_id in (
            select product_changes.product_id from {{ ref('int_product_changes') }} as product_changes
            where product_changes.load_id > {{ done }}
        )

),

changed_sessions as (

    select distinct session_id from changed_events

),

involved_events as (

    select
        customer_id,
        visitor_id,
        event_at
    from changed_events

    union all

    select
        customer_id,
        visitor_id,
        event_at
    from {{ ref('int_events_checked') }}
    where
        rejection_reason is null
        and session_id in (select changed_sessions.session_id from changed_sessions)

),

involved as (

    select
        customer_id,
        visitor_id,
        min(event_at) as changed_from
    from involved_events
    group by customer_id, visitor_id

),

-- a visitor's former and present owners, and the visitor without one
candidates as (

    select
        customer_id,
        changed_from
    from involved

    union all

    select
        visitor_id as customer_id,
        changed_from
    from involved

    union all

    select
        owners.customer_id,
        involved.changed_from
    from involved
    inner join owners
        on involved.visitor_id = owners.visitor_id

),

touched as (

    select
        customer_id,
        min(changed_from) as changed_from
    from candidates
    where customer_id is not null
    group by customer_id

),

-- who shares a doubtful session id is handled together, as a whole, and so on from one to the next
linked as (

    select doubtful.customer_id
    from {{ earlier('int_session_ids_doubtful') }} as doubtful
    inner join touched
        on doubtful.customer_id = touched.customer_id

    union

    select other.customer_id
    from linked
    inner join {{ earlier('int_session_ids_doubtful') }} as doubtful
        on linked.customer_id = doubtful.customer_id
    inner join {{ earlier('int_session_ids_doubtful') }} as other
        on doubtful.source_session_id = other.source_session_id

),

-- they, and bots, whose flag depends on any of their days, are read from their first event on
read_whole as (

    select customer_id from linked

    union

    select customer_id from {{ earlier('int_customers_excluded') }}
    where is_bot

    union

    select customer_id from {{ earlier('fct_events') }}
    where is_bot

),

dated as (

    select
        touched.customer_id,
        -- a bot is told by all events of a day, in whatever time zone
        {{ dbt.dateadd('day', -2, 'touched.changed_from') }} as changed_from
    from touched
    left join read_whole
        on touched.customer_id = read_whole.customer_id
    where read_whole.customer_id is null

),

{% if will_go_on('fct_sessions') and not has_changes('fct_sessions') -%}
-- a session that was over for longer than any allowed gap is not continued
first_open_sessions as (

    select
        dated.customer_id,
        least(dated.changed_from, min(sessions.started_at)) as recompute_from
    from dated
    left join {{ earlier('fct_sessions') }} as sessions
        on
            dated.customer_id = sessions.customer_id
            and sessions.ended_at
            >= {{ dbt.dateadd('second', -var('session_id_gap_seconds'), 'dated.changed_from') }}
    group by dated.customer_id, dated.changed_from

),

-- no cut through a session that overlaps with another
cut_sessions as (

    select distinct first_open_sessions.customer_id
    from first_open_sessions
    inner join {{ earlier('fct_sessions') }} as sessions
        on
            first_open_sessions.customer_id = sessions.customer_id
            and first_open_sessions.recompute_from > sessions.started_at
            and first_open_sessions.recompute_from <= sessions.ended_at

),

bounded as (

    select
        first_open_sessions.customer_id,
        first_open_sessions.recompute_from
    from first_open_sessions
    left join cut_sessions
        on first_open_sessions.customer_id = cut_sessions.customer_id
    where cut_sessions.customer_id is null

),
{%- else -%}
-- the sessions are older than the events: they do not tell where to cut
bounded as (

    select
        customer_id,
        changed_from as recompute_from
    from dated
    where false

),
{%- endif %}

changed_customers as (

    select
        touched.customer_id,
        coalesce(bounded.recompute_from, {{ always }}) as recompute_from
    from touched
    left join bounded
        on touched.customer_id = bounded.customer_id

    union

    select
        linked.customer_id,
        {{ always }} as recompute_from
    from linked

)

select
    customer_id,
    min(recompute_from) as recompute_from
from changed_customers
group by customer_id
{%- else -%}
select
    cast(null as string) as customer_id,
    cast(null as timestamp) as recompute_from
where false
{%- endif %}
