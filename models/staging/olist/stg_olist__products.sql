{%- set measures = ['weight_g', 'length_cm', 'height_cm', 'width_cm'] -%}
{%- set counts = ['name_lenght', 'description_lenght', 'photos_qty'] -%}
with base as (

    select * from {{ ref('base_olist__products') }}

),

-- `lenght` is how the files spell it
typed as (

    select
        {{ text_value('product_id') }} as product_id,
        {{ text_value('product_category_name') }} as category,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            {%- for column in counts %}
            when
                {{ text_value('product_' ~ column) }} is not null
                and {{ whole_number('product_' ~ column) }} is null
                then 'unparseable_product_{{ column }}'
            {%- endfor %}
            {%- for column in measures %}
            when
                {{ text_value('product_' ~ column) }} is not null
                and {{ decimal_value('product_' ~ column) }} is null
                then 'unparseable_product_{{ column }}'
            {%- endfor %}
        end as rejection_reason,
        {{ whole_number('product_name_lenght') }} as name_length,
        {{ whole_number('product_description_lenght') }} as description_length,
        {{ whole_number('product_photos_qty') }} as photo_count,
        {%- for column in measures %}
        {{ decimal_value('product_' ~ column) }} as {{ column }},
        {%- endfor %}
        source_row
    from base

)

select * from typed
