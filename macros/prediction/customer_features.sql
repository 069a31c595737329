{# What the models behind `customer_features` repeat for each entry of var `customer_feature_list`. #}

{# {name: name in REES46} of all features, or of a kind: session_statistics, ratios, month_series, latent_factors. #}
{% macro customer_features(kind=none) -%}
    {%- set listed = var('customer_feature_list') -%}
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


{# Blocks of four weeks that lie between a time and as_of; 0 for the latest. #}
{% macro months_ago(timestamp, as_of) -%}
    cast(floor({{ days_between(timestamp, as_of) }} / 28) as int)
{%- endmacro %}
