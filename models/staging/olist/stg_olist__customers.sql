with base as (

    select * from {{ ref('base_olist__customers') }}

),

typed as (

    select
        {{ text_value('customer_id') }} as order_customer_id,
        {{ text_value('customer_unique_id') }} as customer_id,
        {{ zero_padded('customer_zip_code_prefix', 5) }} as zip_prefix,
        {{ text_value('customer_city') }} as city,
        {{ text_value('customer_state') }} as state,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when {{ text_value('customer_id') }} is null then 'no_order_customer'
            when {{ text_value('customer_unique_id') }} is null then 'no_customer'
        end as unreadable_reason,
        source_row
    from base

),

-- number duplicates among readable rows only
numbered as (

    select
        *,
        row_number() over (
            partition by order_customer_id, unreadable_reason
            order by source_file, source_row
        ) as copy_number
    from typed

),

judged as (

    select
        order_customer_id,
        customer_id,
        zip_prefix,
        city,
        state,
        source_file,
        case
            when unreadable_reason is not null then unreadable_reason
            when copy_number > 1 then 'repeated_order_customer'
        end as rejection_reason,
        source_row
    from numbered

)

select * from judged
