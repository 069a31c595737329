with accepted as (

    select * from {{ ref('int_events_checked') }}
    where rejection_reason is null

),

known_owners as (

    select
        anonymous_id,
        customer_id
    from accepted
    where
        anonymous_id is not null
        and customer_id is not null
    group by anonymous_id, customer_id

),

-- two known customers on one device: nobody can tell whose its anonymous visits are
owned_by_one as (

    select
        anonymous_id,
        min(customer_id) as customer_id
    from known_owners
    group by anonymous_id
    having count(*) = 1

)

select * from owned_by_one
