{#-
    Recency changes for everybody with every new session of the shop. So the time since the customer's
    own first session, or purchase, is summed instead.
-#}
{{ config(
    materialized='incremental',
    meta={'follows': 'customers'},
    pre_hook="{{ forget_changed_customers() }}",
    post_hook="{{ record_run() }}",
) }}
-- depends_on: {{ ref('int_customer_versions') }}
{%- set measures = ['seconds_since_first_session', 'seconds_since_first_purchase'] %}
{%- for measure in customer_feature_list().session_measures %}
{%- if not measure.endswith('_recency_days') %}
{%- do measures.append(measure) %}
{%- endif %}
{%- endfor %}

with session_measures as (

    select * from {{ ref('int_session_measures') }}
    {% if is_incremental() -%}
    where customer_id in ({{ changed_customers() }})
    {%- endif %}

),

-- sums of whole numbers and decimals do not depend on the order of the rows
summed as (

    select
        {%- for measure in measures %}
        count({{ measure }}) as {{ measure }}_values,
        sum({{ measure }}) as {{ measure }}_total,
        sum({{ measure }} * {{ measure }}) as {{ measure }}_squares,
        min({{ measure }}) as {{ measure }}_min,
        max({{ measure }}) as {{ measure }}_max,
        {%- endfor %}
        min(session_start_seconds) as first_session_start_seconds,
        max(session_start_seconds) as last_session_start_seconds,
        min(purchase_start_seconds) as first_purchase_start_seconds,
        max(purchase_start_seconds) as last_purchase_start_seconds,
        customer_id
    from session_measures
    group by customer_id

)

select * from summed
