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

-- shops write female, Female or F
genders_read as (

    select
        *,
        case lower(trim(gender))
            when 'f' then 'female'
            when 'm' then 'male'
            else lower(trim(gender))
        end as gender_name
    from customers

),

described as (

    select
        genders_read.customer_id,
        genders_read.gender_name as gender,
        genders_read.country,
        genders_read.age,
        genders_read.salary,
        case genders_read.gender_name when 'female' then 1 when 'male' then 0 end as is_female,
        offers.mean_offer_price,
        genders_read.has_purchased,
        genders_read.session_count,
        genders_read.order_count,
        genders_read.net_revenue
    from genders_read
    left join offers
        on genders_read.customer_id = offers.customer_id

)

select * from described
