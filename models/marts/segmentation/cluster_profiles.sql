with clusters as (

    select
        cast(customer_id as string) as customer_id,
        cast(cluster_id as int) as cluster_id
    from {{ ref('py_customer_clusters') }}

),

behaviour as (

    select * from {{ ref('int_customer_behaviour') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

actions as (

    select * from {{ ref('cluster_actions') }}

),

profiled as (

    select
        clusters.cluster_id,
        count(*) as customers,
        cast(sum(behaviour.session_count) as double) / count(*) as mean_session_count,
        cast(sum(behaviour.view_count) as double) / count(*) as mean_view_count,
        cast(sum(behaviour.add_to_cart_count) as double) / count(*) as mean_add_to_cart_count,
        cast(sum(behaviour.order_count) as double) / count(*) as mean_order_count,
        cast(sum(behaviour.net_revenue) as double) / count(*) as mean_net_revenue,
        cast(sum(behaviour.net_revenue) as double) / nullif(sum(behaviour.order_count), 0)
            as net_revenue_per_order,
        cast(sum(cast(behaviour.recency_days as decimal(18, 4))) as double) / count(*)
            as mean_recency_days,
        cast(sum(case when customers.has_purchased then 1 else 0 end) as double) / count(*)
            as buyer_share,
        cast(sum(customers.age) as double) / nullif(count(customers.age), 0) as mean_age,
        cast(sum(customers.salary) as double) / nullif(count(customers.salary), 0) as mean_salary
    from clusters
    inner join customers
        on clusters.customer_id = customers.customer_id
    left join behaviour
        on clusters.customer_id = behaviour.customer_id
    group by clusters.cluster_id

),

-- Buyers' clusters and visitors' clusters are named apart, so visitors never get a buyers' name
kinds_named as (

    select
        *,
        case
            when mean_recency_days is null then 'without_events'
            when buyer_share >= 0.5 then 'buying'
            when buyer_share >= 0.05 then 'mixed'
            else 'visiting'
        end as kind
    from profiled

),

ranked as (

    select
        *,
        rank() over (partition by kind order by mean_net_revenue desc) as value_rank,
        rank() over (partition by kind order by mean_order_count desc) as order_rank,
        rank() over (partition by kind order by net_revenue_per_order desc) as order_value_rank,
        rank() over (partition by kind order by mean_session_count desc) as session_rank,
        -- means over all customers, not only over those of this kind
        sum(mean_recency_days * customers) over () / sum(customers) over () as usual_recency_days,
        sum(mean_age * customers) over () / sum(customers) over () as usual_age,
        sum(mean_salary * customers) over () / sum(customers) over () as usual_salary
    from kinds_named

),

-- The name says in what the cluster ranks first, or that its customers have not been seen lately
named as (

    select
        *,
        case
            when kind = 'without_events'
                then
                    case when mean_age > usual_age then 'Older, ' else 'Younger, ' end
                    || case when mean_salary > usual_salary then 'higher' else 'lower' end
                    || ' salary'
            when kind = 'visiting' and mean_session_count = 0 then 'Without an order that counts'
            when kind = 'visiting' and mean_recency_days > usual_recency_days then 'Lapsed visitors'
            when kind = 'visiting' and session_rank = 1 then 'Active browsers'
            when kind = 'visiting' then 'Casual visitors'
            when kind = 'mixed' and mean_recency_days > usual_recency_days
                then 'Lapsed occasional buyers'
            when kind = 'mixed' then 'Occasional buyers'
            when value_rank = 1 then 'High-value customers'
            when mean_recency_days > usual_recency_days then 'Lapsing customers'
            when order_rank <= 2 then 'Frequent buyers'
            when order_value_rank <= 2 then 'Big-basket buyers'
            else 'Regular customers'
        end as base_name
    from ranked

),

-- clusters with the same name get numbers, the most valuable first
numbered as (

    select
        *,
        row_number() over (
            partition by base_name
            order by mean_net_revenue desc nulls last, cluster_id asc
        ) as name_number
    from named

),

described as (

    select
        numbered.cluster_id,
        case
            when numbered.name_number = 1 then numbered.base_name
            else numbered.base_name || ' ' || cast(numbered.name_number as string)
        end as cluster_name,
        actions.recommended_action,
        numbered.customers,
        cast(numbered.customers as double) / sum(numbered.customers) over () as customer_share,
        numbered.buyer_share,
        numbered.mean_session_count,
        numbered.mean_view_count,
        numbered.mean_add_to_cart_count,
        numbered.mean_order_count,
        numbered.mean_net_revenue,
        numbered.net_revenue_per_order,
        numbered.mean_recency_days,
        numbered.mean_age,
        numbered.mean_salary
    from numbered
    left join actions
        on numbered.base_name = actions.cluster_name

)

select * from described
