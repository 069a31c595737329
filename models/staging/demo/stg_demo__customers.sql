with base as (

    select * from {{ ref('base_demo__customers') }}

),

typed as (

    select
        {{ text_value('customer_id') }} as customer_id,
        {{ text_value('gender') }} as gender,
        {{ text_value('country') }} as country,
        {{ text_value('state') }} as state,
        {{ text_value('city') }} as city,
        source_file,
        malformed_reason as rejection_reason,
        {{ whole_number('age') }} as age,
        {{ decimal_value('salary') }} as salary,
        source_row,
        {{ to_utc('signed_up_at') }} as signed_up_at
    from base

)

select * from typed
