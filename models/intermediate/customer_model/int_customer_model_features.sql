{%- set nulls = imputed_nulls() -%}
{%- set measures = customer_feature_list().session_measures -%}
with features as (

    select * from {{ ref('stg_customer_model__features') }}
    where rejection_reason is null

),

-- maximum over all time steps, because nulls were filled in the table as a whole
maxima as (

    select
        {%- for name in nulls %}
        max({{ name }}) as {{ name }}_limit,
        {%- endfor %}
        {%- for measure in measures %}
        max({{ measure }}_cv) as {{ measure }}_cv_limit,
        {%- endfor %}
        count(*) as row_count
    from features

),

-- set a value at its column's maximum to null where the customer has nothing to measure
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

-- a cv can be recomputed: set it to null where it is at the maximum and is not stddev / mean
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
