"""A sample of a shop's raw files: its columns, and how its numbers and times are written."""

import csv
import gzip
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

SAMPLE_ROWS = 1000
SPREADSHEET = "is a spreadsheet or another packed file; save it as CSV"
# the first bytes of files that are no tables, and what to say of such a file
MAGIC = {
    b"PK": SPREADSHEET,
    b"\xd0\xcf\x11\xe0": SPREADSHEET,
    b"%PDF": "is a PDF; export the table as CSV",
    b"\xff\xfe": "is UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "is UTF-16 text; save it as UTF-8",
}
NUMBER = r"[-+]?[0-9]+(?:[.,' ][0-9]+)*(?:[eE][-+]?[0-9]+)?"
EPOCH = r"[1-9][0-9]{9}(?:[0-9]{3}){0,3}(?:[.][0-9]*)?"
CLOCK = r"(?:,?[ T]+[0-9]{1,2}:[0-9]{2}.*)?"
ISO = r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}" + CLOCK
YEAR_LAST = r"([0-9]{1,2})([./-])([0-9]{1,2})\2[0-9]{4}" + CLOCK
# forms of times that are read only if setting time_formats lists them
FORMATS = {
    r"[0-9]{8}": "%Y%m%d",
    r"[0-9]{14}": "%Y%m%d%H%M%S",
    r"[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{2}": "%d.%m.%y",
    r"[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{2} [0-9]{1,2}:[0-9]{2}": "%d.%m.%y %H:%M",
    r"[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{2} [0-9]{1,2}:[0-9]{2}:[0-9]{2}": "%d.%m.%y %H:%M:%S",
    r"[A-Z][a-z]{2} [0-9]{1,2}, [0-9]{4}": "%b %d, %Y",
    r"[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}": "%d %b %Y",
    r"[0-9]{1,2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} [-+][0-9]{4}": "%d/%b/%Y:%H:%M:%S %z",
}
TIMES = "|".join([EPOCH, ISO, YEAR_LAST.replace(r"\2", "[./-]"), *FORMATS])
NOTHING = {"-", "--", "?", "k.a.", "n.v.", "#n/a", "(not set)", "(none)", "(null)"}
NUMBERS = ("unit_price", "quantity", "shipping_amount", "tax_amount", "discount_amount")
NUMBERS += ("paid_amount", "refund_amount")


@dataclass(frozen=True)
class Sample:
    """The first rows of a file: `columns` in snake case, `rows` of as many texts."""

    path: Path
    columns: list[str]
    rows: list[list[str]]
    has_header: bool = True
    is_text: bool = True

    def values(self, names: Iterable[str]) -> list[str]:
        """Return the texts in some columns, without blanks around them and without empty ones."""
        places = [self.columns.index(name) for name in names]
        return [row[at].strip() for row in self.rows for at in places if row[at].strip()]

    def ways(
        self, found: dict[str, str], facts: dict[str, str]
    ) -> tuple[dict[str, str], list[str]]:
        """Propose the source's settings, and say what cannot be known from the sample.

        Args:
            found: {column of the contract: raw column} of the events.
            facts: the same for columns that are filled once per order.

        Returns:
            {setting of the source: value as YAML}, and lines for the user.

        """
        times = [found[name] for name in ("event_at", "loaded_at") if name in found]
        numbers = [raw for name, raw in (found | facts).items() if name in NUMBERS]
        settings, notes = {}, []
        if not times:
            notes.append(self._about_no_time())
        if not self.has_header:
            settings["has_header"] = "false"
        if self.is_text:
            settings |= _decimal_mark(self.values(numbers), numbers, notes)
        settings |= _day_first(self.values(times), times, notes)
        formats = {
            form
            for value in self.values(times)
            for pattern, form in FORMATS.items()
            if re.fullmatch(pattern, value)
        }
        if formats:
            settings["time_formats"] = json.dumps(sorted(formats))
        words = {value for value in self.values(times + numbers) if value.lower() in NOTHING}
        if words:
            settings["null_words"] = json.dumps(sorted(words))
        return settings, notes

    def _about_no_time(self) -> str:
        alike = [
            name
            for name in self.columns
            if (values := self.values([name]))
            and all(re.fullmatch(TIMES, value) for value in values)
        ]
        looks = f"these look like one: {', '.join(alike)}" if alike else "none looks like one"
        return f"No column was taken as the time, without which every row is refused; {looks}."


def read_sample(path: Path, columns: list[str] | None = None) -> Sample:
    """Read the first rows of a CSV or Parquet file.

    Args:
        path: the file.
        columns: the names of its columns in their order, where its first line is data.

    Raises:
        ValueError: the file cannot be read or is no table; one line says what it is.

    """
    if path.suffix == ".parquet":
        return _read_parquet(path)
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            content = file.read(4_000_000)
    except (OSError, EOFError) as error:
        raise ValueError(f"sample '{path}' cannot be read: {error}") from error
    problem = _why_no_table(content)
    if problem:
        raise ValueError(f"sample '{path}' {problem}")
    text = content.decode("utf-8-sig", errors="replace")
    header = text.lstrip("\r\n").splitlines()[0]
    delimiter = _delimiter(header)
    lines = csv.reader(text.splitlines(), delimiter=delimiter)
    rows = [row for _, row in zip(range(SAMPLE_ROWS + 1), filter(None, lines), strict=False)]
    if columns is None:
        names, rows = rows[0], rows[1:]
        if any(re.fullmatch(f"{NUMBER}|{TIMES}", name.strip()) for name in names):
            raise ValueError(
                f"sample '{path}' begins with data, '{header[:60]}', not with the names of its "
                "columns: add a header line, or name them with --columns a,b,c"
            )
    else:
        names = columns
    fitting = [row for row in rows if len(row) == len(names)]
    if len(names) < 2 or 2 * len(fitting) < len(rows):
        raise ValueError(
            f"sample '{path}' is no table of columns: {len(names)} names, and {len(fitting)} of "
            f"{len(rows)} rows have as many fields"
        )
    return Sample(path, _snake_case(path, names), fitting, has_header=columns is None)


def _read_parquet(path: Path) -> Sample:
    try:
        found = duckdb.execute(f"select * from read_parquet(?) limit {SAMPLE_ROWS}", [str(path)])
        names = [column[0] for column in found.description]
        rows = [["" if value is None else str(value) for value in row] for row in found.fetchall()]
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"sample '{path}' cannot be read: {reason}") from error
    return Sample(path, _snake_case(path, names), rows, is_text=False)


def _why_no_table(content: bytes) -> str | None:
    """Return what a file is if its first bytes show that it is no CSV; None for a CSV."""
    for magic, what in MAGIC.items():
        if content.startswith(magic):
            return what
    start = content[:65536].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return "is empty"
    if b"\0" in start or re.search(rb"[\x01-\x08\x0e-\x1f]{4}", start):
        return "is binary, no text; save it as CSV or Parquet"
    if start[:1] in (b"{", b"["):
        return "holds JSON; write it as CSV or Parquet, a column for each value"
    if start[:1] == b"<":
        return "holds HTML or XML; save it as CSV"
    return None


def _delimiter(header: str) -> str:
    """Return the most frequent of the delimiters outside quotes, as base models do."""
    unquoted = re.sub('"[^"]*"', "", header)
    return max(",;\t|", key=unquoted.count)


def _snake_case(path: Path, header: list[str]) -> list[str]:
    names = [re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") for name in header]
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise ValueError(f"sample '{path}' has more than one column '{repeated[0]}'; rename one")
    return names


def _decimal_mark(values: list[str], columns: list[str], notes: list[str]) -> dict[str, str]:
    """Propose the decimal mark that the values agree on; plain numbers need none."""
    numbers = [value for text in values if (value := re.sub(r"[^0-9.,' ]", "", text).strip())]
    comma = [value for value in numbers if re.search(r",(?:[0-9]{1,2}|[0-9]{4,})$|[.].*,", value)]
    point = [value for value in numbers if re.search(r"[.](?:[0-9]{1,2}|[0-9]{4,})$|,.*[.]", value)]
    unclear = [value for value in numbers if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+", value)]
    names = ", ".join(columns)
    if comma and point:
        notes.append(
            f"Numbers in {names} are written with both marks, such as {comma[0]} and {point[0]}: "
            "those of one kind will be refused unless staging reads them."
        )
    elif comma:
        return {"decimal_mark": "','"}
    elif unclear and point:
        return {"decimal_mark": "'.'"}
    elif unclear:
        notes.append(
            f"Numbers in {names} such as {unclear[0]} could mean two things and are refused until "
            "decimal_mark in macros/sources is '.' or ','."
        )
    return {}


def _day_first(values: list[str], columns: list[str], notes: list[str]) -> dict[str, str]:
    """Propose the order of day and month where the year is last."""
    dates = [match for value in values if (match := re.fullmatch(YEAR_LAST, value))]
    if not dates:
        return {}
    is_day_first = any(int(date[1]) > 12 for date in dates)
    is_month_first = any(int(date[3]) > 12 for date in dates)
    if is_day_first != is_month_first:
        return {"day_first": "true" if is_day_first else "false"}
    if not is_day_first and all(date[2] == "." for date in dates):
        return {"day_first": "true"}
    notes.append(
        f"Times in {', '.join(columns)} such as {dates[0][0]} are refused until day_first in "
        "macros/sources says whether the day (true) or the month (false) comes first."
    )
    return {}
