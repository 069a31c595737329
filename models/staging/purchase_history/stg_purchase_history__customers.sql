with offers as (

    select * from {{ ref('stg_purchase_history__offers') }}
    where rejection_reason is null

),

-- of a customer with several offers, take what the first says
described as (

    select
        customer_id,
        gender,
        cast(null as string) as country,
        cast(null as string) as state,
        cast(null as string) as city,
        source_file,
        cast(null as string) as rejection_reason,
        age,
        salary,
        source_row,
        cast(null as timestamp) as signed_up_at
    from offers

)

select * from described
