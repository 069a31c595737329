-- Exactly the buyers are scored, each in a segment, equal values with equal scores.
with buyers as (

    select customer_id from {{ ref('dim_customers') }}
    where
        order_count > 0
        and not is_excluded

),

incomplete_grid as (

    select
        'the grid has no 25 cells' as problem,
        cast(count(*) as string) as example
    from {{ ref('rfm_segments_grid') }}
    where
        r_score between 1 and 5
        and fm_score between 1 and 5
    having count(*) <> 25

),

unmatched as (

    select
        'buyer and score do not match' as problem,
        coalesce(buyers.customer_id, scored.customer_id) as example
    from buyers
    full outer join {{ ref('customer_rfm') }} as scored
        on buyers.customer_id = scored.customer_id
    where
        buyers.customer_id is null
        or scored.customer_id is null

),

unequal as (
    {% for value, score in {'frequency': 'f', 'monetary': 'm', 'recency_days': 'r'}.items() %}
    select
        'one {{ value }}, two scores' as problem,
        cast({{ value }} as string) as example
    from {{ ref('customer_rfm') }}
    where rfm_segment <> 'Guests'
    group by {{ value }}
    having min({{ score }}_score) <> max({{ score }}_score)
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

lost_in_segments as (

    select
        'segments do not add up' as problem,
        cast(sum(customers) as string) as example
    from {{ ref('rfm_segments') }}
    having sum(customers) <> (select count(*) from buyers)

)

select * from incomplete_grid
union all
select * from unmatched
union all
select * from unequal
union all
select * from lost_in_segments
