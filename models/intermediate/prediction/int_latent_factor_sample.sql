{#- Each CTE reads the events itself, because DuckDB keeps a CTE that is read twice in memory. -#}
with clock as (

    select complete_until from {{ ref('int_as_of') }}

),
{% for kind in ['view', 'purchase'] %}
-- ordered by hash: as good as random, and the same visitors until the next month is complete
{{ kind }}_visitors as (

    select {{ visitor_of('events') }} as visitor_id
    from {{ ref('fct_events') }} as events
    cross join clock
    where {{ is_learned_from('events', kind) }}
    group by {{ visitor_of('events') }}
    order by md5({{ visitor_of('events') }}) asc, {{ visitor_of('events') }} asc
    limit 50000

),

{{ kind }}s as (

    select
        '{{ kind }}' as kind,
        visitors.visitor_id,
        events.product_id,
        count(*) as event_count
    from {{ ref('fct_events') }} as events
    inner join {{ kind }}_visitors as visitors
        on {{ visitor_of('events') }} = visitors.visitor_id
    cross join clock
    where {{ is_learned_from('events', kind) }}
    group by visitors.visitor_id, events.product_id

),
{% endfor %}
unioned as (

    select * from views
    union all
    select * from purchases

)

select * from unioned
