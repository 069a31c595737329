-- Nothing is lost: in each file, rows in = rows kept + rejected + repeated, and the events kept are
-- exactly the rows of fct_events. Events that a source makes of an order's facts are no raw rows.
{%- set pairs = source_entities().items() | selectattr('1.becomes', 'equalto', 'events') %}
{%- set entities = pairs | map('first') | join("', '") %}
with unreconciled as (

    select
        entity || ' file ' || source_file || ' does not add up: ' || cast(rows_in as string)
        || ' rows in, ' || cast(rows_kept as string) || ' kept, '
        || cast(rows_rejected as string) || ' rejected, ' || cast(rows_repeated as string)
        || ' repeated; money ' || cast(amount_in as string) || ' in, '
        || cast(amount_kept as string) || ' kept, ' || cast(amount_rejected as string)
        || ' rejected, ' || cast(amount_repeated as string)
        || ' repeated; a staging model loses, doubles or changes rows' as finding
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

events as (

    select count(*) as row_count from {{ ref('fct_events') }}

),

mart_events as (

    select events.row_count - made_events.row_count as row_count
    from events
    cross join made_events

)

select * from unreconciled

union all

select
    'fct_events has ' || cast(mart_events.row_count as string) || ' rows, but '
    || cast(kept_events.rows_kept as string)
    || ' rows were kept of the files; a model between staging and fct_events loses or doubles rows'
        as finding
from kept_events
cross join mart_events
where kept_events.rows_kept <> mart_events.row_count
