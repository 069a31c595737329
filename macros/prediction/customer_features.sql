{# What the models behind `customer_features` repeat for each measure of var `customer_feature_list`. #}

{# Names of the features of a kind: session_statistics, ratios, month_series or latent_factors. #}
{% macro customer_feature_names(kind) -%}
    {%- set features = var('customer_feature_list') -%}
    {%- set names = [] -%}
    {%- if kind == 'session_statistics' -%}
        {%- for statistic in features.statistics -%}
            {%- for measure in features.session_measures -%}
                {%- do names.append(measure ~ '_' ~ statistic) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- elif kind == 'ratios' -%}
        {%- do names.extend(features.ratios) -%}
    {%- elif kind == 'month_series' -%}
        {%- for series in features.month_series -%}
            {%- for statistic in features.month_statistics -%}
                {%- do names.append(series ~ '_' ~ statistic) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- else -%}
        {%- for family, factors in features.latent_factors.items() -%}
            {%- for number in range(factors['count']) -%}
                {%- do names.append(family ~ number) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(names) }}
{%- endmacro %}


{# A quotient that sums exactly, whatever the order: nine decimals; null for 1e9 and more. #}
{% macro measured(expression) -%}
    try_cast({{ expression }} as decimal(18, 9))
{%- endmacro %}


{# Blocks of four weeks that lie between a time and as_of; 0 for the latest. #}
{% macro months_ago(timestamp, as_of) -%}
    cast(floor({{ days_between(timestamp, as_of) }} / 28) as int)
{%- endmacro %}
