-- Exactly the buyers are scored, each in a segment, equal values with equal scores.
with buyers as (

    select customer_id from {{ ref('dim_customers') }}
    where
        order_count > 0
        and not is_excluded

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

    select
        'one frequency, two scores' as problem,
        cast(frequency as string) as example
    from {{ ref('customer_rfm') }}
    group by frequency
    having min(f_score) <> max(f_score)

),

lost_in_segments as (

    select
        'segments do not add up' as problem,
        cast(sum(customers) as string) as example
    from {{ ref('rfm_segments') }}
    having sum(customers) <> (select count(*) from buyers)

)

select * from unmatched
union all
select * from unequal
union all
select * from lost_in_segments
