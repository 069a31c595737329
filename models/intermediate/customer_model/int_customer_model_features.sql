{#- When a customer has none of a measure in any session: told by columns that were not imputed. -#}
{%- set none_where = {
    'minutes_per_event': 'event_count_max = 0',
    'minutes_per_view': 'view_count_max = 0',
    'minutes_per_add_to_cart': 'add_to_cart_count_max = 0',
    'minutes_per_purchase': 'purchase_count_max = 0',
    'minutes_per_event_amount': 'view_amount_max + add_to_cart_amount_max + revenue_max = 0',
    'minutes_per_view_amount': 'view_amount_max = 0',
    'minutes_per_add_to_cart_amount': 'add_to_cart_amount_max = 0',
    'minutes_per_revenue': 'revenue_max = 0',
    'days_since_previous_session': 'session_number_max <= 1',
    'days_since_previous_purchase': 'coalesce(purchase_number_max, 0) <= 1',
} -%}
{%- set nulls = {} -%}
{%- for measure, condition in none_where.items() -%}
    {%- for statistic in ['mean', 'sum', 'min', 'max'] -%}
        {%- do nulls.update({measure ~ '_' ~ statistic: condition}) -%}
    {%- endfor -%}
    {#- equal values have a spread of 0, a single one has none: either is below any maximum above 0 -#}
    {%- set is_equal = 'features.' ~ measure ~ '_min = features.' ~ measure ~ '_max and maxima.' ~ measure ~ '_stddev_limit > 0' -%}
    {%- do nulls.update({measure ~ '_stddev': '(' ~ condition ~ ' or ' ~ is_equal ~ ')'}) -%}
{%- endfor -%}
{%- set measures = var('customer_feature_list').session_measures -%}
with features as (

    select * from {{ ref('stg_customer_model__features') }}
    where rejection_reason is null

),

-- over all time steps: the table was imputed as a whole
maxima as (

    select
        {%- for name in nulls %}
        max({{ name }}) as {{ name }}_limit,
        {%- endfor %}
        {%- for measure in measures %}
        max({{ measure }}_cv) as {{ measure }}_cv_limit{{ ',' if not loop.last }}
        {%- endfor %}
    from features

),

-- null what is at its column's maximum although the customer has none of the measure
measured as (

    select
        {%- for name in customer_features() %}
        {%- if name in nulls %}
        case
            when {{ nulls[name] }} and features.{{ name }} = maxima.{{ name }}_limit then null
            else features.{{ name }}
        end as {{ name }},
        {%- else %}
        features.{{ name }},
        {%- endif %}
        {%- endfor %}
        features.customer_id,
        features.time_step
    from features
    cross join maxima

),

-- a cv can be checked: null what is at its column's maximum and is not stddev / mean
related as (

    select
        {%- for name in customer_features() %}
        {%- set measure = name | replace('_cv', '') %}
        {%- if name == measure ~ '_cv' %}
        case
            when
                measured.{{ name }} = maxima.{{ name }}_limit
                and (
                    measured.session_number_max <= 1
                    or coalesce(
                        abs(
                            measured.{{ measure }}_stddev / nullif(measured.{{ measure }}_mean, 0)
                            - measured.{{ name }}
                        ) > 1e-6 * measured.{{ name }},
                        true
                    )
                )
                then null
            else measured.{{ name }}
        end as {{ name }},
        {%- else %}
        measured.{{ name }},
        {%- endif %}
        {%- endfor %}
        measured.customer_id,
        row_number() over (partition by measured.customer_id order by measured.time_step desc)
            as steps_back
    from measured
    cross join maxima
    {%- if var('customer_model_time_step') is not none %}
    where measured.time_step = {{ var('customer_model_time_step') }}
    {%- endif %}

),

latest as (

    select
        {%- for name in customer_features() %}
        {{ name }},
        {%- endfor %}
        customer_id
    from related
    where steps_back = 1

)

select * from latest
