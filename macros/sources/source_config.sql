{#
    The settings of the chosen source, or of another one. A model asks for them many times, so they are kept
    in its context after the first time. Without that, dbt would parse the project more slowly.
#}
{% macro source_config(source=none) -%}
    {%- set name = source or var('source') -%}
    {%- set known = context.setdefault('source_configs', {}) -%}
    {%- if name is not string or name not in known -%}
        {%- do known.update({name: parsed_source_config(name)}) -%}
    {%- endif -%}
    {{ return(known[name]) }}
{%- endmacro %}

{# The chosen source's raw entities, {name: settings}. #}
{% macro source_entities() -%}
    {{ return(source_config().entities) }}
{%- endmacro %}


{# The settings as they stand in the source's file. #}
{% macro parsed_source_config(source) -%}
    {%- if source not in known_sources() -%}
        {{ raise_error("var 'source' is " ~ shown(source) ~ ", which is no known source. Use one of: " ~ known_sources() | join(', ') ~ ".") }}
    {%- endif -%}
    {%- set text = source_yaml(source) -%}
    {%- if not text -%}
        {{ raise_error("source '" ~ source ~ "' has no branch in macro source_yaml (macros/sources/source_config.sql). Add one like those of the other sources.") }}
    {%- endif -%}
    {%- set config = fromyaml(text) -%}
    {%- if config is not mapping -%}
        {{ raise_error(source_file(source) ~ " cannot be read as YAML. Look at its indentation, brackets and quotes; macros/sources/demo.sql shows how a source is written.") }}
    {%- endif -%}
    {{ return(config) }}
{%- endmacro %}


{#
    One branch for each source. The calls are written out, because dbt parses a model again after an edit of a
    macro only if it finds the macro's name in a call.
#}
{% macro source_yaml(source) -%}
    {%- if source == 'demo' -%}{{ demo_source() }}
    {%- elif source == 'tracking' -%}{{ tracking_source() }}
    {%- elif source == 'rees46' -%}{{ rees46_source() }}
    {%- elif source == 'online_retail' -%}{{ online_retail_source() }}
    {%- elif source == 'olist' -%}{{ olist_source() }}
    {%- elif source == 'purchase_history' -%}{{ purchase_history_source() }}
    {%- elif source == 'customer_model' -%}{{ customer_model_source() }}
    {%- endif -%}
{%- endmacro %}

{# The names of all sources. Only their macros have names that end in _source. #}
{% macro known_sources() -%}
    {%- set found = [] -%}
    {%- for name in context.footfall if name.endswith('_source') -%}
        {%- do found.append(name[:-7]) -%}
    {%- endfor -%}
    {{ return(found | sort) }}
{%- endmacro %}

{% macro source_file(source) -%}
    {{ return('macros/sources/' ~ source ~ '.sql') }}
{%- endmacro %}
