-- Where would winning back pay most? Churn risk against RFM segment, with the revenue at stake.
{{- say_unanswered(ref('customer_churn_scores'), 'customers whose churn could be foretold') }}
select
    rfm.rfm_segment,
    scores.churn_risk,
    count(*) as customers,
    avg(scores.churn_probability) as mean_churn_probability,
    sum(rfm.monetary) as monetary
from {{ ref('customer_churn_scores') }} as scores
inner join {{ ref('customer_rfm') }} as rfm
    on scores.customer_id = rfm.customer_id
group by rfm.rfm_segment, scores.churn_risk
order by monetary desc nulls last
