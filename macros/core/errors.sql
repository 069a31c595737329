{# Ends the run with a message of one line, even if a var or a file's name in it holds a line end. #}
{% macro raise_error(message) -%}
    {{ exceptions.raise_compiler_error("Footfall: " ~ one_line(message)) }}
{%- endmacro %}


{# Ends the run with the first of several problems, after printing a line for each. #}
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
