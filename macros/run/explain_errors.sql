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
        {#- of a broken contract, dbt makes a table: column, type found, type in the contract, what is wrong -#}
        {%- for line in lines if line.count('|') == 5 and 'mismatch_reason' not in line and '---' not in line -%}
            {%- set cells = line.split('|') | map('trim') | list -%}
            {%- do said.append((said | last) ~ " Column " ~ cells[1] ~ ": " ~ cells[4] ~ " (the SQL has " ~ (cells[2] or 'none') ~ ", the contract " ~ (cells[3] or 'none') ~ ").") -%}
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
