{{ config(enabled=var('source') == 'demo') }}
-- The macros that adapters read raw text with, each against cases worked out by hand: a case's
-- name, the text, and what the macro must make of it. Each macro is called once, over a column:
-- once per case, the query would have thousands of lines, and linting it would take a minute.
{%- set tab = "\t" %}
{%- set readings = {
    'time': ["cast(" ~ to_utc('raw_text') ~ " as string)", [
        ('utc suffix', '2019-10-01 00:00:00 UTC', '2019-10-01 00:00:00'),
        ('offset', '2019-10-01 02:30:00+02:30', '2019-10-01 00:00:00'),
        ('iso', '2019-10-01T00:00:00Z', '2019-10-01 00:00:00'),
        ('date only', '2019-10-01', '2019-10-01 00:00:00'),
        ('no such day', '2025-13-45 99:00:00', none),
        ('no time', 'not a time', none),
        ('blank before the offset', '2019-10-01 00:00:00 -0130', '2019-10-01 01:30:00'),
        ('seconds since 1970', '1569888000', '2019-10-01 00:00:00'),
        ('milliseconds since 1970', '1569888000250', '2019-10-01 00:00:00.25'),
        ('seconds with decimals', '1569888000.0', '2019-10-01 00:00:00'),
        ('microseconds since 1970', '1569888000250125', '2019-10-01 00:00:00.250125'),
        ('nanoseconds since 1970', '1569888000250125999', '2019-10-01 00:00:00.250125'),
        ('spreadsheet day', '43739.4166666667', '2019-10-01 10:00:00'),
        ('twelve hours', '2019-10-01 2:05 PM', '2019-10-01 14:05:00'),
        ('slashes', '2019/10/01 9:05', '2019-10-01 09:05:00'),
        ('no such offset', '2019-10-01 00:00:00+99:99', none),
        ('day or month first', '03/12/2019', none),
    ]],
    'text': [text_value('raw_text'), [
        ('empty', '', none),
        ('null in words', 'NULL', none),
        ('nan in words', 'nan', none),
        ('long id', '1515915625519388267', '1515915625519388267'),
    ]],
    'price': ["cast(" ~ decimal_value('raw_text') ~ " as string)", [
        ('price', '12.50', '12.5000'),
        ('grouped price', '1,299.00', '1299.0000'),
        ('price that means two', '1,299', none),
        ('exponent', '1e3', '1000.0000'),
        ('underscore', '1_000', none),
        ('price rounded to zero', '0.00001', none),
    ]],
    'quantity': ["cast(" ~ whole_number('raw_text') ~ " as string)", [
        ('too large a number', '99999999999', none),
        ('whole number', '3.0', '3'),
        ('nearly a unit', '0.9999999', none),
        ('half a unit', '1.5', none),
        ('no number', 'abc', none),
    ]],
    'zeros': [zero_padded('raw_text', 5), [
        ('zeros restored', '1037', '01037'),
        ('zeros there', '01037', '01037'),
        ('zeros lost to decimals', '1037.0', '01037'),
        ('longer digits', '1037000', '1037000'),
        ('no digits', 'abc', 'abc'),
    ]],
    'seconds': [
        "cast(" ~ seconds_between("timestamp '2025-01-01'", "timestamp '2025-01-01 00:30:00.5'") ~ " as string)",
        [('fractions', '', '1800.5')],
    ],
    'commas': [list_as_text(csv_fields('raw_text', ","), "/"), [
        ('quotes', 'a,,"b,""c""",5" pipe', 'a//b,"c"/5" pipe'),
        ('empty first field', ',"b"', '/b'),
        ('open quote', 'a,"b,c', none),
    ]],
    'tabs': [list_as_text(csv_fields('raw_text', tab), "/"), [('tabs', 'a' ~ tab ~ '"b' ~ tab ~ 'c"', 'a/b' ~ tab ~ 'c')]],
    'bars': [list_as_text(csv_fields('raw_text', "|"), "/"), [('bars', 'a|"b|c"', 'a/b|c')]],
} %}
with cases as (
    {% for kind, (reading, of_kind) in readings.items() %}
    {%- set is_last_kind = loop.last %}
    {%- for name, raw_text, expected in of_kind %}
    select
        '{{ kind }}' as kind,
        '{{ name }}' as case_name,
        '{{ raw_text }}' as raw_text,
        {{ "'" ~ expected ~ "'" if expected is not none else 'cast(null as string)' }} as expected
    {{ 'union all' if not (is_last_kind and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

read as (
    {% for kind, (reading, _) in readings.items() %}
    select
        case_name,
        expected,
        {{ reading }} as actual
    from cases
    where kind = '{{ kind }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    'macro case ' || case_name || ' gives ' || coalesce(actual, 'null') || ', not '
    || coalesce(expected, 'null') as finding
from read
where actual is distinct from expected
