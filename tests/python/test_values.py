"""How raw text is read as numbers and times, against readings by Python's decimal and datetime.

The macros' SQL is compiled once for each way a source may write its values, and run over texts.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warehouses import built

# name: (settings of the source, its time zone)
SOURCES = {
    "plain": {},
    "point": {"decimal_mark": "."},
    "comma": {"decimal_mark": ",", "time_zone": "Europe/Berlin", "day_first": True},
    "american": {"day_first": False, "time_zone": "America/New_York"},
    "formats": {
        "time_formats": ["%d.%m.%y %H:%M", "%b %d, %Y", "%d/%b/%Y:%H:%M:%S %z"],
        "time_zone": "Europe/Berlin",
    },
    "words": {"null_words": ["-", "k.A.", " Leer ", -1, "0", 1741000000]},
}
INLINE = """
{%%- for name, settings in %s.items() -%%}
{%%- do source_config().update({'decimal_mark': none, 'time_formats': none, 'day_first': none}) -%%}
{%%- do source_config().update({'null_words': none, 'time_zone': 'UTC'}) -%%}
{%%- do source_config().update(settings) %%}
==== {{ name }} decimal: {{ decimal_value('text') }}
==== {{ name }} whole: {{ whole_number('text') }}
==== {{ name }} time: {{ to_utc('text') }}
==== {{ name }} text: {{ text_value('text') }}
==== {{ name }} amount: {{ raw_amount({'price_column': 'text'}) }}
{%%- endfor %%}
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Return a function that reads a text as a source does: read('comma', 'decimal', '49,90')."""
    sources = json.dumps(SOURCES).replace("true", "True").replace("false", "False")
    compiled = built(
        tmp_path_factory.mktemp("values"), "--quiet", "compile", "--inline", INLINE % sources
    )
    found = re.findall(r"==== (\w+) (\w+): (.*?)(?=\n====|\Z)", compiled.output, re.DOTALL)
    sql = {(source, kind): text for source, kind, text in found}
    assert len(sql) == 5 * len(SOURCES)
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")

    def read_text(source: str, kind: str, text: str):
        query = f"select {sql[source, kind]} from (select cast(? as varchar) as text)"
        return connection.execute(query, [text]).fetchone()[0]

    return read_text


NUMBERS = [
    # text, as plain, as point, as comma
    ("12.50", "12.50", "12.50", None),
    ("49,90", None, None, "49.90"),
    ("1,299.00", "1299", "1299", None),
    ("1.299,00", None, None, "1299"),
    ("1,299", None, "1299", "1.299"),
    ("1.299", "1.299", "1.299", "1299"),
    ("1.299.000", None, None, "1299000"),
    ("1,299,000", None, "1299000", None),
    ("1'299.50", "1299.50", "1299.50", None),
    ("1\u2019299,50", None, None, "1299.50"),
    ("1 299,50", None, None, "1299.50"),
    ("1\u00a0299,50", None, None, "1299.50"),
    ("1\u202f299,50", None, None, "1299.50"),
    ("12,99.00", None, None, None),
    ("1,2345.00", None, None, None),
    ("1299,000.00", None, None, None),
    ("1.29", "1.29", "1.29", None),
    ("0,123", None, None, "0.123"),
    ("0.123", "0.123", "0.123", None),
    ("1,299 000.00", None, None, None),
    ("  7.5 ", "7.5", "7.5", None),
    ("-7.5", "-7.5", "-7.5", None),
    ("+7", "7", "7", "7"),
    (".5", "0.5", "0.5", None),
    (",5", None, None, "0.5"),
    ("5.", "5", "5", None),
    ("$12.50", "12.50", "12.50", None),
    ("-$12.50", "-12.50", "-12.50", None),
    ("12,50 USD", None, None, "12.50"),
    ("12.50 EUR", None, None, None),
    ("\u20ac12.50", None, None, None),
    ("1_000", None, None, None),
    ("0x10", None, None, None),
    ("1e3", "1000", "1000", "1000"),
    ("2.5e+03", "2500", "2500", "2500"),
    ("1e-5", None, None, None),
    ("0.00001", None, None, None),
    ("0.00004999", None, None, None),
    ("0.00005", "0.0001", "0.0001", None),
    ("-0.00001", None, None, None),
    ("0,00001", None, None, None),
    ("0.000000", "0", "0", None),
    ("12.3456789", "12.3457", "12.3457", None),
    ("99999999999999.9999", "99999999999999.9999", "99999999999999.9999", None),
    ("999999999999999", None, None, None),
    ("abc", None, None, None),
    ("", None, None, None),
    ("-", None, None, None),
    ("1.2.3", None, None, None),
    ("1,,000.00", None, None, None),
    ("12.50.", None, None, None),
    ("inf", None, None, None),
    ("1 2", None, None, None),
    ("12\n50", None, None, None),
]


@pytest.mark.parametrize(("text", "plain", "point", "comma"), NUMBERS)
def test_numbers_are_read_as_the_source_writes_them(read, text, plain, point, comma):
    for source, expected in {"plain": plain, "point": point, "comma": comma}.items():
        number = None if expected is None else Decimal(expected)
        assert read(source, "decimal", text) == number, source
        assert read(source, "amount", text) == abs(number or 0), source


@pytest.mark.parametrize(
    ("text", "plain", "comma"),
    [
        ("3", 3, 3),
        ("3.0", 3, None),
        ("3,0", None, 3),
        ("3.", 3, None),
        ("-12", -12, -12),
        (" 4 ", 4, 4),
        ("1.000", 1, 1000),
        ("1,000", None, 1),
        ("0.9999999", None, None),
        ("0,9999999", None, None),
        ("1.00000001", None, None),
        ("0.99999999999999999999", None, None),
        ("1.5", None, None),
        ("1_000", None, None),
        ("1e5", 100000, 100000),
        ("1.5e0", None, None),
        ("2147483647", 2147483647, 2147483647),
        ("2147483648", None, None),
        ("99999999999", None, None),
        ("0x10", None, None),
    ],
)
def test_quantities_are_whole_or_none(read, text, plain, comma):
    assert read("plain", "whole", text) == plain
    assert read("comma", "whole", text) == comma


numbers = st.decimals(-(10**13), 10**13, places=4)


@settings(max_examples=60, deadline=None)
@given(numbers, st.sampled_from(["comma", "point"]), st.sampled_from(["", "'", " ", "own"]))
def test_a_written_number_is_read_back(read, number, source, grouping):
    own, mark = (".", ",") if source == "comma" else (",", ".")
    text = f"{number:,.4f}".replace(",", "#").replace(".", mark)
    text = text.replace("#", own if grouping == "own" else grouping)
    assert read(source, "decimal", text) == number


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 999999), st.integers(4, 12))
def test_no_price_becomes_zero(read, digits, places):
    exact = Decimal(digits).scaleb(-places)
    rounded = exact.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert read("plain", "decimal", f"{exact:f}") == (rounded or None)


@settings(max_examples=60, deadline=None)
@given(st.text("0123456789.,'- eE_", max_size=12))
def test_any_other_text_is_no_number_or_the_right_one(read, text):
    found = read("plain", "decimal", text)
    if found is not None:
        cleaned = Decimal(re.sub(r"(?<=\d)[,' ](?=\d{3})", "", text.strip()).replace("- ", "-"))
        assert abs(found - cleaned) <= Decimal("0.00005")


def test_a_source_s_words_for_nothing(read):
    for word in ("-", "k.a.", "K.A.", "leer", " LEER ", "-1", "0", "NULL", " "):
        assert read("words", "text", word) is None, word
        assert read("words", "amount", word) == 0, word
    for word in ("--", "10", "leerer", "kA"):
        assert read("words", "text", word) == word
    assert read("plain", "text", "-") == "-"
    assert read("words", "decimal", "-1") is None
    assert read("words", "whole", "0") is None
    assert read("words", "time", "1741000000") is None
    assert read("words", "time", "1741000001") == datetime(2025, 3, 3, 11, 6, 41)


TIMES = [
    # source, text, UTC
    ("plain", "2025-03-03 10:00:00", "2025-03-03 10:00:00"),
    ("plain", "2025-03-03 10:00:00 UTC", "2025-03-03 10:00:00"),
    ("plain", "2025-03-03T10:00:00Z", "2025-03-03 10:00:00"),
    ("plain", "2025-03-03T10:00:00.25+02:00", "2025-03-03 08:00:00.25"),
    ("plain", "2025-03-03 10:00:00 -0500", "2025-03-03 15:00:00"),
    ("plain", "2025-03-03 10:00:00 Z", "2025-03-03 10:00:00"),
    ("plain", "2025-03-03 10:00 America/New_York", "2025-03-03 15:00:00"),
    ("plain", "2025-03-03 10:00:00+14:00", "2025-03-02 20:00:00"),
    ("plain", "2025-03-03 10:00:00+14:30", None),
    ("plain", "2025-03-03 10:00:00+15:00", None),
    ("plain", "2025-03-03 10:00:00+99:99", None),
    ("plain", "2025-03-03 10:00:00-02:60", None),
    ("plain", "2025-02-29 10:00:00", None),
    ("plain", "2024-02-29 10:00:00", "2024-02-29 10:00:00"),
    ("plain", "2025-04-31", None),
    ("plain", "2025-3-3 9:05", "2025-03-03 09:05:00"),
    ("plain", "2025/03/03 9:05", "2025-03-03 09:05:00"),
    ("plain", "2025-03-03", "2025-03-03 00:00:00"),
    ("plain", "2025-03-14 2:05 PM", "2025-03-14 14:05:00"),
    ("plain", "2025-03-14 12:05:30 am", "2025-03-14 00:05:30"),
    ("plain", "2025-03-14 13:05 PM", None),
    ("plain", "1741000000", "2025-03-03 11:06:40"),
    ("plain", "1741000000.0", "2025-03-03 11:06:40"),
    ("plain", "1741000000.25", "2025-03-03 11:06:40.25"),
    ("plain", "1741000000,5", "2025-03-03 11:06:40.5"),
    ("plain", "1741000000250", "2025-03-03 11:06:40.25"),
    ("plain", "1741000000250.5", "2025-03-03 11:06:40.2505"),
    ("plain", "1741000000250125", "2025-03-03 11:06:40.250125"),
    ("plain", "1741000000250125.0", "2025-03-03 11:06:40.250125"),
    ("plain", "1741000000250125999", "2025-03-03 11:06:40.250125"),
    ("plain", "174100000", None),
    ("plain", "17410000001", None),
    ("plain", "45719", "2025-03-03 00:00:00"),
    ("plain", "45719.4166666667", "2025-03-03 10:00:00"),
    ("plain", "45719,416666666664", "2025-03-03 10:00:00"),
    ("plain", "60.5", None),
    ("plain", "03/12/2025", None),
    ("plain", "3.12.2025 9:05", None),
    ("plain", "25/12/2025", None),
    ("plain", "12:30", None),
    ("plain", "infinity", None),
    ("plain", "epoch", None),
    ("plain", "2025-01-01 (BC)", None),
    ("plain", "20250303", None),
    ("plain", "2025-03-03 10:00:60", None),
    ("plain", "", None),
    # winter is UTC+1 and summer UTC+2
    ("comma", "3.12.2025 9:05", "2025-12-03 08:05:00"),
    ("comma", "03.07.2025 09:05:07", "2025-07-03 07:05:07"),
    ("comma", "03/12/2025", "2025-12-02 23:00:00"),
    ("comma", "03-12-2025 2:05 PM", "2025-12-03 13:05:00"),
    ("comma", "03/12/2025, 02:05:06pm", "2025-12-03 13:05:06"),
    ("comma", "03/12/2025 10:00:00.5 +0000", "2025-12-03 10:00:00.5"),
    ("comma", "03/12/2025 10:00 +99:99", None),
    ("comma", "29.02.2025", None),
    ("comma", "31.04.2025 10:00", None),
    ("comma", "3/14/2025 9:05", None),
    ("comma", "03.12.25 9:05", None),
    ("comma", "03.12.20255", None),
    ("comma", "03/12.2025", None),
    ("comma", "2025-12-03 09:05:00", "2025-12-03 08:05:00"),
    ("comma", "2025-12-03T09:05:00Z", "2025-12-03 09:05:00"),
    ("comma", "45719.5", "2025-03-03 11:00:00"),
    ("comma", "1741000000", "2025-03-03 11:06:40"),
    ("comma", "2025-12-03 2:05 PM", "2025-12-03 13:05:00"),
    ("american", "3/14/2025 9:05", "2025-03-14 13:05:00"),
    ("american", "03/12/2025 12:00 AM", "2025-03-12 04:00:00"),
    ("american", "25/12/2025", None),
    ("american", "12.3.2025", "2025-12-03 05:00:00"),
    ("formats", "03.12.25 09:05", "2025-12-03 08:05:00"),
    ("formats", "Mar 3, 2025", "2025-03-02 23:00:00"),
    ("formats", "03/Mar/2025:10:00:00 +0200", "2025-03-03 08:00:00"),
    ("formats", "03/Mar/2025:10:00:00 +9999", None),
    ("formats", "30.02.25 09:05", None),
    ("formats", "2025-12-03 09:05:00", "2025-12-03 08:05:00"),
    ("formats", "03.12.2025 09:05", None),
]


@pytest.mark.parametrize(("source", "text", "expected"), TIMES)
def test_times_are_read_as_the_source_writes_them(read, source, text, expected):
    assert read(source, "time", text) == (expected and datetime.fromisoformat(expected))


moments = st.datetimes(datetime(2001, 9, 10), datetime(2170, 1, 1))
MICROSECOND = timedelta(microseconds=1)


@settings(max_examples=60, deadline=None)
@given(moments, st.sampled_from([0, 3, 6, 9]), st.integers(0, 999))
def test_every_epoch_is_read_back(read, moment, power, rest):
    micros = (moment - datetime(1970, 1, 1)) // MICROSECOND
    digits = f"{micros * 1000 + rest:019d}"
    whole, fraction = digits[: 10 + power], digits[10 + power :]
    assert read("plain", "time", f"{whole}.{fraction}") == moment


@settings(max_examples=60, deadline=None)
@given(moments)
def test_every_day_number_is_read_back_to_the_millisecond(read, moment):
    days = (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    found = read("plain", "time", f"{days:.10f}")
    assert abs(found - moment) <= timedelta(milliseconds=1)


@settings(max_examples=60, deadline=None)
@given(moments, st.sampled_from("./-"), st.booleans(), st.integers(-14 * 60, 14 * 60))
def test_days_and_months_change_places_with_day_first(read, moment, mark, is_padded, offset):
    moment = moment.replace(microsecond=0)
    day, month = (
        (f"{moment.day:02d}", f"{moment.month:02d}")
        if is_padded
        else (
            moment.day,
            moment.month,
        )
    )
    sign, minutes = ("-" if offset < 0 else "+"), abs(offset)
    zone = f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
    utc = moment - timedelta(minutes=offset)
    for source, first, second in (("comma", day, month), ("american", month, day)):
        text = f"{first}{mark}{second}{mark}{moment:%Y} {moment:%H:%M:%S}"
        assert read(source, "time", f"{text} {zone}") == utc
        hours = f"{first}{mark}{second}{mark}{moment:%Y %I:%M:%S %p}"
        local = moment.replace(tzinfo=ZoneInfo(SOURCES[source]["time_zone"]))
        expected = local.astimezone(UTC).replace(tzinfo=None)
        assert read(source, "time", text) == expected
        assert read(source, "time", hours) == expected
