{# A var that holds a time, as SQL; null when it is not set. #}
{% macro time_literal(name) -%}
    {{ return("cast(" ~ (text_literal(var(name) | string) if var(name) is not none else "null") ~ " as timestamp)") }}
{%- endmacro %}


{% macro text_literal(text) -%}
    {{ return(adapter.dispatch('text_literal', 'footfall')(text)) }}
{%- endmacro %}


{% macro duckdb__text_literal(text) -%}
    {{ return("'" ~ text | replace("'", "''") ~ "'") }}
{%- endmacro %}


{% macro text_literals(texts) -%}
    {%- set literals = [] -%}
    {%- for text in texts -%}{%- do literals.append(text_literal(text)) -%}{%- endfor -%}
    {{ return(literals | join(', ')) }}
{%- endmacro %}


{# Paths with [, * and ? escaped, which the reader would otherwise take as a pattern. #}
{% macro path_list(paths) -%}
    {%- set escaped = [] -%}
    {%- for path in paths -%}
        {%- do escaped.append(modules.re.sub('([*?[])', '[\\1]', path)) -%}
    {%- endfor -%}
    {{ return("[" ~ text_literals(escaped) ~ "]") }}
{%- endmacro %}
