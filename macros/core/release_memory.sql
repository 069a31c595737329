{#
    Pre-hook of Python models. They run in DuckDB's process and need its memory, so DuckDB gives back what it
    keeps of earlier reads. While the model reads, DuckDB may use memory up to its limit again.
#}
{% macro release_memory() -%}
    {%- if execute -%}
    set memory_limit = '1GB';
    set memory_limit = '{{ target.config_options.memory_limit }}'
    {%- endif -%}
{%- endmacro %}
