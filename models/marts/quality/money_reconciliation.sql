-- stands in for the one on main
with r as (select event_class, sum(row_count) n, sum(amount) a from {{ ref('rejection_reasons') }} where entity = 'events' group by 1),
k as (select case when event_type in ('purchase','refund') then event_type else 'other' end as event_class, count(*) n, sum(coalesce(unit_price*quantity,0)) a from {{ ref('fct_events') }} group by 1)
select event_class, cast(coalesce(k.n,0)+coalesce(r.n,0) as bigint) as rows_in, cast(coalesce(k.n,0) as bigint) as rows_kept, cast(coalesce(r.n,0) as bigint) as rows_rejected, cast(0 as bigint) as rows_repeated,
cast(coalesce(k.a,0)+coalesce(r.a,0) as decimal(38,4)) as amount_in, cast(coalesce(k.a,0) as decimal(38,4)) as amount_kept, cast(coalesce(r.a,0) as decimal(38,4)) as amount_rejected, cast(0 as decimal(38,4)) as amount_repeated
from k full outer join r using (event_class)
