with predictions as (

    select * from {{ ref('py_churn_predictions') }}
    where split = 'score'

),

clock as (

    select as_of from {{ ref('int_as_of') }}

),

reasons as (

    select * from {{ ref('churn_reasons') }}

),

-- share of customers with strictly higher risk, so that equal probabilities get the same risk band
ranked as (

    select
        *,
        (rank() over (order by churn_probability desc) - 1.0) / count(*) over () as share_riskier
    from predictions

),

described as (

    select
        cast(ranked.customer_id as string) as customer_id,
        case
            when ranked.share_riskier < {{ var('churn_high_risk_share') }} then 'high'
            when
                ranked.share_riskier
                < {{ var('churn_high_risk_share') }} + {{ var('churn_medium_risk_share') }}
                then 'medium'
            else 'low'
        end as churn_risk,
        first_reasons.reason as reason_1,
        second_reasons.reason as reason_2,
        third_reasons.reason as reason_3,
        cast(ranked.churn_probability as double) as churn_probability,
        clock.as_of
    from ranked
    cross join clock
    left join reasons as first_reasons
        on ranked.reason_1 = first_reasons.reason_code
    left join reasons as second_reasons
        on ranked.reason_2 = second_reasons.reason_code
    left join reasons as third_reasons
        on ranked.reason_3 = third_reasons.reason_code

)

select * from described
