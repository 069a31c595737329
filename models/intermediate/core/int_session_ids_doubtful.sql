with spans_of_ids as (

    select
        source_session_id,
        customer_id,
        min(event_at) as first_at,
        max(event_at) as last_at
    from {{ ref('int_events') }}
    where
        is_activity
        and source_session_id is not null
    group by source_session_id, customer_id

),

-- an id is trusted unless two customers share it or it spans more than the allowed gap
doubtful_ids as (

    select source_session_id
    from spans_of_ids
    group by source_session_id
    having
        count(*) > 1
        or max({{ dbt.dateadd('second', var('session_id_gap_seconds'), 'first_at') }})
        < max(last_at)

),

users as (

    select
        spans_of_ids.source_session_id,
        spans_of_ids.customer_id
    from spans_of_ids
    inner join doubtful_ids
        on spans_of_ids.source_session_id = doubtful_ids.source_session_id

)

select * from users
