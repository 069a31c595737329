with features as (

    select * from {{ ref('stg_customer_model__features') }}
    where rejection_reason is null

),

-- The file has no rows of customers. Make one for each; it stands in no line of a file
described as (

    select distinct
        customer_id,
        cast(null as string) as gender,
        cast(null as string) as country,
        cast(null as string) as state,
        cast(null as string) as city,
        cast(null as string) as source_file,
        cast(null as string) as rejection_reason,
        cast(null as int) as age,
        cast(null as decimal(18, 4)) as salary,
        cast(null as bigint) as source_row,
        cast(null as timestamp) as signed_up_at
    from features

)

select * from described
