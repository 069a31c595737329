{#- Which marts answer questions, and which of their rows say something. -#}
{%- set evidence = {
    'fct_sessions': 'true', 'fct_orders': 'true', 'fct_funnel_progress': 'steps_completed > 0',
    'fct_experiment_exposures': 'true', 'customer_rfm': 'true', 'customer_clusters': 'true',
    'customer_churn_scores': 'true', 'customer_demographics': 'true', 'customer_features': 'true',
} -%}
with questions as (

    select * from {{ ref('insight_questions') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}
    where not is_excluded

),

orders as (

    select * from {{ ref('fct_orders') }}

),

customers as (

    select * from {{ ref('dim_customers') }}
    where not is_excluded

),

row_counts as (

    {% for table, condition in evidence.items() -%}
    select
        '{{ table }}' as evidence_table,
        count(*) as row_count
    from {{ ref(table) }}
    where {{ condition }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- an empty mart says that the source has not what its question needs
unanswered as (

    select
        questions.insight_id,
        questions.question,
        'Not answerable from this source, which lacks ' || questions.needs || '.' as finding,
        cast(null as double) as figure,
        questions.evidence_table
    from questions
    inner join row_counts
        on questions.evidence_table = row_counts.evidence_table
    where row_counts.row_count = 0

),

buyers as (

    select
        customer_id,
        count(*) as order_count
    from orders
    group by customer_id

),

repeats as (

    select
        count(*) as buyer_count,
        sum(order_count) as order_count,
        sum(case when order_count > 1 then 1 else 0 end) as repeat_buyer_count
    from buyers

),

-- of customers, not of orders: a refund may name no order
revenues as (

    select sum(net_revenue) as net_revenue from customers

),

sales as (

    select
        repeats.*,
        revenues.net_revenue
    from repeats
    cross join revenues

),

visits as (

    select
        count(*) as session_count,
        sum(case when has_purchase then 1 else 0 end) as converted_count
    from sessions

),

answered as (

    select
        'orders' as insight_id,
        cast(order_count as string) || ' orders by ' || cast(buyer_count as string)
        || ' customers brought ' || cast(cast(net_revenue as decimal(18, 2)) as string)
        || ' after refunds.' as finding,
        cast(net_revenue as double) as figure
    from sales
    where buyer_count > 0

    union all

    select
        'rfm' as insight_id,
        cast(repeat_buyer_count as string) || ' of ' || cast(buyer_count as string)
        || ' buyers ordered more than once.' as finding,
        cast(repeat_buyer_count as double) / buyer_count as figure
    from sales
    where buyer_count > 0

    union all

    select
        'sessions' as insight_id,
        cast(converted_count as string) || ' of ' || cast(session_count as string)
        || ' sessions ended in a purchase.' as finding,
        cast(converted_count as double) / session_count as figure
    from visits
    where session_count > 0

),

findings as (

    select
        insight_id,
        question,
        finding,
        figure,
        evidence_table
    from unanswered

    union all

    select
        questions.insight_id,
        questions.question,
        answered.finding,
        answered.figure,
        questions.evidence_table
    from answered
    inner join questions
        on answered.insight_id = questions.insight_id

)

select * from findings
