-- stands in for the one on main
with classed as (
    select entity, source_file, rejection_reason, amount, source_row, raw_row,
    case when entity <> 'events' then 'other' when raw_row like '%purchase%' then 'purchase' when raw_row like '%refund%' then 'refund' else 'other' end as event_class
    from {{ ref('rejected_events') }}
)
select entity, event_class, rejection_reason, count(*) as row_count, cast(sum(amount) as decimal(38,4)) as amount,
min_by(source_file, (source_file, source_row)) as example_source_file, min_by(source_row, (source_file, source_row)) as example_source_row, cast(null as string) as example_value
from classed where rejection_reason <> 'exact_repeat' group by 1,2,3
