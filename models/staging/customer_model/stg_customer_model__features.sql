{#- A table, because later models read its 268 typed columns several times. -#}
{{ config(materialized='table') }}

with base as (

    select * from {{ ref('base_customer_model__features') }}

),

-- infinity and nan become null
typed as (

    select
        {{ text_value('user_id') }} as customer_id,
        {%- for name, rees46_name in customer_features().items() %}
        case
            when abs(try_cast({{ rees46_name }} as double)) <= 1e300
                then try_cast({{ rees46_name }} as double)
        end as {{ name }},
        {%- endfor %}
        -- the words for nothing are those of text_value, which takes long to plan 268 times
        greatest(
            {%- for rees46_name in customer_features().values() %}
            {{ rees46_name }} is not null
            and coalesce(abs(try_cast({{ rees46_name }} as double)) > 1e300, true)
            and position(
                '|' || lower(trim({{ rees46_name }})) || '|' in '||null|nan|none|n/a|undefined|' || chr(92) || 'n|'
            ) = 0{{ ',' if not loop.last }}
            {%- endfor %}
        ) as has_unparseable_feature,
        {{ whole_number('time_step') }} as time_step,
        malformed_reason,
        source_file,
        source_row
    from base

),

judged as (

    select
        customer_id,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when customer_id is null then 'no_customer'
            when time_step is null then 'unparseable_time_step'
            when has_unparseable_feature then 'unparseable_feature'
            when
                row_number() over (
                    partition by customer_id, time_step
                    order by
                        malformed_reason nulls first,
                        has_unparseable_feature,
                        source_file,
                        source_row
                ) > 1
                then 'repeated_time_step'
        end as rejection_reason,
        {%- for name in customer_features() %}
        {{ name }},
        {%- endfor %}
        time_step,
        source_row
    from typed

)

select * from judged
