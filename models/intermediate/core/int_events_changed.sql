{#-
    What this run changes in fct_events: ids to take out, and whose events, in which session, they were
    or become. Empty where fct_events is made anew or stands still.
-#}
{{ config(meta={'holds': 'changes'}, post_hook="{{ record_progress() }}") }}
-- depends_on: {{ ref('int_customers_changed') }}
-- depends_on: {{ ref('int_events_checked') }}
-- depends_on: {{ ref('int_events_repeated') }}
-- depends_on: {{ ref('int_events_resolved') }}
-- depends_on: {{ ref('int_customers_excluded') }}
-- depends_on: {{ ref('int_product_changes') }}
{% if will_go_on('fct_events') and is_in_step('int_events_changed') -%}
{%- set done = done_load('fct_events') -%}
with resolved as (

    select
        event_id,
        customer_id,
        session_id,
        is_identified,
        is_bot,
        is_excluded,
        event_at
    from {{ ref('int_events_resolved') }}

),

changed_customers as (

    select * from {{ ref('int_customers_changed') }}

),

-- what stands of the customers whose events were looked at again; fct_events is named at each reading,
-- because of one CTE, DuckDB would hold all rows
stored_of_changed as (
    {% for reach in ['usual', 'further_back'] %}
    select
        stored.event_id,
        stored.customer_id,
        stored.session_id,
        stored.product_id,
        stored.is_identified,
        stored.is_bot,
        stored.is_excluded,
        stored.event_at
    from {{ earlier('fct_events') }} as stored
    inner join changed_customers
        on
            stored.customer_id = changed_customers.customer_id
            and stored.event_at >= changed_customers.recompute_from
    {% if reach == 'usual' -%}
    where stored.event_at >= {{ usual_start() }}

    union all
    {%- else -%}
    where
        stored.event_at < {{ usual_start() }}
        and changed_customers.recompute_from < {{ usual_start() }}
    {%- endif %}
    {% endfor %}
),

-- rows that came or went, and other copies, may have other content under the same id
restated as (

    select event_id from {{ ref('int_events_checked') }}
    where load_id > {{ done }} and rejection_reason is null

    union

    select event_id from state.removed_events
    where load_id > {{ done }}

    union

    select event_id from {{ ref('int_events_repeated') }}
    where load_id > {{ done }}

    union

    select event_id from {{ ref('int_events_checked') }}
    where
        rejection_reason is null
        and order_id in ({{ changed_orders(done) }})

    union

    select stored.event_id
    from stored_of_changed as stored
    inner join {{ ref('int_product_changes') }} as product_changes
        on stored.product_id = product_changes.product_id
    where product_changes.load_id > {{ done }}

),

compared as (

    select
        coalesce(resolved.event_id, stored_of_changed.event_id) as event_id,
        stored_of_changed.customer_id as customer_id_before,
        stored_of_changed.session_id as session_id_before,
        resolved.customer_id,
        resolved.session_id,
        stored_of_changed.event_at as event_at_before,
        resolved.event_at,
        case
            when
                resolved.customer_id = stored_of_changed.customer_id
                and coalesce(resolved.session_id, '') = coalesce(stored_of_changed.session_id, '')
                and resolved.is_identified = stored_of_changed.is_identified
                and resolved.is_bot = stored_of_changed.is_bot
                and resolved.is_excluded = stored_of_changed.is_excluded
                then restated.event_id is not null
            else true
        end as is_changed
    from resolved
    full outer join stored_of_changed
        on resolved.event_id = stored_of_changed.event_id
    left join restated
        on coalesce(resolved.event_id, stored_of_changed.event_id) = restated.event_id

),

changed as (

    select
        event_id,
        customer_id_before,
        session_id_before,
        customer_id,
        session_id,
        event_at_before,
        event_at,
        false as is_flag_only
    from compared
    where is_changed

),

-- a customer who is a bot from now on was one all along, also before what was looked at again
newly_flagged as (

    select
        stored.event_id,
        stored.customer_id as customer_id_before,
        stored.session_id as session_id_before,
        stored.customer_id,
        stored.session_id,
        stored.event_at as event_at_before,
        stored.event_at,
        true as is_flag_only
    from {{ earlier('fct_events') }} as stored
    inner join {{ ref('int_customers_excluded') }} as excluded
        on stored.customer_id = excluded.customer_id
    inner join changed_customers
        on
            stored.customer_id = changed_customers.customer_id
            and stored.event_at < changed_customers.recompute_from
    where
        excluded.is_bot
        and not stored.is_bot

)

select * from changed
union all
select * from newly_flagged
{%- else -%}
select
    cast(null as string) as event_id,
    cast(null as string) as customer_id_before,
    cast(null as string) as session_id_before,
    cast(null as string) as customer_id,
    cast(null as string) as session_id,
    cast(null as timestamp) as event_at_before,
    cast(null as timestamp) as event_at,
    cast(null as boolean) as is_flag_only
where false
{%- endif %}
