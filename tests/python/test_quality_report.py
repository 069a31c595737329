"""The quality report: what it says, in which order, and that it stands alone."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from footfall.cli import main
from footfall.quality_report import FILES_SHOWN, write_report

VOID = {"meta", "br"}


class Page(HTMLParser):
    """The page's text, tags and tables, read by a strict nesting check."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.texts = [], [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())

    def with_tag(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def result(suite="events.profile", success=True, severity="warning", **changes):
    row = {
        "suite": suite,
        "dimension": "validity",
        "expectation": "expect_column_values_to_be_between",
        "column_name": "price.null_share",
        "arguments": '{"max_value": 0.1}',
        "severity": severity,
        "reason": None,
        "observed": "0.5",
        "checked_rows": 1234,
        "success": success,
    }
    return row | changes


def file(name, entity="events", **changes):
    row = {"entity": entity, "source_file": name}
    row |= {"rows_in": 10, "rows_kept": 7, "rows_rejected": 2, "rows_repeated": 1}
    row |= {"amount_in": "1000.5", "amount_kept": "1000.25", "amount_rejected": "0.1234"}
    return row | {"amount_repeated": "0.1266", "is_reconciled": True} | changes


def rejected(reason, row, source_row=2, entity="events"):
    return {
        "entity": entity,
        "source_file": "a.csv",
        "rejection_reason": reason,
        "raw_row": json.dumps(row),
        "source_row": source_row,
    }


TYPES = {
    "marts.data_quality_results": (
        "suite text, dimension text, expectation text, column_name text, arguments text,"
        " severity text, reason text, observed text, checked_rows bigint, success boolean"
    ),
    "marts.source_reconciliation": (
        "entity text, source_file text, rows_in bigint, rows_kept bigint, rows_rejected bigint,"
        " rows_repeated bigint, amount_in decimal(38, 4), amount_kept decimal(38, 4),"
        " amount_rejected decimal(38, 4), amount_repeated decimal(38, 4), is_reconciled boolean"
    ),
    "marts.rejected_events": (
        "entity text, source_file text, rejection_reason text, raw_row text, source_row bigint"
    ),
    "intermediate.int_events_counted": (
        "event_class text, rejection_reason text, row_count bigint, amount decimal(38, 4),"
        " example_source_file text, example_source_row bigint, example_value text"
    ),
    "state.due": "node text",
}


@pytest.fixture
def warehouse(tmp_path):
    """Write a warehouse with these rows; a table whose rows are None is not built."""

    def write(
        results=(), files=None, refused=None, counted=(), due=(), as_of="2025-03-04 05:06:07"
    ):
        path = tmp_path / "shop.duckdb"
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            for schema in ("marts", "config", "intermediate", "state"):
                connection.execute(f"create schema {schema}")
            connection.execute("create table config.warehouse_source as select 'demo' as source")
            connection.execute(
                """
                create table config.rejection_advice as select
                    'negative_price' as rejection_reason,
                    'it is below 0' as meaning,
                    'mend it' as advice
                """
            )
            if as_of:
                connection.execute(
                    f"create table intermediate.int_as_of as select timestamp '{as_of}' as as_of"
                )
            tables = (results, files, refused, counted, [{"node": node} for node in due])
            for (table, types), rows in zip(TYPES.items(), tables, strict=True):
                if rows is not None:
                    connection.execute(f"create table {table} ({types})")
                    for row in rows:
                        names = ", ".join(row)
                        connection.execute(
                            f"insert into {table} ({names}) values ({', '.join('?' * len(row))})",
                            list(row.values()),
                        )
        return path

    return write


@pytest.fixture
def page_of(warehouse, tmp_path):
    def read(*args, **kwargs):
        write_report(warehouse(*args, **kwargs), tmp_path / "page.html")
        return Page((tmp_path / "page.html").read_text(encoding="utf-8"))

    return read


def test_a_good_build_says_so(page_of):
    page = page_of([result(), result("events.sample")], [file("a.csv")], [])
    assert "Data quality of demo" in page.text
    assert "The data end at 2025-03-04 05:06:07 UTC." in page.text
    assert "all 2 expectations hold" in page.text
    assert "Nothing is lost" in page.text
    assert "Rejected rows None." in page.text
    assert "What failed" not in page.text


def test_failed_expectations_come_first_the_critical_ones_before_warnings(page_of):
    page = page_of(
        [
            result("a.sample"),
            result("b.sample", success=False, observed="a warning"),
            result("b.sample", dimension="volume"),
            result("z.profile", success=False, severity="critical", observed="worst"),
        ],
        [file("a.csv")],
        [],
    )
    text = page.text
    assert "The build stopped at the quality gate: 1 critical expectation failed." in text
    assert text.index("worst") < text.index("a warning") < text.index("a.sample")
    suites = re.findall(r"([abz]\.\w+): \d+ expectations?, (\w+) failed", text)
    assert suites == [("b.sample", "1"), ("z.profile", "1"), ("a.sample", "none")]


def test_warnings_do_not_stop_a_build(page_of):
    page = page_of([result(), result(success=False)], [file("a.csv")], [])
    assert "The data passed the quality gate with 1 warning." in page.text
    assert "From the last build" not in page.text


def test_suites_and_dimensions_are_counted(page_of):
    page = page_of(
        [result(), result(success=False), result("events.sample", dimension="freshness")], [], []
    )
    matrix = page.text[page.text.index("by suite and dimension") :]
    assert "Suite Freshness Validity events.profile none ✗ 1 of 2" in matrix
    assert "events.sample ✓ 1 of 1 none" in matrix


def test_a_rule_is_in_words_with_its_bounds_and_reason(page_of):
    page = page_of([result(success=False, reason="as the <b>publisher</b> says")], [], [])
    rule = "price.null_share : to be between max_value: 0.1"
    assert f"{rule} as the <b>publisher</b> says" in page.text
    assert "1,234" in page.text


def test_marts_that_a_stopped_build_never_made_are_said_to_be_missing(page_of):
    page = page_of([result(success=False, severity="critical")], as_of=None)
    assert "The end of the data is not known." in page.text
    assert page.text.count("Not built: the build did not come so far.") == 2
    assert "Nothing is lost" not in page.text


def test_marts_of_an_earlier_build_are_said_to_be_old(page_of):
    page = page_of(
        [result(success=False, severity="critical")], [file("a.csv")], [rejected("no_time", {})]
    )
    assert "The data as last built end at 2025-03-04 05:06:07 UTC." in page.text
    assert page.text.count("From the last build that passed the quality gate.") == 2


def counted(reason, row_count, amount, event_class="purchase", value="x"):
    return {
        "event_class": event_class,
        "rejection_reason": reason,
        "row_count": row_count,
        "amount": amount,
        "example_source_file": "a.csv" if reason else None,
        "example_source_row": 7 if reason else None,
        "example_value": value if reason else None,
    }


def test_refused_purchases_are_said_first_and_nothing_is_green_then(page_of):
    page = page_of(
        [result()],
        [file("a.csv")],
        [],
        counted=[
            counted(None, 1000, "30"),
            counted("exact_repeat", 40, "400"),
            counted("negative_price", 3, "6.5", value="-2 <b>"),
            counted("no_customer", 2, "3.5"),
            counted("no_customer", 5000, "0", event_class="other"),
        ],
    )
    text = page.text
    lead = (
        "! 5 of 1,045 purchase rows were refused, 10.00 of 440.00 in money; 3 of them as"
        " negative_price (it is below 0), such as a.csv, row 7: -2 <b> . What to do: mend it."
    )
    assert lead in text
    assert text.index(lead) < text.index("The data passed the quality gate")
    assert "adds up" not in text.lower()
    assert "Nothing is lost" not in text
    assert "✓ yes" not in text


def test_repeats_and_rows_that_bring_no_money_are_no_refused_purchases(page_of):
    rows = [counted("exact_repeat", 9, "9"), counted("no_time", 9, "9", event_class="other")]
    text = page_of([result()], [file("a.csv")], [], counted=rows).text
    assert "were refused" not in text
    assert "Nothing is lost" in text


def test_what_a_build_that_stopped_behind_the_gate_did_not_make_is_old(page_of):
    due = ["model.footfall.source_reconciliation", "model.footfall.int_events_counted"]
    page = page_of(
        [result()], [file("a.csv")], [rejected("no_time", {})], [counted("no_time", 1, "1")], due
    )
    assert "The build stopped after the quality gate" in page.text
    assert page.text.count("From the last build that passed the quality gate.") == 2
    assert "Nothing is lost" not in page.text
    assert "purchase rows were refused" not in page.text


def test_expectations_of_an_older_build_are_not_reported(warehouse, tmp_path, capsys):
    path = warehouse([result()], due=["model.footfall.data_quality_results"])
    assert main(["quality-report", "--warehouse", str(path)]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"footfall: the last build of warehouse '{path}' stopped before it had")


def test_files_are_added_up_and_the_unreconciled_come_first(page_of):
    lost = file("b.csv", rows_kept=6, is_reconciled=False)
    page = page_of([result()], [file("a.csv"), lost, file("c.csv", entity="orders")], [])
    text = page.text
    assert "1 of 3 files do not add up" in text
    assert "events, 2 files ✗ no rows 20 13 4 2 amount 2,001.00 2,000.50 0.2468 0.2532" in text
    assert "orders, 1 file ✓ yes rows 10 7 2 1 amount 1,000.50 1,000.25 0.1234 0.1266" in text
    assert text.index("b.csv") < text.index("a.csv") < text.index("c.csv")


def test_many_files_are_folded(page_of):
    few = page_of([result()], [file(f"{i}.csv") for i in range(FILES_SHOWN)], [])
    many = page_of([result()], [file(f"{i}.csv") for i in range(FILES_SHOWN + 1)], [])
    assert len(many.with_tag("details")) == len(few.with_tag("details")) + 1
    assert f"All {FILES_SHOWN + 1} files" in many.text


def test_rejected_rows_are_counted_with_the_first_as_example(page_of):
    rows = [rejected("no_time", {"id": str(at), "note": None}, at) for at in (30, 4, 100)]
    page = page_of([result()], [], [*rows, rejected("no_price", {"id": "x" * 5000})])
    assert 'no_time events 3 a.csv, row 4 {"id": "4"}' in page.text
    assert page.text.index("no_time") < page.text.index("no_price")
    assert "x" * 900 + "x" * 90 in page.text
    assert "x" * 1001 not in page.text


def test_whatever_the_data_say_is_text(page_of, tmp_path):
    bad = "<script>alert(1)</script><img src=http://evil.test/x onerror=y>\"'&"
    page = page_of(
        [result(bad, success=False, column_name=bad, observed=bad, reason=bad)],
        [file(bad, entity=bad)],
        [rejected(bad, {bad: bad}, entity=bad)],
    )
    assert page.with_tag("script") == page.with_tag("img") == []
    assert "<script" not in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert bad in page.text


def test_the_page_needs_nothing_else(page_of):
    page = page_of([result(success=False)], [file("a.csv")], [rejected("no_time", {"a": "b"})])
    names = {name for _, attributes in page.tags for name in attributes}
    assert not names & {"src", "href", "srcset", "action", "style", "onclick"}
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object"}


def test_the_page_is_accessible(page_of, tmp_path):
    page = page_of([result(success=False)], [file("a.csv")], [rejected("no_time", {"a": "b"})])
    assert page.with_tag("html") == [{"lang": "en"}]
    assert len(page.with_tag("h1")) == 1
    assert len(page.with_tag("caption")) == len(page.with_tag("table"))
    assert all(head.get("scope") in ("col", "row") for head in page.with_tag("th"))
    labels = {attributes["aria-labelledby"] for attributes in page.with_tag("section")}
    assert labels == {attributes["id"] for attributes in page.with_tag("h2")}
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|http", html)


def luminance(colour):
    """Relative luminance by WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_stands_out_in_light_and_dark(page_of, tmp_path):
    page_of([result()], [], [])
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    schemes = [dict(re.findall(r"--(\w+): (#\w{6})", part)) for part in html.split("@media")[:2]]
    for scheme in schemes:
        for ground in ("page", "panel"):
            for text in ("text", "quiet", "pass", "fail", "warn", "link"):
                one, two = sorted((luminance(scheme[ground]), luminance(scheme[text])))
                assert (two + 0.05) / (one + 0.05) >= 4.5, (ground, text, scheme)


def test_the_same_warehouse_gives_the_same_bytes(warehouse, tmp_path):
    path = warehouse(
        [result(success=False), result(dimension="volume"), result("a.sample")],
        [file("b.csv"), file("a.csv")],
        [rejected("no_time", {"a": "1"}, 3), rejected("no_time", {"a": "2"}, 2)],
    )
    pages = []
    for name in ("one", "two"):
        command = [Path(sys.executable).with_name("footfall"), "quality-report"]
        command += ["--warehouse", path, "--out", tmp_path / name]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        assert done.stdout == f"Quality report: {tmp_path / name}\n"
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]


def test_the_page_lies_beside_the_warehouse(warehouse, tmp_path, capsys):
    assert main(["quality-report", "--warehouse", str(warehouse([result()]))]) == 0
    assert (tmp_path / "shop_quality.html").is_file()
    assert capsys.readouterr().out == f"Quality report: {tmp_path / 'shop_quality.html'}\n"


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        ("missing", "there is no warehouse '{path}'; build it, or say --warehouse"),
        ("no database", "cannot read warehouse '{path}' ("),
        ("no results", "warehouse '{path}' has no data_quality_results; run `dbt build` first"),
        ("locked", "cannot read warehouse '{path}' ("),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(warehouse, tmp_path, capsys, case, problem):
    path = tmp_path / "none.duckdb"
    writer = None
    if case == "no database":
        path.write_text("no database")
    elif case == "no results":
        path = warehouse(None)
    elif case == "locked":
        path = warehouse([result()])
        opened = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True)"
        writer = subprocess.Popen(
            [sys.executable, "-c", opened + "; sys.stdin.read()", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        writer.stdout.readline()
    try:
        assert main(["quality-report", "--warehouse", str(path)]) == 1
    finally:
        if writer:
            writer.communicate()
    error = capsys.readouterr().err
    assert error.startswith("footfall: " + problem.format(path=path))
    assert error.count("\n") == 1


def test_a_built_warehouse_is_reported(demo, tmp_path):
    write_report(demo.path, tmp_path / "page.html")
    page = Page((tmp_path / "page.html").read_text(encoding="utf-8"))
    held, failed = demo.query(
        """
        select count(*) filter (success), count(*) filter (not success)
        from marts.data_quality_results
        """
    ).loc[0]
    said = f"with {failed} warning" if failed else f"all {held} expectations hold"
    assert said in page.text
    for reason, count in demo.query(
        "select rejection_reason, count(*) from marts.rejected_events group by all"
    ).itertuples(index=False):
        assert f"{reason} events {count} seeds/raw/demo_events.csv, row " in page.text
