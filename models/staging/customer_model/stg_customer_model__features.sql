{#- A table: what follows reads its 268 typed columns several times. -#}
{{ config(materialized='table') }}

with base as (

    select * from {{ ref('base_customer_model__features') }}

),

cleaned as (

    select
        {{ text_value('user_id') }} as customer_id,
        {%- for name, rees46_name in customer_features().items() %}
        {{ text_value(rees46_name) }} as raw_{{ name }},
        {%- endfor %}
        {{ whole_number('time_step') }} as time_step,
        malformed_reason,
        source_file,
        source_row
    from base

),

-- infinity is no value
typed as (

    select
        *,
        {%- for name in customer_features() %}
        case when abs(try_cast(raw_{{ name }} as double)) <= 1e300 then cast(raw_{{ name }} as double) end
            as {{ name }},
        {%- endfor %}
        row_number() over (
            partition by customer_id, time_step
            order by malformed_reason nulls first, source_file, source_row
        ) as copy_number
    from cleaned

),

judged as (

    select
        customer_id,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when customer_id is null then 'no_customer'
            when time_step is null then 'unparseable_time_step'
            {%- for name in customer_features() %}
            when raw_{{ name }} is not null and {{ name }} is null then 'unparseable_feature'
            {%- endfor %}
            when copy_number > 1 then 'repeated_time_step'
        end as rejection_reason,
        {%- for name in customer_features() %}
        {{ name }},
        {%- endfor %}
        time_step,
        source_row
    from typed

)

select * from judged
