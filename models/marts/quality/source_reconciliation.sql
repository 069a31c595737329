with raw_rows as (

    select * from {{ ref('int_source_rows') }}

),

accepted as (

    select * from {{ ref('int_source_accepted') }}

),

-- int_source_accepted still counts surplus copies of events as accepted: take them off
refused as (

    select
        entity,
        source_file,
        sum(case when rejection_reason = 'exact_repeat' then 1 else 0 end) as rows_repeated,
        sum(case when rejection_reason <> 'exact_repeat' then 1 else 0 end) as rows_rejected,
        sum(
            case when rejection_reason in ('exact_repeat', 'conflicting_event_id') then 1 else 0 end
        ) as copies,
        sum(case when rejection_reason = 'exact_repeat' then amount else 0 end) as amount_repeated,
        sum(case when rejection_reason <> 'exact_repeat' then amount else 0 end) as amount_rejected,
        sum(
            case
                when rejection_reason in ('exact_repeat', 'conflicting_event_id') then amount else 0
            end
        ) as amount_of_copies
    from {{ ref('rejected_events') }}
    group by entity, source_file

),

counted as (

    select
        raw_rows.entity,
        raw_rows.source_file,
        raw_rows.row_count as rows_in,
        coalesce(accepted.row_count, 0) - coalesce(refused.copies, 0) as rows_kept,
        coalesce(refused.rows_rejected, 0) as rows_rejected,
        coalesce(refused.rows_repeated, 0) as rows_repeated,
        raw_rows.amount as amount_in,
        coalesce(accepted.amount, 0) - coalesce(refused.amount_of_copies, 0) as amount_kept,
        coalesce(refused.amount_rejected, 0) as amount_rejected,
        coalesce(refused.amount_repeated, 0) as amount_repeated
    from raw_rows
    left join accepted
        on
            raw_rows.entity = accepted.entity
            and raw_rows.source_file = accepted.source_file
    left join refused
        on
            raw_rows.entity = refused.entity
            and raw_rows.source_file = refused.source_file

),

reconciled as (

    select
        entity,
        source_file,
        rows_in,
        cast(rows_kept as bigint) as rows_kept,
        cast(rows_rejected as bigint) as rows_rejected,
        cast(rows_repeated as bigint) as rows_repeated,
        cast(amount_in as decimal(38, 4)) as amount_in,
        cast(amount_kept as decimal(38, 4)) as amount_kept,
        cast(amount_rejected as decimal(38, 4)) as amount_rejected,
        cast(amount_repeated as decimal(38, 4)) as amount_repeated,
        rows_in = rows_kept + rows_rejected + rows_repeated
        and amount_in = amount_kept + amount_rejected + amount_repeated as is_reconciled
    from counted

)

select * from reconciled
