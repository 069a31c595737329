"""Any text in a CSV field comes out byte for byte, and plain Python counts the same rows.

dbt compiles a base model once; its SQL then reads thousands of small files in DuckDB itself.
"""

import itertools
from collections.abc import Callable

import duckdb
import pytest
from broken_files import TRACKING
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warehouses import built

# what a reader may take for its own: escapes, quotes, ends of a text, words for nothing
LOOK_ALIKES = (
    *("\\n", "\\r", "\\t", "\\r\\n", "\\\\n", "\\", "\\\\", "\\0", "\\x0a", "\\u000a", "\\N"),
    *('"', '""', "''", "'", '\\"', "\\,", "``", "$$", "--", "/*", "#", "%", "{{ 1/0 }}", "{% x %}"),
    *("NULL", "null", "\ufeff", "\u0085", "\u2028", "\u2029", "\u00a0", "é", "€", "😀"),
    *("\x7f", "\x80", "\u07ff", "\u0800", "\uffff", "\U00010000", "\U0010ffff", "e\u0301"),
)
CONTROLS = [chr(code) for code in (*range(32), 127) if chr(code) not in "\r\n"]
texts = st.lists(
    st.one_of(
        st.sampled_from([*LOOK_ALIKES, *CONTROLS, *'abnrt ,;|"']),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=4),
    ),
    max_size=6,
).map("".join)
# an odd column in the middle, and the last one
TEXT_COLUMNS = ("page_category", "experiment_group")


def field(text: str, is_quoted: bool) -> str:
    """Write a text as a CSV field, with the quotes that it needs or with more."""
    if is_quoted or text.startswith('"') or "," in text:
        return '"' + text.replace('"', '""') + '"'
    return text


Read = Callable[[list[tuple[str, str]], bool], tuple[list, int]]


@pytest.fixture(scope="module", params=["\n", "\r\n"], ids=["unix", "windows"])
def read(tmp_path_factory, request) -> Read:
    """Write pairs of texts into a file, and read it with the compiled SQL of the base model."""
    folder = tmp_path_factory.mktemp("reader")
    path = folder / "events.csv"
    header = ",".join(TRACKING.columns)

    def write(rows: list[tuple[str, str]], is_quoted: bool) -> int:
        lines = [header]
        for number, pair in enumerate(rows):
            values = {"event_id": f"e{number}"}
            for name, text in zip(TEXT_COLUMNS, pair, strict=True):
                values[name] = field(text, is_quoted)
            lines.append(",".join(values.get(name, "") for name in TRACKING.columns))
        path.write_bytes((request.param.join(lines) + request.param).encode())
        return path.read_bytes().count(b"\n") - 1

    write([("a", "b"), ("c", "d")], False)
    model = "base_tracking__events"
    built(folder, "compile", "-s", model, source="tracking", raw_path=str(path))
    (compiled,) = (folder / "target" / "compiled").rglob(f"{model}.sql")
    sql = compiled.read_text(encoding="utf-8")
    query = f"""
        select {", ".join(TEXT_COLUMNS)}, malformed_reason, event_id
        from ({sql}) order by source_row
    """

    def texts_read(rows: list[tuple[str, str]], is_quoted: bool) -> tuple[list, int]:
        count = write(rows, is_quoted)
        with duckdb.connect() as connection:
            return connection.execute(query).fetchall(), count

    return texts_read


def check(read: Read, rows: list[tuple[str, str]], is_quoted: bool):
    found, count = read(rows, is_quoted)
    owed = [
        (first or None, last or None, None, f"e{number}")
        for number, (first, last) in enumerate(rows)
    ]
    assert count == len(found) == len(rows)
    assert found == owed


@pytest.mark.parametrize("is_quoted", [False, True])
def test_every_control_character_and_look_alike_at_every_place(read, is_quoted):
    odd = [*CONTROLS, *LOOK_ALIKES]
    odd += ["".join(pair) for pair in itertools.product(["\\", "\0", '"', "\x1f"], ["n", "r", "a"])]
    placed = [text.format(each) for text in ("{}", "a{}", "{}b", "a{}b") for each in map(str, odd)]
    check(read, list(zip(placed, reversed(placed), strict=True)), is_quoted)


@settings(
    max_examples=150,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(st.tuples(texts, texts), max_size=12), is_quoted=st.booleans())
def test_any_text_comes_out_byte_for_byte(read, rows, is_quoted):
    check(read, rows, is_quoted)
