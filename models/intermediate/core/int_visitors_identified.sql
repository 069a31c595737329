with accepted as (

    select
        visitor_id,
        customer_id
    from {{ ref('int_events_checked') }}
    where
        rejection_reason is null
        and visitor_id is not null

),

-- With two known customers on one device, nobody knows whose its anonymous visits are. A visitor
-- whose events all name a customer needs no owner
identified as (

    select
        visitor_id,
        min(customer_id) as customer_id
    from accepted
    group by visitor_id
    having
        count(customer_id) < count(*)
        and min(customer_id) = max(customer_id)

)

select * from identified
