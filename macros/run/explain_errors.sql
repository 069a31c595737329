{#
    After a run: what stopped it, in one line. Of several errors only the first, because a full disk causes
    many. When the machine lacks disk or memory, the line says what to do. A seed whose file cannot be loaded
    is among the findings of say_summary instead.
#}
{% macro explain_errors(results) -%}
    {%- set failed = [] -%}
    {%- for result in results if execute and result.status == 'error' and not is_csv_error(result) -%}
        {%- do failed.append(result) -%}
    {%- endfor -%}
    {%- if failed -%}
        {#- the first line says where, the second what -#}
        {%- set lines = failed[0].message.splitlines() -%}
        {%- set said = [lines[:2] | map('trim') | join(': ')] -%}
        {%- for line in lines if 'Error: ' in line -%}
            {%- do said.append(failed[0].node.name ~ " was not built: " ~ line | trim) -%}
        {%- endfor -%}
        {%- set more_memory = ' Raise FOOTFALL_MEMORY_LIMIT (see profiles.yml), then run again.' -%}
        {%- set advice = {
            'No space left on device': ' Free disk space, then run again.',
            'Out of Memory Error': more_memory,
            'Failed to commit: could not allocate': more_memory,
        } -%}
        {%- for text, todo in advice.items() if text in said | last -%}
            {%- do said.append((said | last) ~ "." ~ todo) -%}
        {%- endfor -%}
        {{ log("Footfall: " ~ (said | last).split("Footfall: ", 1) | last, info=true) }}
    {%- endif -%}
{%- endmacro %}
