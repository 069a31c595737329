with counted as (

    select * from {{ ref('int_events_counted') }}

),

outcomes_named as (

    select
        *,
        case
            when rejection_reason is null then 'kept'
            when rejection_reason in ('exact_repeat', 'repeated_purchase') then 'repeated'
            else 'rejected'
        end as outcome
    from counted

),

reconciled as (

    select
        event_class,
        cast(sum(row_count) as bigint) as rows_in,
        cast(sum(case when outcome = 'kept' then row_count else 0 end) as bigint)
            as rows_kept,
        cast(sum(case when outcome = 'rejected' then row_count else 0 end) as bigint)
            as rows_rejected,
        cast(sum(case when outcome = 'repeated' then row_count else 0 end) as bigint)
            as rows_repeated,
        cast(sum(amount) as decimal(38, 4)) as amount_in,
        cast(sum(case when outcome = 'kept' then amount else 0 end) as decimal(38, 4))
            as amount_kept,
        cast(sum(case when outcome = 'rejected' then amount else 0 end) as decimal(38, 4))
            as amount_rejected,
        cast(sum(case when outcome = 'repeated' then amount else 0 end) as decimal(38, 4))
            as amount_repeated
    from outcomes_named
    group by event_class

)

select * from reconciled
