with customers as (

    select * from {{ ref('dim_customers') }}
    where
        not is_excluded
        and coalesce(gender, country, cast(age as string), cast(salary as string)) is not null

),

offers as (

    select
        customer_id,
        cast(sum(price) as double) / nullif(count(price), 0) as mean_offer_price
    from {{ ref('int_source_offers') }}
    where rejection_reason is null
    group by customer_id

),

described as (

    select
        customers.customer_id,
        case lower(trim(customers.gender))
            when 'f' then 'female'
            when 'm' then 'male'
            else lower(trim(customers.gender))
        end as gender,
        customers.country,
        customers.age,
        customers.salary,
        case
            when lower(trim(customers.gender)) in ('f', 'female') then 1
            when lower(trim(customers.gender)) in ('m', 'male') then 0
        end as is_female,
        offers.mean_offer_price,
        customers.has_purchased,
        customers.session_count,
        customers.order_count,
        customers.net_revenue
    from customers
    left join offers
        on customers.customer_id = offers.customer_id

)

select * from described
