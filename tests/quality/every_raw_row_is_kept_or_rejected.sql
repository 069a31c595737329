-- Nothing is lost: in each file, rows in = rows kept + rejected + repeated, and the events kept are
-- exactly the rows of fct_events. Events that a source makes of an order's facts are no raw rows.
{%- set pairs = source_entities().items() | selectattr('1.becomes', 'equalto', 'events') %}
{%- set entities = pairs | map('first') | join("', '") %}
with unreconciled as (

    select
        source_file,
        rows_in,
        rows_kept
    from {{ ref('source_reconciliation') }}
    where not is_reconciled

),

kept_events as (

    select coalesce(sum(rows_kept), 0) as rows_kept
    from {{ ref('source_reconciliation') }}
    where entity in ('{{ entities }}')

),

made_events as (

    select count(*) as row_count
    from {{ ref('int_events_checked') }}
    where
        source_row is null
        and rejection_reason is null

),

mart_events as (

    select events.row_count - made_events.row_count as row_count
    from made_events
    cross join (
        select count(*) as row_count from {{ ref('fct_events') }}
    ) as events

)

select * from unreconciled

union all

select
    'all files' as source_file,
    mart_events.row_count as rows_in,
    kept_events.rows_kept
from kept_events
cross join mart_events
where kept_events.rows_kept <> mart_events.row_count
