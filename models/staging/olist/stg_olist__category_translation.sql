with base as (

    select * from {{ ref('base_olist__category_translation') }}

),

typed as (

    select
        {{ text_value('product_category_name') }} as category,
        {{ text_value('product_category_name_english') }} as category_in_english,
        source_file,
        malformed_reason,
        source_row
    from base

),

numbered as (

    select
        *,
        row_number() over (partition by category order by source_file, source_row) as copy_number
    from typed

),

judged as (

    select
        category,
        category_in_english,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when category is null then 'no_category'
            when copy_number > 1 then 'repeated_category'
        end as rejection_reason,
        source_row
    from numbered

)

select * from judged
