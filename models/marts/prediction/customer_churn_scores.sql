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

described as (

    select
        cast(predictions.customer_id as string) as customer_id,
        case
            when predictions.churn_probability >= {{ var('churn_high_risk') }} then 'high'
            when predictions.churn_probability >= {{ var('churn_medium_risk') }} then 'medium'
            else 'low'
        end as churn_risk,
        first_reasons.reason as reason_1,
        second_reasons.reason as reason_2,
        third_reasons.reason as reason_3,
        cast(predictions.churn_probability as double) as churn_probability,
        clock.as_of
    from predictions
    cross join clock
    left join reasons as first_reasons
        on predictions.reason_1 = first_reasons.reason_code
    left join reasons as second_reasons
        on predictions.reason_2 = second_reasons.reason_code
    left join reasons as third_reasons
        on predictions.reason_3 = third_reasons.reason_code

)

select * from described
