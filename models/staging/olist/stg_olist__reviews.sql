with base as (

    select * from {{ ref('base_olist__reviews') }}

),

typed as (

    select
        {{ text_value('review_id') }} as review_id,
        {{ text_value('order_id') }} as order_id,
        -- people's own words: text_value would read words such as "none" as null
        review_comment_title as comment_title,
        review_comment_message as comment_message,
        source_file,
        case
            when malformed_reason is not null then malformed_reason
            when {{ text_value('review_id') }} is null then 'no_review'
            when {{ text_value('order_id') }} is null then 'no_order'
            when
                {{ text_value('review_score') }} is not null
                and {{ whole_number('review_score') }} is null
                then 'unparseable_review_score'
            when {{ whole_number('review_score') }} not between 1 and 5
                then 'review_score_out_of_range'
            {%- for column in ['review_creation_date', 'review_answer_timestamp'] %}
            when {{ text_value(column) }} is not null and {{ to_utc(column) }} is null
                then 'unparseable_{{ column }}'
            {%- endfor %}
        end as unreadable_reason,
        {{ whole_number('review_score') }} as review_score,
        source_row,
        {{ to_utc('review_creation_date') }} as created_at,
        {{ to_utc('review_answer_timestamp') }} as answered_at
    from base

),

-- number duplicates among readable rows only
numbered as (

    select
        *,
        row_number() over (
            partition by review_id, order_id, unreadable_reason
            order by source_file, source_row
        ) as copy_number
    from typed

),

judged as (

    select
        review_id,
        order_id,
        comment_title,
        comment_message,
        source_file,
        case
            when unreadable_reason is not null then unreadable_reason
            when copy_number > 1 then 'repeated_review'
        end as rejection_reason,
        review_score,
        source_row,
        created_at,
        answered_at
    from numbered

)

select * from judged
