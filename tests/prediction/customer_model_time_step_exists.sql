-- If the files do not have var customer_model_time_step, customer_features would silently be empty.
{%- set time_step = var('customer_model_time_step') %}
select 'var customer_model_time_step is {{ time_step }}, which is in no file' as finding
from {{ ref('customer_features') }}
having
    count(*) = 0
    and {{ 'features' in source_config().provides }}
    and {{ time_step is not none }}
