with source_customers as (

    select * from {{ ref('int_source_customers') }}

),

-- copies count among readable rows only
numbered as (

    select
        *,
        row_number() over (
            partition by customer_id, rejection_reason
            order by signed_up_at nulls last, source_file, source_row
        ) as copy_number
    from source_customers

),

judged as (

    select
        customer_id,
        gender,
        country,
        state,
        city,
        source_file,
        case
            when rejection_reason is not null then rejection_reason
            when customer_id is null then 'no_customer'
            when copy_number > 1 then 'repeated_customer_id'
        end as rejection_reason,
        age,
        salary,
        source_row,
        signed_up_at
    from numbered

)

select * from judged
