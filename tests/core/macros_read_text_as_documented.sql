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
