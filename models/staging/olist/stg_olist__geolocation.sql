with base as (

    select * from {{ ref('base_olist__geolocation') }}

),

-- Equal rows are not copies: each is one measured place, and counts in a mean over its prefix
typed as (

    select
        {{ zero_padded('geolocation_zip_code_prefix', 5) }} as zip_prefix,
        {{ text_value('geolocation_city') }} as city,
        {{ text_value('geolocation_state') }} as state,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when {{ text_value('geolocation_zip_code_prefix') }} is null then 'no_zip_prefix'
            {%- for column in ['geolocation_lat', 'geolocation_lng'] %}
            when {{ text_value(column) }} is not null and try_cast({{ column }} as double) is null
                then 'unparseable_{{ column }}'
            {%- endfor %}
        end as rejection_reason,
        try_cast(geolocation_lat as double) as latitude,
        try_cast(geolocation_lng as double) as longitude,
        source_row
    from base

)

select * from typed
