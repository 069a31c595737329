with base as (

    select * from {{ ref('base_olist__sellers') }}

),

typed as (

    select
        {{ text_value('seller_id') }} as seller_id,
        {{ zero_padded('seller_zip_code_prefix', 5) }} as zip_prefix,
        {{ text_value('seller_city') }} as city,
        {{ text_value('seller_state') }} as state,
        source_file,
        malformed_reason,
        source_row
    from base

),

numbered as (

    select
        *,
        row_number() over (partition by seller_id order by source_file, source_row) as copy_number
    from typed

),

judged as (

    select
        seller_id,
        zip_prefix,
        city,
        state,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when seller_id is null then 'no_seller'
            when copy_number > 1 then 'repeated_seller_id'
        end as rejection_reason,
        source_row
    from numbered

)

select * from judged
