with source_customers as (

    select * from {{ ref('int_source_customers') }}

),

placeholder_ids as (

    select distinct lower(trim(placeholder)) as placeholder from {{ ref('placeholder_ids') }}

),

-- words that exports write for nobody are no customer ids
identified as (

    select
        source_customers.*,
        case when placeholder_ids.placeholder is null then source_customers.customer_id end
            as known_customer_id
    from source_customers
    left join placeholder_ids
        on lower(source_customers.customer_id) = placeholder_ids.placeholder

),

-- copies count among readable rows only
numbered as (

    select
        *,
        row_number() over (
            partition by known_customer_id, rejection_reason
            order by signed_up_at nulls last, source_file, source_row
        ) as copy_number
    from identified

),

judged as (

    select
        known_customer_id as customer_id,
        gender,
        country,
        state,
        city,
        source_file,
        case
            when rejection_reason is not null then rejection_reason
            when known_customer_id is null then 'no_customer'
            when copy_number > 1 then 'repeated_customer_id'
        end as rejection_reason,
        age,
        salary,
        source_row,
        signed_up_at
    from numbered

)

select * from judged
