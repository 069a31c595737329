-- Exactly the buyers are scored, each in a segment, equal values with equal scores.
with buyers as (

    select customer_id from {{ ref('dim_customers') }}
    where
        order_count > 0
        and not is_excluded

),

unmatched as (

    select
        'customer ' || coalesce(buyers.customer_id, scored.customer_id)
        || case
            when scored.customer_id is null then ' bought, but is not in customer_rfm'
            else ' is in customer_rfm, but did not buy'
        end as finding
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
        'customers with {{ value }} ' || cast({{ value }} as string)
        || ' have different scores in customer_rfm' as finding
    from {{ ref('customer_rfm') }}
    where rfm_segment <> 'Guests'
    group by {{ value }}
    having min({{ score }}_score) <> max({{ score }}_score)
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

lost_in_segments as (

    select
        'rfm_segments adds up to ' || cast(sum(customers) as string)
        || ' customers, which are not the buyers' as finding
    from {{ ref('rfm_segments') }}
    having sum(customers) <> (select count(*) from buyers)

)

select * from unmatched
union all
select * from unequal
union all
select * from lost_in_segments
