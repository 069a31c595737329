{{ config(
    materialized='incremental',
    meta={'follows': 'customers'},
    pre_hook=["{{ forget_changed_customers() }}", "{{ forget_other_factors() }}"],
    post_hook="{{ record_run() }}",
) }}
-- depends_on: {{ ref('int_customer_versions') }}
{%- set families = customer_feature_list().latent_factors %}
with counts as (

    select
        {%- for family in families %}
        {%- set count = family.replace('_latent_factor', '_count') %}
        cast(case when {{ count }} > 0 then 1 + {{ count }} else 0 end as int)
            as {{ family }}_weight,
        {%- endfor %}
        customer_id,
        product_id
    from {{ ref('int_customer_product_counts') }}
    {% if is_incremental() -%}
    -- The hooks have deleted customers whose events changed, or all if factors of products changed
    where customer_id not in (select described.customer_id from {{ this }} as described)
    {%- endif %}

),

-- Sums of decimals do not depend on the order of the rows. All values are below 1
products as (

    select
        {%- for name in customer_features('latent_factors') %}
        cast({{ name }} as decimal(8, 8)) as {{ name }},
        {%- endfor %}
        cast(product_id as string) as product_id,
        cast(learned_from as string) as learned_from
    from {{ ref('py_product_latent_factors') }}

),

summed as (

    select
        {%- for family, listed in families.items() %}
        max(counts.{{ family }}_weight) > 0 as has_{{ family }},
        {%- for number in range(listed['count']) %}
        sum(counts.{{ family }}_weight * products.{{ family }}{{ number }})
            as {{ family }}{{ number }},
        {%- endfor %}
        {%- endfor %}
        counts.customer_id
    from counts
    left join products
        on counts.product_id = products.product_id
    group by counts.customer_id

),

learned as (

    select max(learned_from) as learned_from from products

),

-- 0 if nobody in the sample viewed or bought the customer's products
described as (

    select
        {%- for family, listed in families.items() %}
        {%- for number in range(listed['count']) %}
        case
            when summed.has_{{ family }}
                then cast(coalesce(summed.{{ family }}{{ number }}, 0) as double)
        end as {{ family }}{{ number }},
        {%- endfor %}
        {%- endfor %}
        summed.customer_id,
        learned.learned_from
    from summed
    cross join learned

)

select * from described
