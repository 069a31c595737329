{# What the models behind `customer_features` repeat for each entry of customer_feature_list(). #}

{# {name: name in REES46} of all features, or of a kind: session_statistics, ratios, month_series, latent_factors. #}
{% macro customer_features(kind=none) -%}
    {%- set listed = customer_feature_list() -%}
    {%- set found = {'session_statistics': {}, 'ratios': {}, 'month_series': {}, 'latent_factors': {}} -%}
    {%- for statistic in listed.statistics -%}
        {%- for name, measure in listed.session_measures.items() -%}
            {%- do found.session_statistics.update({name ~ '_' ~ statistic: measure.rees46 ~ '_' ~ statistic}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for name, ratio in listed.ratios.items() -%}
        {%- do found.ratios.update({name: ratio.rees46}) -%}
    {%- endfor -%}
    {%- for name, series in listed.month_series.items() -%}
        {%- for statistic in listed.month_statistics -%}
            {%- do found.month_series.update({name ~ '_' ~ statistic: series.rees46 ~ '_' ~ statistic}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for name, family in listed.latent_factors.items() -%}
        {%- for number in range(family['count']) -%}
            {%- do found.latent_factors.update({name ~ number: family.rees46 ~ number}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set chosen = {} -%}
    {%- for found_kind, names in found.items() if kind in [none, found_kind] -%}
        {%- do chosen.update(names) -%}
    {%- endfor -%}
    {{ return(chosen) }}
{%- endmacro %}


{# A quotient that sums exactly, whatever the order: nine decimals; null for 1e9 and more. #}
{% macro measured(expression) -%}
    try_cast({{ expression }} as decimal(18, 9))
{%- endmacro %}


{# Whole microseconds, in seconds; wide enough for its square. #}
{% macro exact_seconds(earlier, later) -%}
    cast({{ seconds_between(earlier, later) }} as decimal(19, 6))
{%- endmacro %}


{# Blocks of four weeks that lie between a time and as_of; 0 for the latest. #}
{% macro months_ago(timestamp, as_of) -%}
    cast(floor({{ days_between(timestamp, as_of) }} / 28) as int)
{%- endmacro %}


{#
    The statistics that REES46 imputed, {feature: condition}: when a customer has none of the measure in
    any session, told by columns that were not imputed. A single value has no spread, and equal values
    have 0, which is below any maximum above 0.
#}
{% macro imputed_nulls() -%}
    {%- set conditions = {
        'minutes_per_event': 'event_count_max = 0',
        'minutes_per_view': 'view_count_max = 0',
        'minutes_per_add_to_cart': 'add_to_cart_count_max = 0',
        'minutes_per_purchase': 'purchase_count_max = 0',
        'minutes_per_event_amount': 'view_amount_max + add_to_cart_amount_max + revenue_max = 0',
        'minutes_per_view_amount': 'view_amount_max = 0',
        'minutes_per_add_to_cart_amount': 'add_to_cart_amount_max = 0',
        'minutes_per_revenue': 'revenue_max = 0',
        'days_since_previous_session': 'session_number_max <= 1',
        'days_since_previous_purchase': 'coalesce(purchase_number_max, 0) <= 1',
    } -%}
    {%- set nulls = {} -%}
    {%- for measure, condition in conditions.items() -%}
        {%- for statistic in ['mean', 'sum', 'min', 'max'] -%}
            {%- do nulls.update({measure ~ '_' ~ statistic: condition}) -%}
        {%- endfor -%}
        {%- set is_equal = 'features.' ~ measure ~ '_min = features.' ~ measure ~ '_max' -%}
        {%- do nulls.update({measure ~ '_stddev': '(' ~ condition ~ ' or (' ~ is_equal ~ ' and maxima.' ~ measure ~ '_stddev_limit > 0))'}) -%}
    {%- endfor -%}
    {{ return(nulls) }}
{%- endmacro %}


{# Whose taste an event shows: a device's past stays its own when somebody logs in on it later. #}
{% macro visitor_of(events) -%}
    coalesce({{ events }}.anonymous_id, {{ events }}.customer_id)
{%- endmacro %}


{# Whether products' factors are learned from an event: of whole months, and, before one is over, of all. #}
{% macro is_learned_from(events, kind) -%}
    {{ events }}.event_type = '{{ kind }}'
        and {{ events }}.product_id is not null
        and not {{ events }}.is_excluded
        and {{ events }}.event_date <= coalesce(clock.complete_until, {{ events }}.event_date)
{%- endmacro %}


{# Pre-hook: customers' factors that other factors of products gave are taken out. #}
{% macro forget_other_factors() -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }}
    where learned_from is distinct from (select cast(max(learned_from) as string) from {{ ref('py_product_latent_factors') }})
    {%- endif -%}
{%- endmacro %}
