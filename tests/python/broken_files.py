"""Raw files with every defect we know of, and what must become of each of their rows.

A `File` is a specification. `rendered` turns it into bytes and, while it writes, notes for each
record what the warehouse owes it: the reference knows what it broke and never parses anything.
"""

import gzip
import io
import random
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st


@dataclass(frozen=True)
class Shape:
    """A source: its columns, and which of them play the parts that the checks look at."""

    source: str
    columns: tuple[str, ...]
    optional: tuple[str, ...]
    key: str
    time: str
    customer: str
    session: str
    text: str
    # what the warehouse calls key, customer, product and text
    marts: tuple[str, str, str, str]


TRACKING = Shape(
    "tracking",
    (
        *("event_id", "timestamp", "customer_id", "session_id", "event_type", "product_id"),
        *("device_type", "traffic_source", "campaign_id", "page_category"),
        *("session_duration_sec", "experiment_group"),
    ),
    ("anonymous_id", "order_id", "quantity", "unit_price", "brand", "loaded_at"),
    *("event_id", "timestamp", "customer_id", "session_id", "page_category"),
    ("event_id", "customer_id", "product_id", "page_type"),
)
REES46 = Shape(
    "rees46",
    (
        *("event_time", "event_type", "product_id", "category_id", "category_code", "brand"),
        *("price", "user_id", "user_session"),
    ),
    (),
    *("product_id", "event_time", "user_id", "user_session", "brand"),
    ("product_id", "customer_id", "product_id", "brand"),
)


# ---- specifications ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A record and what is wrong with it; `variant` chooses among the defect's forms."""

    defect: str
    variant: int
    key_style: int
    customer: str
    text: str
    moment: datetime
    time_style: int
    is_quoted: bool


@dataclass(frozen=True)
class File:
    """A file of rows, and what is odd about the file; `layout` numbers the order of its columns."""

    rows: tuple[Row, ...]
    layout: int
    odd_name: str
    extension: str
    header: str
    delimiter: str = ","
    line_ends: tuple[str, ...] = ("\n",)
    has_bom: bool = False
    is_zipped: bool = False
    has_final_line_end: bool = True


DEFECTS = (
    *("", "", "", "", "", "", "", "repeat", "blank", "no_customer", "null_words"),
    *("open_quote", "too_few", "too_many", "bad_bytes", "only_blanks", "header_again"),
    *("bad_time", "out_of_range", "bad_number", "long", "cut", "cut"),
)
# what a parquet file can hold
TYPED_DEFECTS = ("", "", "", "", "repeat", "no_customer", "bad_time", "out_of_range")
NULL_WORDS = ("", "NULL", "null", "nan", "NaN", "None", "N/A", " ", "\\N")
BAD_TIMES = (
    *("yesterday", "2025-13-45", "2025-02-30 00:00:00", "2025-03-01 25:00:00", "12345"),
    *("17408232001", "Sat Mar 1 2025", "31/12/2025", *NULL_WORDS),
)
OUT_OF_RANGE = (
    *(
        (datetime(1999, 12, 31, 23, 59, 59), "before_valid_from"),
        (datetime(1700, 1, 1), "before_valid_from"),
    ),
    *((datetime(2040, 1, 1), "after_valid_to"), (datetime(2200, 1, 1), "after_valid_to")),
)
BAD_NUMBERS = (
    *(("quantity", "x", "unparseable_quantity"), ("quantity", "1.5", "unparseable_quantity")),
    *(("quantity", "0", "quantity_not_positive"), ("quantity", "-3", "quantity_not_positive")),
    *(("unit_price", "abc", "unparseable_price"), ("unit_price", "-1", "negative_price")),
    *(("price", "1,5", "unparseable_price"), ("price", "-0.01", "negative_price")),
)
BAD_BYTES = (b"caf\xe9", b"\xff\xfe", b"\xf0\x9f", b"\xed\xa0\x80", b"\xc0\x80")
ODD_NAMES = (
    *([""] * 40),
    *(" two words", "'quote", '"double', "[1]", "{a,b}", "ünïcode", "#1", "100%", "$HOME"),
    *("country=DE", "a&b", "*", "?", "😀", "-- drop", "(copy)", "a.b", "~", "a=b;c"),
)
LINE_ENDS = (
    *(("\n",), ("\n",), ("\r\n",), ("\r\n",), ("\r",), ("\n", "\r\n"), ("\r\n", "\n")),
    *(("\n", "\r"), ("\r", "\n"), ("\r\r\n",), ("\r\n", "\r")),
)
LAYOUTS = 8

texts = st.one_of(
    st.sampled_from(
        ["home", "café", "вход", 'a "quoted" word', "two\nlines", '5" pipe', "\n", '"']
    ),
    st.text(st.sampled_from("abnrt0 ,;\t|\"\n'é€😀\x07\\\u2028"), max_size=10),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=6),
)
customers = st.one_of(
    st.integers(0, 10**19 - 1).map(lambda number: f"{number:019d}"),
    st.sampled_from(["007", "0", "c1", "O'Neil", "ünï", "a b", "1e5", "0x1F", "-1", "1.0", "true"]),
)
row_parts = {
    "variant": st.integers(0, 19),
    "key_style": st.integers(0, 3),
    "customer": customers,
    "text": texts,
    "moment": st.datetimes(datetime(2001, 10, 1), datetime(2039, 12, 1)),
    "time_style": st.integers(0, 11),
    "is_quoted": st.booleans(),
}
csv_files = st.builds(
    File,
    rows=st.lists(st.builds(Row, st.sampled_from(DEFECTS), **row_parts), max_size=6).map(tuple),
    layout=st.integers(0, LAYOUTS - 1),
    odd_name=st.sampled_from(ODD_NAMES),
    extension=st.sampled_from(["csv", "csv", "csv", "tsv", "txt", "CSV"]),
    header=st.sampled_from(["plain", "plain", "quoted", "spelled"]),
    delimiter=st.sampled_from(",,,;\t|"),
    line_ends=st.sampled_from(LINE_ENDS),
    has_bom=st.sampled_from([False, False, True]),
    is_zipped=st.sampled_from([False, False, False, True]),
    has_final_line_end=st.booleans(),
)
parquet_files = st.builds(
    File,
    rows=st.lists(st.builds(Row, st.sampled_from(TYPED_DEFECTS), **row_parts), max_size=6).map(
        tuple
    ),
    layout=st.integers(0, LAYOUTS - 1),
    odd_name=st.sampled_from(ODD_NAMES),
    extension=st.just("parquet"),
    header=st.sampled_from(["plain", "spelled"]),
)


def drawn(files, count: int) -> list[File]:
    """Let hypothesis think up so many files, the same ones each time."""
    found = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(files)
    def collect(file):
        found.append(file)

    collect()
    return found


# ---- the files, and what must become of them -----------------------------------------------------


@dataclass
class Rendered:
    """A file's bytes and what the warehouse owes it.

    kept: (customer, product, text, time) by key; rejected: reasons by row number.
    """

    path: str
    file: File
    data: bytes = b""
    rows_in: int = 0
    kept: dict[str, tuple] = field(default_factory=dict)
    rejected: dict[int, str] = field(default_factory=dict)
    has_line_numbers: bool = True


def rendered(shape: Shape, file: File, number: int) -> Rendered:
    """Write the file, the number-th of its batch: ids are unique because number is."""
    # DuckDB takes what follows a question mark for a web address's query, and no .gz behind it
    odd_name = file.odd_name.replace("?", "") if file.is_zipped else file.odd_name
    name = f"events{number}{odd_name}.{file.extension}" + (".gz" if file.is_zipped else "")
    write = write_parquet if file.extension == "parquet" else write_csv
    return write(shape, file, number, Rendered(name, file))


def key_of(style: int, number: int) -> str:
    """Ids as shops have them: plain, 19 digits, leading zeros, other characters."""
    styles = (f"e{number}", f"{10**18 + number}", f"{number:012d}", f"id {number}/é")
    return styles[style]


def time_of(style: int, moment: datetime) -> tuple[str, datetime]:
    """Write a UTC time in one of twelve ways, and say what it means."""
    moment = moment.replace(microsecond=0)
    seconds = int((moment - datetime(1970, 1, 1)).total_seconds())
    day = moment.replace(hour=0, minute=0, second=0)
    east, west = moment + timedelta(hours=5, minutes=30), moment - timedelta(hours=1)
    return (
        (f"{moment}", moment),
        (f"{moment:%Y-%m-%dT%H:%M:%S}", moment),
        (f"{moment:%Y-%m-%dT%H:%M:%SZ}", moment),
        (f"{moment} UTC", moment),
        (f"{east}+05:30", moment),
        (f"{west:%Y-%m-%dT%H:%M:%S}-01:00", moment),
        (f"{west} -0100", moment),
        (f"{seconds}", moment),
        (f"{seconds}250", moment + timedelta(milliseconds=250)),
        (f"{moment}.123456", moment + timedelta(microseconds=123456)),
        (f"{day:%Y-%m-%d}", day),
        (f"{moment:%Y-%m-%d %H:%M}", moment.replace(second=0)),
    )[style]


def cleaned(text: str) -> str | None:
    """Give a text as staging keeps it: words for nothing are nothing, blanks of any script too."""
    words = ("", "null", "nan", "none", "n/a", "undefined", "\\n")
    blanks = " \u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
    return None if text.strip(blanks).lower() in words else text


# ---- csv -----------------------------------------------------------------------------------------


def layout_columns(shape: Shape, layout: int) -> list[str]:
    """Name a layout's columns: 0 is the plain one, the others are shuffled and have more."""
    chance = random.Random(layout)
    columns = [*shape.columns, *chance.sample(shape.optional, min(layout, len(shape.optional)))]
    if layout:
        columns += ["note, or; so|", "größe"][: layout % 3]
        chance.shuffle(columns)
    return columns


def quoted(value: str, delimiter: str, always: bool) -> str:
    if always or value.startswith('"') or re.search(f"[{delimiter}\r\n]", value):
        return '"' + value.replace('"', '""') + '"'
    return value


def row_values(shape: Shape, row: Row, number: int) -> tuple[dict[str, str], tuple]:
    """Give a record's fields by column, and what the warehouse should keep of it."""
    key = key_of(row.key_style, number)
    time, moment = time_of(row.time_style, row.moment)
    text = "x" * 100_000 if row.defect == "long" else row.text
    values = {
        **{"event_type": "view", "price": "1.50", "quantity": "3.0", "unit_price": "9.99"},
        **{"product_id": f"0{key}", "category_id": "2053013555631882655"},
        **{shape.key: key, shape.time: time, shape.customer: row.customer},
        **{shape.session: f"s{number}", shape.text: text},
    }
    return values, (row.customer, values["product_id"], cleaned(text), moment)


def spelled(name: str, style: str) -> str:
    return {"plain": name, "quoted": name.upper(), "spelled": name.replace("_", " ").title()}[style]


def csv_row(
    shape: Shape, file: File, row: Row, number: int, columns: list[str], is_last: bool
) -> list[tuple[bytes, str, str, tuple]]:
    """Write a row as physical records: (bytes, why it is rejected, key, what is kept)."""
    values, kept = row_values(shape, row, number)
    plain = {**values, shape.text: "home"}
    defect, variant, key, delimiter = row.defect, row.variant, values[shape.key], file.delimiter
    nothing = NULL_WORDS[variant % len(NULL_WORDS)]

    def line(fields: dict[str, str]) -> str:
        return delimiter.join(fields.get(name, "") for name in columns)

    def record(fields: dict[str, str], reason: str = "", kept: tuple = kept):
        text = delimiter.join(
            quoted(fields.get(name, ""), delimiter, row.is_quoted) for name in columns
        )
        text = text.replace("\n", file.line_ends[number % len(file.line_ends)])
        return text.encode(), reason, key, kept

    if defect == "blank":
        return [(b"", "blank", "", ())]
    if defect == "only_blanks":
        return [(b"   ", "wrong_column_count", "", ())]
    if defect == "repeat":
        return [record(values), record(values, "exact_repeat")]
    if defect == "no_customer":
        return [record({**values, shape.customer: nothing, shape.session: nothing}, "no_customer")]
    if defect == "null_words":
        fields = {**values, shape.customer: nothing, shape.text: nothing}
        return [record(fields, kept=(f"session-s{number}", kept[1], None, kept[3]))]
    if defect == "bad_time":
        time = BAD_TIMES[variant % len(BAD_TIMES)]
        return [record({**values, shape.time: time}, "unparseable_time")]
    if defect == "out_of_range":
        moment, reason = OUT_OF_RANGE[variant % len(OUT_OF_RANGE)]
        return [record({**values, shape.time: str(moment)}, reason)]
    if defect == "bad_number":
        column, value, reason = BAD_NUMBERS[variant % len(BAD_NUMBERS)]
        return [record({**values, column: value}, reason if column in columns else "")]
    if defect == "header_again":
        numbers = {"quantity": "unparseable_quantity"}
        numbers |= dict.fromkeys(("unit_price", "price"), "unparseable_price")
        reasons = [reason for column, reason in numbers.items() if column in columns]
        names = delimiter.join(quoted(name, delimiter, False) for name in columns)
        return [(names.encode(), (*reasons, "unparseable_time")[0], "", ())]
    if defect == "too_few":
        return [
            (
                line(plain).rsplit(delimiter, 1 + variant % 3)[0].encode(),
                "wrong_column_count",
                key,
                (),
            )
        ]
    if defect == "too_many":
        more = delimiter + delimiter.join("x" * (1 + variant % 3))
        return [((line(plain) + more).encode(), "wrong_column_count", key, ())]
    if defect == "bad_bytes":
        content = line({**plain, shape.text: "BYTES"}).encode()
        return [
            (
                content.replace(b"BYTES", BAD_BYTES[variant % len(BAD_BYTES)]),
                "bad_encoding",
                key,
                (),
            )
        ]
    if defect == "open_quote":
        broken = (line({**plain, shape.text: '"never closed'}).encode(), "open_quote", key, ())
        if is_last and variant % 2:
            return [broken]
        # the row behind it is whole, and must not be swallowed
        values, kept = row_values(shape, replace(row, text="home", defect=""), number + 50)
        return [broken, (line(values).encode(), "", values[shape.key], kept)]
    if defect == "cut" and is_last:
        whole = line(plain)
        cut = whole[: 1 + whole.rindex(delimiter) * variant // 20]
        if variant % 4 == 0:
            return [(cut.encode() + b"\xd0", "bad_encoding", key, ())]
        return [(cut.encode(), "wrong_column_count", key, ())]
    return [record(values)]


def has_line_numbers(data: bytes) -> bool:
    """Tell whether the intake can number lines: it may take two carriage returns for one line end.

    So it does where lone ones stand beside Windows line ends, or where all of them come in pairs.
    """
    if b"\r\n" in data:
        return not re.search(rb"\r(?!\n)", data)
    return b"\r\r" not in data or bool(re.search(rb"\r[^\r]", data.replace(b"\r\r", b"")))


def write_csv(shape: Shape, file: File, number: int, result: Rendered) -> Rendered:
    columns = layout_columns(shape, file.layout)
    header = file.delimiter.join(
        quoted(spelled(name, file.header), file.delimiter, file.header == "quoted")
        for name in columns
    )
    # beside windows line ends, a lone carriage return in a field or on an empty line is ambiguous
    is_simple = file.line_ends in (("\r\r\n",), ("\r\n", "\r"))
    records = [(header.encode(), "header", "", ())]
    for index, row in enumerate(file.rows):
        if is_simple:
            row = replace(row, text=row.text.replace("\n", " "))
        if not (is_simple and row.defect == "blank"):
            is_last = index == len(file.rows) - 1
            records += csv_row(shape, file, row, number * 100 + index, columns, is_last)
    is_cut = bool(file.rows) and file.rows[-1].defect == "cut"
    data, starts = b"\xef\xbb\xbf" if file.has_bom else b"", []
    for index, (content, *_) in enumerate(records):
        starts.append(len(data))
        data += content
        if index < len(records) - 1 or (file.has_final_line_end and not is_cut):
            data += file.line_ends[index % len(file.line_ends)].encode()
    result.has_line_numbers = has_line_numbers(data)
    for start, (_, reason, key, kept) in zip(starts, records, strict=True):
        if reason in ("header", "blank"):
            continue
        result.rows_in += 1
        if reason:
            result.rejected[len(re.findall(rb"\r\n|\r|\n", data[:start])) + 1] = reason
        else:
            result.kept[key] = kept
    result.data = gzip.compress(data, mtime=0) if file.is_zipped else data
    return result


# ---- parquet -------------------------------------------------------------------------------------

KEY_TYPES = (
    *(pa.string(), pa.int64(), pa.large_string(), pa.binary(), pa.decimal128(20, 0)),
    *(pa.dictionary(pa.int32(), pa.string()), pa.uint64(), pa.string()),
)
CUSTOMER_TYPES = (
    *(pa.string(), pa.float64(), pa.int64(), pa.dictionary(pa.int8(), pa.string())),
    *(pa.float64(), pa.uint32(), pa.binary(), pa.large_string()),
)
TIME_TYPES = (
    *(pa.string(), pa.timestamp("us"), pa.timestamp("ms", "UTC"), pa.date32(), pa.int64()),
    *(pa.timestamp("us", "Europe/Berlin"), pa.timestamp("ns"), pa.timestamp("s", "Asia/Kolkata")),
)
TEXT_TYPES = (
    *(pa.string(), pa.bool_(), pa.binary(), pa.dictionary(pa.int32(), pa.string())),
    *(pa.int8(), pa.large_string(), pa.float32(), pa.string()),
)


def typed(value: str, kind: pa.DataType):
    """Turn a text into a value of this type, and say which text that value has."""
    if pa.types.is_boolean(kind):
        return len(value) % 2 == 0, str(len(value) % 2 == 0).lower()
    if pa.types.is_binary(kind):
        return value.encode(), value
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        digits = int("".join(re.findall("[0-9]", value)) or len(value))
        if not pa.types.is_decimal(kind) and kind not in (pa.int64(), pa.uint64()):
            digits %= 2**53 if kind == pa.float64() else 2**32 if kind == pa.uint32() else 100
        elif kind == pa.int64():
            digits %= 2**63
        return (Decimal(digits) if pa.types.is_decimal(kind) else digits), str(digits)
    return value, value


def typed_time(row: Row, kind: pa.DataType):
    """Give a time in this type, what it means, and why it is rejected."""
    reason = ""
    moment = row.moment.replace(microsecond=0)
    if row.defect == "out_of_range":
        moment, reason = OUT_OF_RANGE[row.variant % len(OUT_OF_RANGE)]
    if row.defect == "bad_time":
        text = BAD_TIMES[row.variant % len(BAD_TIMES)]
        return (text if kind == pa.string() else None), None, "unparseable_time"
    if pa.types.is_date(kind):
        day = datetime(moment.year, moment.month, moment.day)
        return moment.date(), day, reason
    if pa.types.is_timestamp(kind):
        return (moment.replace(tzinfo=UTC) if kind.tz else moment), moment, reason
    if pa.types.is_integer(kind):
        if reason:
            return 12345, None, "unparseable_time"
        return int((moment - datetime(1970, 1, 1)).total_seconds()), moment, reason
    text, moment = (str(moment), moment) if reason else time_of(row.time_style, row.moment)
    return text, moment, reason


def write_parquet(shape: Shape, file: File, number: int, result: Rendered) -> Rendered:
    columns = [name for name in layout_columns(shape, file.layout) if name.isascii()]
    kinds = {
        **dict.fromkeys(columns, pa.string()),
        shape.text: TEXT_TYPES[file.layout],
        shape.customer: CUSTOMER_TYPES[file.layout],
        shape.time: TIME_TYPES[file.layout],
        shape.key: KEY_TYPES[file.layout],
        **{"quantity": pa.float64(), "unit_price": pa.float64(), "price": pa.decimal128(10, 2)},
    }
    is_number = kinds[shape.key] in (pa.int64(), pa.uint64(), pa.decimal128(20, 0))
    table: dict[str, list] = {name: [] for name in columns}
    for index, row in enumerate(file.rows):
        row_number = number * 100 + index
        style = 1 if is_number else row.key_style
        values, (_, product, _, _) = row_values(shape, replace(row, key_style=style), row_number)
        time, moment, reason = typed_time(row, kinds[shape.time])
        customer, customer_text = typed(row.customer, kinds[shape.customer])
        text, clean = typed(row.text, kinds[shape.text])
        fields = {
            **values,
            **{shape.key: typed(values[shape.key], kinds[shape.key])[0], shape.time: time},
            **{shape.customer: customer, shape.text: text},
            **{"quantity": 3.0, "unit_price": 9.99, "price": Decimal("1.50")},
        }
        if row.defect == "no_customer":
            fields |= {shape.customer: None, shape.session: None}
            reason = "no_customer"
        for _ in range(2 if row.defect == "repeat" else 1):
            for name in columns:
                table[name].append(fields.get(name))
            result.rows_in += 1
            if reason or values[shape.key] in result.kept:
                result.rejected[result.rows_in] = reason or "exact_repeat"
            else:
                kept = (customer_text, product, cleaned(clean), moment)
                result.kept[values[shape.key]] = kept
    arrays = {
        spelled(name, file.header): pa.array(table[name], kinds.get(name, pa.string()))
        for name in columns
    }
    if file.layout % 2:
        arrays["a list"] = pa.array([[1, 2]] * result.rows_in, pa.list_(pa.int32()))
        arrays["a struct"] = pa.array([{"a": 1}] * result.rows_in, pa.struct({"a": pa.int32()}))
    buffer = io.BytesIO()
    pq.write_table(pa.table(arrays), buffer, row_group_size=2)
    result.data = buffer.getvalue()
    return result
