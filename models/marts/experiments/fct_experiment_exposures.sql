with events as (

    select
        *,
        {{ event_position() }} as event_position
    from {{ ref('fct_events') }}
    where
        experiment_group is not null
        and not is_excluded

),

seen_groups as (

    select
        experiment_id,
        customer_id,
        {{ first_value_of('experiment_group') }} as experiment_group,
        min(experiment_group) <> max(experiment_group) as is_crossover,
        min(event_at) as first_exposed_at,
        max(event_at) as last_exposed_at
    from events
    group by experiment_id, customer_id

)

select * from seen_groups
