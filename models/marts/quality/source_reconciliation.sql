with raw_rows as (

    select
        'events' as entity,
        source_file,
        count(*) as rows_in
    from {{ ref('int_source_events') }}
    group by source_file

    union all

    select
        'customers' as entity,
        source_file,
        count(*) as rows_in
    from {{ ref('int_source_customers') }}
    group by source_file

    union all

    select
        'products' as entity,
        source_file,
        count(*) as rows_in
    from {{ ref('int_source_products') }}
    group by source_file

),

accepted_rows as (

    select
        'events' as entity,
        source_file,
        count(*) as rows_accepted
    from {{ ref('int_events_checked') }}
    where rejection_reason is null
    group by source_file

    union all

    select
        'customers' as entity,
        source_file,
        count(*) as rows_accepted
    from {{ ref('int_customers_checked') }}
    where rejection_reason is null
    group by source_file

    union all

    select
        'products' as entity,
        source_file,
        count(*) as rows_accepted
    from {{ ref('int_products_checked') }}
    where rejection_reason is null
    group by source_file

),

-- copies of an event are found among the accepted rows, the other reasons before
refused_rows as (

    select
        entity,
        source_file,
        sum(case when rejection_reason = 'exact_repeat' then 1 else 0 end) as rows_repeated,
        sum(case when rejection_reason <> 'exact_repeat' then 1 else 0 end) as rows_rejected,
        sum(
            case when rejection_reason in ('exact_repeat', 'conflicting_event_id') then 1 else 0 end
        ) as copies
    from {{ ref('rejected_events') }}
    group by entity, source_file

),

counted as (

    select
        raw_rows.entity,
        raw_rows.source_file,
        raw_rows.rows_in,
        coalesce(accepted_rows.rows_accepted, 0) - coalesce(refused_rows.copies, 0) as rows_kept,
        coalesce(refused_rows.rows_rejected, 0) as rows_rejected,
        coalesce(refused_rows.rows_repeated, 0) as rows_repeated
    from raw_rows
    left join accepted_rows
        on
            raw_rows.entity = accepted_rows.entity
            and raw_rows.source_file = accepted_rows.source_file
    left join refused_rows
        on
            raw_rows.entity = refused_rows.entity
            and raw_rows.source_file = refused_rows.source_file

),

reconciled as (

    select
        entity,
        source_file,
        rows_in,
        cast(rows_kept as bigint) as rows_kept,
        cast(rows_rejected as bigint) as rows_rejected,
        cast(rows_repeated as bigint) as rows_repeated,
        rows_in = rows_kept + rows_rejected + rows_repeated as is_reconciled
    from counted

)

select * from reconciled
