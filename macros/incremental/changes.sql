{# The values of a column in the accepted events that came or went since the model's last load. #}
{% macro changed_keys(column) -%}
    select {{ column }} from {{ ref('int_events_checked') }}
    where load_id > {{ done_load(model.name) }} and rejection_reason is null
    union all
    select {{ column }} from state.removed_events
    where load_id > {{ done_load(model.name) }}
{%- endmacro %}


{# SQL for the orders with lines that came, went or were copied in loads after the one given. #}
{% macro changed_orders(load) -%}
    select order_id from {{ ref('int_events_checked') }}
    where load_id > {{ load }} and order_id is not null
    union all
    select order_id from {{ ref('int_events_repeated') }}
    where load_id > {{ load }} and order_id is not null
    union all
    select order_id from state.removed_events
    where load_id > {{ load }} and order_id is not null
{%- endmacro %}


{# Pre-hook of int_events_checked: rows of changed files go, and are remembered for the models behind. #}
{% macro forget_changed_events() -%}
    {{ return(adapter.dispatch('forget_changed_events', 'footfall')()) }}
{%- endmacro %}

{% macro duckdb__forget_changed_events() -%}
    {%- if execute and is_incremental() -%}
    insert into state.removed_events
    select {{ load_id() }}, event_id, customer_id, visitor_id, session_id, event_at, order_id
    from {{ this }}
    where {{ in_changed_files(events_entity()) }} and rejection_reason is null;
    delete from {{ this }} where {{ in_changed_files(events_entity()) }}
    {%- endif -%}
{%- endmacro %}


{# Pre-hook of int_events_repeated: the copies of changed ids go; who had them is remembered. #}
{% macro forget_changed_copies() -%}
    {%- if execute and is_incremental() -%}
    {%- set changed = "event_id in (" ~ changed_keys('event_id') ~ ")" -%}
    insert into state.removed_events
    select {{ load_id() }}, event_id, customer_id, visitor_id, session_id, event_at, order_id
    from {{ this }}
    where {{ changed }};
    delete from {{ this }} where {{ changed }}
    {%- endif -%}
{%- endmacro %}


{#
    From when on int_events reads all events: where nine tenths of the changed customers are read from. The
    few who reach further back, by a late file or a login that claims old visits, are sought by name.
#}
{% macro usual_start() -%}
    {{ return("cast('" ~ run_query("select coalesce(quantile_disc(recompute_from, 0.1), cast('9999-01-01' as timestamp)) from " ~ ref('int_customers_changed'))[0][0] ~ "' as timestamp)") }}
{%- endmacro %}


{# Pre-hook of models of changed customers: their rows go, to be made again. #}
{% macro forget_changed_customers() -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }}
    where customer_id in (select customer_id from {{ ref('int_customers_changed') }})
    {%- endif -%}
{%- endmacro %}


{# Pre-hook of fct_events: tells which sessions change, and takes out what is written again or gone. #}
{% macro forget_changed_rows() -%}
    {%- if execute and is_incremental() and is_in_step() -%}
    insert into state.session_changes
    select {{ load_id() }}, customer_id, session_id, min(event_at)
    from (
        select customer_id_before as customer_id, session_id_before as session_id, event_at_before as event_at
        from {{ ref('int_events_changed') }}
        union all
        select customer_id, session_id, event_at from {{ ref('int_events_changed') }}
    )
    where customer_id is not null
    group by customer_id, session_id;
    update {{ this }} set is_bot = true, is_excluded = true
    where event_id in (select event_id from {{ ref('int_events_changed') }} where is_flag_only);
    delete from {{ this }}
    where
        event_at >= {{ changed_start() }}
        and event_id in (select event_id from {{ ref('int_events_changed') }} where not is_flag_only)
    {%- endif -%}
{%- endmacro %}


{# The earliest time that fct_events changes at. #}
{% macro changed_start() -%}
    {{ return("cast('" ~ run_query("select coalesce(min(least(event_at_before, event_at)), cast('9999-01-01' as timestamp)) from " ~ ref('int_events_changed') ~ " where not is_flag_only")[0][0] ~ "' as timestamp)") }}
{%- endmacro %}


{# Whether there are session changes which the model has not seen yet. #}
{% macro has_changes(name) -%}
    {{ return(run_query("select count(*) from state.session_changes where load_id > " ~ done_load(name))[0][0] > 0) }}
{%- endmacro %}


{# SQL for the sessions, or customers, whose events changed since the model's last load. #}
{% macro changed_in_sessions(column) -%}
    select {{ column }} from state.session_changes where load_id > {{ done_load(model.name) }}
{%- endmacro %}


{# Pre-hook of models behind fct_events: the rows of changed sessions, or customers, go. #}
{% macro forget_changed_in_sessions(column) -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }} where {{ column }} in ({{ changed_in_sessions(column) }})
    {%- endif -%}
{%- endmacro %}


{#
    SQL for the customers with an event between the end of an experiment that the rows of int_funnel_attempts
    were made with and its end now. Where it has no rows, its end was anywhere.
#}
{% macro changed_in_experiments() -%}
    {%- set moved = run_query("
        select min(least(periods.ended_at, coalesce(attempts.ended_at, periods.started_at))),
            max(greatest(periods.ended_at, coalesce(attempts.ended_at, periods.ended_at)))
        from " ~ ref('int_experiment_periods') ~ " as periods
        left join (
            select experiment_id, min(experiment_ended_at) as ended_at from " ~ this ~ " group by experiment_id
        ) as attempts on periods.experiment_id = attempts.experiment_id
        where periods.ended_at is distinct from attempts.ended_at")[0] -%}
    select customer_id from {{ ref('int_funnel_events') }}
    where experiment_id = '' and {{ "event_at between cast('" ~ moved[0] ~ "' as timestamp) and cast('" ~ moved[1] ~ "' as timestamp)" if moved[0] else 'false' }}
{%- endmacro %}


{# Pre-hook of int_funnel_attempts. #}
{% macro forget_changed_attempts() -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }}
    where customer_id in ({{ changed_in_sessions('customer_id') }} union all {{ changed_in_experiments() }})
    {%- endif -%}
{%- endmacro %}


{# Post-hook of int_funnel_attempts: attempts that were not made again hold up to the new end just as well. #}
{% macro move_experiment_ends() -%}
    {%- if execute and is_incremental() -%}
    update {{ this }} as attempts
    set experiment_ended_at = periods.ended_at
    from {{ ref('int_experiment_periods') }} as periods
    where
        attempts.experiment_id = periods.experiment_id
        and attempts.experiment_ended_at <> periods.ended_at
    {%- endif -%}
{%- endmacro %}


{# Where the earliest of the changed sessions starts: before that no event is read. #}
{% macro sessions_start() -%}
    {{ return("cast('" ~ run_query("
        select coalesce(min(changed_from), cast('9999-01-01' as timestamp)) from (
            select changed_from from state.session_changes where load_id > " ~ done_load(model.name) ~ "
            union all
            select started_at from " ~ this ~ " where session_id in (" ~ changed_in_sessions('session_id') ~ ")
        )")[0][0] ~ "' as timestamp)") }}
{%- endmacro %}


{# Post-hook of fct_sessions: a session before others moves their numbers. #}
{% macro number_sessions_again() -%}
    {%- if execute and is_incremental() -%}
    update {{ this }} as sessions
    set session_number = numbered.session_number
    from (
        select session_id, row_number() over (partition by customer_id order by started_at, session_id) as session_number
        from {{ this }}
        where customer_id in ({{ changed_in_sessions('customer_id') }})
    ) as numbered
    where sessions.session_id = numbered.session_id and sessions.session_number <> numbered.session_number
    {%- endif -%}
{%- endmacro %}
