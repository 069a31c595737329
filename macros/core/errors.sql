{# Ends the run with one line, also where a var or a file's name holds a line end. #}
{% macro raise_error(message) -%}
    {{ exceptions.raise_compiler_error("Footfall: " ~ one_line(message)) }}
{%- endmacro %}


{# Of several problems, each has its line before. #}
{% macro raise_errors(messages) -%}
    {%- if messages | length > 1 -%}
        {%- for message in messages -%}{{ log("Footfall: " ~ one_line(message), info=true) }}{%- endfor -%}
        {{ raise_error(messages[0] ~ " (And " ~ (messages | length - 1) ~ " more, listed above.)") }}
    {%- elif messages -%}
        {{ raise_error(messages[0]) }}
    {%- endif -%}
{%- endmacro %}


{% macro one_line(text) -%}
    {{ return(text | replace('\n', '\\n') | replace('\r', '\\r')) }}
{%- endmacro %}


{% macro shown(value) -%}
    {{ return("null" if value is none else "'" ~ value ~ "'") }}
{%- endmacro %}
