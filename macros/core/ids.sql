{# Ids: how a source's are cleaned, how ours are made, and how events are ordered by them. #}

{#
    An id or code without the blanks around it (also tabs, line ends and no-break blanks); null when nothing
    is left. Nearly no text has any, so the two ends are compared first: blanks and control characters sort
    before '!', and other kinds of blanks from chr(128) on.
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
    An id, or null where it is a word for nobody. placeholder_ids.placeholders holds the words in one text, each
    between chr(30) and chr(31). Most ids need no search, because no word begins with their first character.
-#}
{% macro known_id(column) -%}
    case
        when instr(placeholder_ids.first_characters, lower(left({{ column }}, 1))) = 0 then {{ column }}
        when instr(placeholder_ids.placeholders, chr(30) || lower({{ column }}) || chr(31)) = 0
            then {{ column }}
    end
{%- endmacro %}


{#
    A source's id, changed so that it never equals an id that Footfall makes. Those hold a single tilde
    (`anonymous~d1`, `s1~2`), so a tilde in the source's id is doubled.
-#}
{% macro source_id(column) -%}
    replace({{ column }}, '~', '~~')
{%- endmacro %}


{# The visitor of an event without a known customer: its device, else its session, else its order. #}
{% macro visitor_id() -%}
    coalesce('anonymous~' || anonymous_id, 'session~' || session_id, 'order~' || order_id)
{%- endmacro %}


{# One sort key for events: by time; equal times by type, then by the whole id. #}
{% macro event_position() -%}
    {{ sort_key(['event_at', 'event_order', 'event_id']) }}
{%- endmacro %}
