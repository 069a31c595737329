with rejected as (

    select * from {{ ref('int_source_rejected') }}

),

described as (

    select
        entity,
        source_file,
        rejection_reason,
        raw_row,
        rejected_value,
        amount,
        source_row
    from rejected

)

select * from described
