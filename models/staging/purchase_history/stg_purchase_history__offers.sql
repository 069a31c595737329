with base as (

    select * from {{ ref('base_purchase_history__offers') }}

),

cleaned as (

    select
        {{ text_value('customer_id') }} as customer_id,
        {{ text_value('product_id') }} as product_id,
        {{ text_value('gender') }} as gender,
        {{ text_value('age') }} as raw_age,
        {{ text_value('salary') }} as raw_salary,
        {{ text_value('price') }} as raw_price,
        lower(trim({{ text_value('purchased') }})) as raw_purchased,
        malformed_reason,
        source_file,
        source_row
    from base

),

typed as (

    select
        customer_id,
        product_id,
        lower(trim(gender)) as gender,
        source_file,
        {{ whole_number('raw_age') }} as age,
        {{ decimal_value('raw_salary') }} as salary,
        {{ decimal_value('raw_price') }} as price,
        source_row,
        case
            when raw_purchased in ('1', '1.0', 'true', 'yes') then true
            when raw_purchased in ('0', '0.0', 'false', 'no') then false
        end as is_purchased,
        malformed_reason,
        raw_age,
        raw_salary,
        raw_price
    from cleaned

),

judged as (

    select
        customer_id,
        product_id,
        gender,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when customer_id is null then 'no_customer'
            when is_purchased is null then 'unparseable_purchased'
            when raw_age is not null and age is null then 'unparseable_age'
            when age not between 0 and 130 then 'implausible_age'
            when raw_salary is not null and salary is null then 'unparseable_salary'
            when salary < 0 then 'negative_salary'
            when raw_price is not null and price is null then 'unparseable_price'
            when price < 0 then 'negative_price'
        end as rejection_reason,
        age,
        salary,
        price,
        source_row,
        is_purchased
    from typed

)

select * from judged
