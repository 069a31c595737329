{{ config(
    materialized='incremental',
    pre_hook=["{{ check_holds_all() }}", "{{ forget_changed_rows() }}"],
    post_hook="{{ record_progress() }}",
) }}
-- depends_on: {{ ref('int_events_changed') }}
with resolved as (

    select * from {{ ref('int_events_resolved') }}
    {% if is_incremental() -%}
    where
    {% if is_in_step() %}
        event_at >= {{ changed_start() }}
        and event_id in (select changed.event_id from {{ ref('int_events_changed') }} as changed)
    {% else %}
        false
    {% endif %}
    {%- endif %}
)

select * from resolved
