with base as (

    select * from {{ ref('base_olist__payments') }}

),

typed as (

    select
        {{ text_value('order_id') }} as order_id,
        {{ text_value('payment_type') }} as payment_type,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when {{ text_value('order_id') }} is null then 'no_order'
            when {{ whole_number('payment_sequential') }} is null
                then 'unparseable_payment_sequential'
            when
                {{ text_value('payment_installments') }} is not null
                and {{ whole_number('payment_installments') }} is null
                then 'unparseable_payment_installments'
            when
                {{ text_value('payment_value') }} is not null
                and {{ decimal_value('payment_value') }} is null
                then 'unparseable_payment_value'
            when {{ decimal_value('payment_value') }} < 0 then 'negative_amount'
            when {{ decimal_value('payment_value') }} >= 1e9 then 'amount_too_large'
        end as unreadable_reason,
        {{ whole_number('payment_sequential') }} as payment_number,
        {{ whole_number('payment_installments') }} as installment_count,
        {{ decimal_value('payment_value') }} as payment_value,
        source_row
    from base

),

-- number duplicates among readable rows only
numbered as (

    select
        *,
        row_number() over (
            partition by order_id, payment_number, unreadable_reason
            order by source_file, source_row
        ) as copy_number
    from typed

),

judged as (

    select
        order_id,
        payment_type,
        source_file,
        case
            when unreadable_reason is not null then unreadable_reason
            when copy_number > 1 then 'repeated_payment'
        end as rejection_reason,
        payment_number,
        installment_count,
        payment_value,
        source_row
    from numbered

)

select * from judged
