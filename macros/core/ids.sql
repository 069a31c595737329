{# Ids: how a source's are cleaned, how ours are made, and how events are ordered by them. #}

{#
    An id or code without the blanks around it (also tabs, line ends and no-break blanks); null when nothing
    is left. Comparisons spare nearly every text the whole look: blanks and control characters sort before
    '!', and what is not ASCII from chr(128) on.
-#}
{% macro trimmed(column) -%}
    case
        when
            {{ column }} < '!' or {{ column }} >= chr(128)
            or {{ column }} like '% ' or {{ column }} like '%' || chr(9)
            or {{ column }} like '%' || chr(10) or {{ column }} like '%' || chr(13)
            or {{ column }} like '%' || chr(160)
            then nullif(trim(both {{ blanks() }} from {{ column }}), '')
        else {{ column }}
    end
{%- endmacro %}

{% macro blanks() -%}
    ' ' || chr(9) || chr(10) || chr(13) || chr(160)
{%- endmacro %}


{#
    An id, or null where it is one of the words in placeholder_ids.placeholders, each between chr(30) and
    chr(31). The first character spares most ids the search.
-#}
{% macro known_id(column) -%}
    case
        when instr(placeholder_ids.first_characters, lower(left({{ column }}, 1))) = 0 then {{ column }}
        when instr(placeholder_ids.placeholders, chr(30) || lower({{ column }}) || chr(31)) = 0
            then {{ column }}
    end
{%- endmacro %}


{#
    A source's id in a form that no id of our own has. Ours hold a single tilde (`anonymous~d1`, `s1~2`), so
    a tilde of the source's is doubled.
-#}
{% macro source_id(column) -%}
    replace({{ column }}, '~', '~~')
{%- endmacro %}


{# Who an event is by, when no known customer is: its device, else its session, else its order's buyer. #}
{% macro visitor_id() -%}
    coalesce('anonymous~' || anonymous_id, 'session~' || session_id, 'order~' || order_id)
{%- endmacro %}


{# Where an event stands among all others, as one sort key: time; equal times by type, then the whole id. #}
{% macro event_position() -%}
    {{ sort_key(['event_at', 'event_order', 'event_id']) }}
{%- endmacro %}
