{{ config(materialized='view') }}

with owners as (

    select
        visitor_id,
        max_by(coalesce(customer_id, ''), load_id) as customer_id
    from {{ ref('int_visitor_owners') }}
    group by visitor_id

),

identified as (

    select
        visitor_id,
        customer_id
    from owners
    where customer_id <> ''

)

select * from identified
