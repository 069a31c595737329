-- Every reason that the model can give has its words in seeds/config/churn_reasons.csv.
with given as (

    select reason_1 as reason_code from {{ ref('py_churn_predictions') }}
    union all
    select reason_2 as reason_code from {{ ref('py_churn_predictions') }}
    union all
    select reason_3 as reason_code from {{ ref('py_churn_predictions') }}

)

select distinct
    'churn reason ' || given.reason_code
    || ' has no row in seeds/config/churn_reasons.csv; add one that says it in words' as finding
from given
left join {{ ref('churn_reasons') }} as reasons
    on given.reason_code = reasons.reason_code
where
    given.reason_code is not null
    and reasons.reason_code is null
