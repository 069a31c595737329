{#-
    History: a row for each time that a visitor's owner was told or changed, none is ever taken out. The
    latest load says who owns a visitor now, earlier ones whose its events were.
-#}
{{ config(materialized='incremental', post_hook="{{ record_progress() }}") }}

with accepted as (

    select
        visitor_id,
        customer_id
    from {{ ref('int_events_checked') }}
    where
        rejection_reason is null
        and visitor_id is not null
    {% if is_incremental() -%}
        and visitor_id in ({{ changed_keys('visitor_id') }})
    {%- endif %}

),

-- only visitors who were seen without a known customer need an owner
unknown_visitors as (

    select
        visitor_id,
        min(customer_id) as first_customer_id,
        max(customer_id) as last_customer_id
    from accepted
    group by visitor_id
    having count(customer_id) < count(*)

),

-- two known customers on one device: nobody can tell whose its anonymous visits are
owners as (

    select
        visitor_id,
        case when first_customer_id = last_customer_id then first_customer_id end as customer_id,
        cast({{ load_id() }} as bigint) as load_id
    from unknown_visitors

)
{%- if is_incremental() %},

told_before as (

    select
        visitor_id,
        max_by(coalesce(customer_id, ''), load_id) as customer_id
    from {{ this }}
    where visitor_id in ({{ changed_keys('visitor_id') }})
    group by visitor_id

),

changed_owners as (

    select owners.*
    from owners
    left join told_before
        on owners.visitor_id = told_before.visitor_id
    where
        told_before.visitor_id is null
        or coalesce(owners.customer_id, '') <> told_before.customer_id

)

select * from changed_owners
{%- else %}

select * from owners
{%- endif %}
