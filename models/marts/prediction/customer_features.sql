{{ config(materialized='view') }}

with session_statistics as (

    select * from {{ ref('int_customer_session_statistics') }}

),

-- every customer with events who is not excluded
month_series as (

    select * from {{ ref('int_customer_month_series') }}

),

latent_factors as (

    select * from {{ ref('int_customer_latent_factors') }}

),

delivered as (

    select * from {{ ref('int_source_features') }}

),

computed as (

    select
        {%- for kind in ['session_statistics', 'ratios'] %}
        {%- for name in customer_features(kind) %}
        session_statistics.{{ name }},
        {%- endfor %}
        {%- endfor %}
        {%- for name in customer_features('month_series') %}
        month_series.{{ name }},
        {%- endfor %}
        {%- for name in customer_features('latent_factors') %}
        latent_factors.{{ name }},
        {%- endfor %}
        month_series.customer_id
    from month_series
    left join session_statistics
        on month_series.customer_id = session_statistics.customer_id
    left join latent_factors
        on month_series.customer_id = latent_factors.customer_id

),

taken as (

    select
        {%- for name in customer_features() %}
        delivered.{{ name }},
        {%- endfor %}
        customers.customer_id
    from {{ ref('dim_customers') }} as customers
    inner join delivered
        on customers.customer_id = delivered.customer_id
    where not customers.is_excluded

),

-- a source either has events to compute the features from, or delivers the features
unioned as (

    select * from computed
    union all
    select * from taken

),

-- dbt puts the columns of a table in order, not those of a view
ordered as (

    select
        customer_id,
        {{ customer_features() | join(',\n        ') }}
    from unioned

)

select * from ordered
