-- Too many refused rows mean a wrong set-up (a currency without a rate, a wrong time zone or file).
-- Surplus copies of good rows, and what var as_of leaves out, do not count.
with refused as (

    select
        entity,
        rejection_reason,
        count(*) as row_count,
        min(source_file || ':' || cast(source_row as string)) as example
    from {{ ref('rejected_events') }}
    where {{ is_refusal('rejection_reason') }}
    group by entity, rejection_reason

),

ranked as (

    select
        *,
        sum(row_count) over (partition by entity) as rows_refused,
        row_number() over (
            partition by entity
            order by row_count desc, rejection_reason asc
        ) as place
    from refused

),

read as (

    select
        entity,
        sum(rows_in) as rows_in
    from {{ ref('source_reconciliation') }}
    group by entity

)

select
    cast(ranked.rows_refused as string) || ' of ' || cast(read.rows_in as string) || ' rows of '
    || ranked.entity || ' were refused, most of them as ' || ranked.rejection_reason
    || ', such as ' || ranked.example || '; mend the files or the set-up, or raise var '
    || 'rejected_share_limit ({{ var("rejected_share_limit") }})' as finding
from ranked
inner join read
    on ranked.entity = read.entity
where
    ranked.place = 1
    and ranked.rows_refused > {{ var('rejected_share_limit') }} * read.rows_in
