{#- The marts that answer questions, and the condition for rows that count as an answer. -#}
{%- set evidence = {
    'fct_sessions': 'true', 'fct_orders': 'true', 'fct_funnel_progress': 'steps_completed > 0',
    'fct_experiment_exposures': 'true', 'customer_rfm': 'true', 'customer_clusters': 'true',
    'customer_churn_scores': 'true', 'customer_demographics': 'true', 'customer_features': 'true',
    'money_reconciliation': "event_class = 'purchase'",
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
    union all
    {% endfor -%}
    -- "no order is left out" is an answer too, if there are any purchases
    select
        'uncounted_orders' as evidence_table,
        count(*) as row_count
    from {{ ref('fct_events') }}
    where event_type = 'purchase'

),

purchase_reasons as (

    select
        counted.row_count,
        counted.amount,
        counted.rejection_reason is null as is_kept,
        {{ is_refusal('counted.rejection_reason') }} as is_refused,
        counted.rejection_reason || {{ example_text('counted') }} as reason
    from {{ ref('int_events_counted') }} as counted
    where counted.event_class = 'purchase'

),

purchases as (

    select
        coalesce(sum(row_count), 0) as row_count,
        coalesce(sum(amount), 0) as amount,
        coalesce(sum(case when is_kept then row_count end), 0) as kept_count,
        coalesce(sum(case when is_refused then row_count end), 0) as refused_count,
        coalesce(sum(case when is_refused then amount end), 0) as refused_amount,
        max_by(reason, case when is_refused then row_count end) as top_reason
    from purchase_reasons

),

left_out as (

    select
        count(*) as order_count,
        coalesce(sum(amount), 0) as amount
    from {{ ref('uncounted_orders') }}
    where reason = 'excluded_customer'

),

-- how many purchases were refused or left out, as sentences
losses as (

    select
        purchases.kept_count,
        purchases.row_count,
        purchases.refused_count,
        left_out.order_count as left_out_count,
        left_out.amount as left_out_amount,
        {{ count_text('purchases.refused_count') }} || ' of '
        || {{ count_text('purchases.row_count') }} || ' purchase rows'
        || case
            when purchases.amount > 0
                then
                    ' (' || {{ amount_text('purchases.refused_amount') }} || ' of '
                    || {{ amount_text('purchases.amount') }} || ' in money)'
            else ''
        end
        || ' were refused, most of them as ' || purchases.top_reason || '.' as refusal,
        {{ count_text('left_out.order_count') }} || ' orders worth '
        || {{ amount_text('left_out.amount') }}
        || ' do not count: their customers are bots or in seed excluded_customers.' as exclusion
    from purchases
    cross join left_out

),

-- If the mart is empty, the source lacks the data or its purchases were refused: say so
unanswered as (

    select
        questions.insight_id,
        questions.question,
        case
            when questions.needs_purchases and losses.refused_count > 0 and losses.kept_count = 0
                then 'Not answerable: ' || losses.refusal
            when questions.needs_purchases and losses.refused_count > 0
                then 'Not answerable: it needs ' || questions.needs || ', and ' || losses.refusal
            when questions.needs_purchases and losses.left_out_count > 0
                then 'Not answerable: it needs ' || questions.needs || ', and ' || losses.exclusion
            else 'Not answerable from this source, which lacks ' || questions.needs || '.'
        end as finding,
        cast(null as double) as figure,
        questions.evidence_table
    from questions
    cross join losses
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

-- summed over customers, because a refund may name no order
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

    union all

    select
        'refused_purchases' as insight_id,
        case
            when refused_count > 0 then refusal
            else 'None of ' || {{ count_text('row_count') }} || ' purchase rows was refused.'
        end as finding,
        cast(refused_count as double) / row_count as figure
    from losses
    where row_count > 0

    union all

    select
        'excluded_orders' as insight_id,
        case when left_out_count > 0 then exclusion else 'No order is left out.' end as finding,
        cast(left_out_amount as double) as figure
    from losses
    where kept_count > 0

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
