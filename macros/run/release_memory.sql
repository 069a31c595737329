{#
    Pre-hook of Python models, which run in DuckDB's process: it gives back the memory in which it keeps what
    was read before. What the model reads, it may hold again up to its own limit.
#}
{% macro release_memory() -%}
    {%- if execute -%}
    set memory_limit = '1GB';
    set memory_limit = '{{ target.config_options.memory_limit }}'
    {%- endif -%}
{%- endmacro %}
