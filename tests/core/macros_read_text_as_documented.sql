{{ config(enabled=var('source') == 'demo') }}
-- The macros that adapters read raw text with, each against cases worked out by hand.
{%- set cases = {
    'utc suffix': ["cast(" ~ to_utc("'2019-10-01 00:00:00 UTC'") ~ " as string)", "'2019-10-01 00:00:00'"],
    'offset': ["cast(" ~ to_utc("'2019-10-01 02:30:00+02:30'") ~ " as string)", "'2019-10-01 00:00:00'"],
    'iso': ["cast(" ~ to_utc("'2019-10-01T00:00:00Z'") ~ " as string)", "'2019-10-01 00:00:00'"],
    'date only': ["cast(" ~ to_utc("'2019-10-01'") ~ " as string)", "cast(" ~ to_utc("'2019-10-01 00:00:00'") ~ " as string)"],
    'no such day': ["cast(" ~ to_utc("'2025-13-45 99:00:00'") ~ " as string)", "null"],
    'no time': ["cast(" ~ to_utc("'not a time'") ~ " as string)", "null"],
    'empty': [text_value("''"), "null"],
    'null in words': [text_value("'NULL'"), "null"],
    'nan in words': [text_value("'nan'"), "null"],
    'long id': [text_value("'1515915625519388267'"), "'1515915625519388267'"],
    'blank before the offset': ["cast(" ~ to_utc("'2019-10-01 00:00:00 -0130'") ~ " as string)", "'2019-10-01 01:30:00'"],
    'seconds since 1970': ["cast(" ~ to_utc("'1569888000'") ~ " as string)", "'2019-10-01 00:00:00'"],
    'milliseconds since 1970': ["cast(" ~ to_utc("'1569888000250'") ~ " as string)", "'2019-10-01 00:00:00.25'"],
    'too large a number': ["cast(" ~ whole_number("'99999999999'") ~ " as string)", "null"],
    'whole number': ["cast(" ~ whole_number("'3.0'") ~ " as string)", "'3'"],
    'seconds with decimals': ["cast(" ~ to_utc("'1569888000.0'") ~ " as string)", "'2019-10-01 00:00:00'"],
    'microseconds since 1970': ["cast(" ~ to_utc("'1569888000250125'") ~ " as string)", "'2019-10-01 00:00:00.250125'"],
    'nanoseconds since 1970': ["cast(" ~ to_utc("'1569888000250125999'") ~ " as string)", "'2019-10-01 00:00:00.250125'"],
    'spreadsheet day': ["cast(" ~ to_utc("'43739.4166666667'") ~ " as string)", "'2019-10-01 10:00:00'"],
    'twelve hours': ["cast(" ~ to_utc("'2019-10-01 2:05 PM'") ~ " as string)", "'2019-10-01 14:05:00'"],
    'slashes': ["cast(" ~ to_utc("'2019/10/01 9:05'") ~ " as string)", "'2019-10-01 09:05:00'"],
    'no such offset': ["cast(" ~ to_utc("'2019-10-01 00:00:00+99:99'") ~ " as string)", "null"],
    'day or month first': ["cast(" ~ to_utc("'03/12/2019'") ~ " as string)", "null"],
    'price': ["cast(" ~ decimal_value("'12.50'") ~ " as string)", "'12.5000'"],
    'grouped price': ["cast(" ~ decimal_value("'1,299.00'") ~ " as string)", "'1299.0000'"],
    'price that means two': ["cast(" ~ decimal_value("'1,299'") ~ " as string)", "null"],
    'exponent': ["cast(" ~ decimal_value("'1e3'") ~ " as string)", "'1000.0000'"],
    'underscore': ["cast(" ~ decimal_value("'1_000'") ~ " as string)", "null"],
    'price rounded to zero': ["cast(" ~ decimal_value("'0.00001'") ~ " as string)", "null"],
    'nearly a unit': ["cast(" ~ whole_number("'0.9999999'") ~ " as string)", "null"],
    'half a unit': ["cast(" ~ whole_number("'1.5'") ~ " as string)", "null"],
    'no number': ["cast(" ~ whole_number("'abc'") ~ " as string)", "null"],
    'zeros restored': [zero_padded("'1037'", 5), "'01037'"],
    'zeros there': [zero_padded("'01037'", 5), "'01037'"],
    'zeros lost to decimals': [zero_padded("'1037.0'", 5), "'01037'"],
    'longer digits': [zero_padded("'1037000'", 5), "'1037000'"],
    'no digits': [zero_padded("'abc'", 5), "'abc'"],
    'fractions': [
        "cast(" ~ seconds_between("timestamp '2025-01-01'", "timestamp '2025-01-01 00:30:00.5'") ~ " as string)",
        "'1800.5'",
    ],
    'quotes': [
        list_as_text(csv_fields("'a,,\"b,\"\"c\"\"\",5\" pipe'", ","), "/"),
        "'a//b,\"c\"/5\" pipe'",
    ],
    'empty first field': [list_as_text(csv_fields("',\"b\"'", ","), "/"), "'/b'"],
    'tabs': [list_as_text(csv_fields("'a\t\"b\tc\"'", "\t"), "/"), "'a/b\tc'"],
    'bars': [list_as_text(csv_fields("'a|\"b|c\"'", "|"), "/"), "'a/b|c'"],
    'open quote': [list_as_text(csv_fields("'a,\"b,c'", ","), "/"), "null"],
} %}
with cases as (
    {% for name, pair in cases.items() %}
    select
        '{{ name }}' as case_name,
        {{ pair[0] }} as actual,
        {{ pair[1] }} as expected
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    'macro case ' || case_name || ' gives ' || coalesce(actual, 'null') || ', not '
    || coalesce(expected, 'null') as finding
from cases
where actual is distinct from expected
