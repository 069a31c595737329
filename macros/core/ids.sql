{# Ids: how a source's are cleaned, how ours are made, and how events are ordered by them. #}

{#
    An id or code without the blanks around it (also tabs, line ends and no-break blanks); null when nothing
    is left. The first and the last character spare nearly every text the whole look.
-#}
{% macro trimmed(column) -%}
    case
        when
            ascii({{ column }}) <= 32 or ascii({{ column }}) > 127
            or ascii(right({{ column }}, 1)) <= 32 or ascii(right({{ column }}, 1)) > 127
            then nullif(trim(both {{ blanks() }} from {{ column }}), '')
        else {{ column }}
    end
{%- endmacro %}

{% macro blanks() -%}
    ' ' || chr(9) || chr(10) || chr(13) || chr(160)
{%- endmacro %}


{# An id, or null where it is one of the words in placeholder_ids.placeholders, each between chr(30) and chr(31). #}
{% macro known_id(column) -%}
    case
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
