with accepted as (

    select
        {{ visitor_id() }} as visitor_id,
        customer_id
    from {{ ref('int_events_checked') }}
    where rejection_reason is null

),

-- only visitors who were seen without a known customer need one
unknown_visitors as (

    select distinct visitor_id
    from accepted
    where customer_id is null

),

known_owners as (

    select distinct
        accepted.visitor_id,
        accepted.customer_id
    from accepted
    inner join unknown_visitors
        on accepted.visitor_id = unknown_visitors.visitor_id
    where accepted.customer_id is not null

),

-- two known customers on one device: nobody can tell whose its anonymous visits are
owned_by_one as (

    select
        visitor_id,
        min(customer_id) as customer_id
    from known_owners
    group by visitor_id
    having count(*) = 1

)

select * from owned_by_one
