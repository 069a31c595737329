-- Which sources of visits end in orders? Bots and test customers left out.
{{- say_unanswered(ref('fct_sessions'), 'visits') }}
select
    coalesce(traffic_source, 'unknown') as traffic_source,
    count(*) as sessions,
    avg(case when is_bounce then 1.0 else 0.0 end) as bounce_rate,
    avg(case when has_purchase then 1.0 else 0.0 end) as session_conversion_rate,
    sum(revenue) as revenue
from {{ ref('fct_sessions') }}
where not is_excluded
group by coalesce(traffic_source, 'unknown')
order by sessions desc nulls last
