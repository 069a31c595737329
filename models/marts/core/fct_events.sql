{{ config(
    materialized='incremental',
    pre_hook="{{ forget_changed_rows() }}",
    post_hook="{{ record_progress() }}",
) }}
-- depends_on: {{ ref('int_events_changed') }}
{% if is_incremental() -%}
select resolved.*
from {{ ref('int_events_resolved') }} as resolved
inner join {{ ref('int_events_changed') }} as changed
    on resolved.event_id = changed.event_id
where resolved.event_at >= {{ changed_start() }}
{%- else -%}
select * from {{ ref('int_events_resolved') }}
{%- endif %}
