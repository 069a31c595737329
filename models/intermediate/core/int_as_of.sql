with accepted as (

    select event_at from {{ ref('int_events_checked') }}
    where rejection_reason is null

),

clock as (

    select
        {% if var('as_of') is none -%}
            max(event_at) as as_of
        {%- else -%}
            cast('{{ var("as_of") }}' as timestamp) as as_of
        {%- endif %}
    from accepted

)

select * from clock
