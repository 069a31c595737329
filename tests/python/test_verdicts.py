"""Verdicts stay while nothing that they depend on changes; else there are new ones."""

import sys

import duckdb
import pandas as pd
import pytest

from footfall import expectations
from footfall.verdicts import verdicts

INPUTS = ("expectations", "profile", "sample")


class Kept:
    """What dbt gives a Python model as `this`."""

    database, schema, identifier = "memory", "main", "kept"

    def __str__(self):
        return '"memory"."main"."kept"'


@pytest.fixture
def session():
    connection = duckdb.connect()
    for name in INPUTS:
        connection.execute(
            f"create table {name} as select 'events' as entity, 1 as n from range(2)"
        )
    return connection


@pytest.fixture
def judged(monkeypatch) -> list[int]:
    """The rows of the sample each time that Great Expectations is asked."""
    asked = []

    def judge(rules, profile, sample):
        asked.append(len(sample))
        return pd.DataFrame({"observed": [f"{len(sample)} rows"]})

    monkeypatch.setattr(expectations, "run_expectations", judge)
    return asked


def build(session):
    """Do what dbt does with a Python model: write its result in the place of the earlier one."""
    inputs = {name: session.table(name) for name in INPUTS}
    session.register("result", verdicts(session, Kept(), **inputs))
    session.execute("create or replace table kept as from result")
    return session.execute("select observed from kept").fetchall()


def test_verdicts_are_kept_while_nothing_changes(session, judged):
    first = build(session)
    session.execute("create or replace table sample as from sample order by n desc")
    assert build(session) == first == [("2 rows",)]
    assert judged == [2]


@pytest.mark.parametrize("name", INPUTS)
def test_a_changed_input_is_judged_anew(session, judged, name):
    build(session)
    session.execute(f"update {name} set n = null where rowid = 0")
    build(session)
    assert judged == [2, 2]


def test_a_row_that_came_twice_more_is_judged_anew(session, judged):
    build(session)
    session.execute("insert into sample from sample")
    assert build(session) == [("4 rows",)]
    assert judged == [2, 4]


def test_edited_code_judges_anew(session, judged, monkeypatch):
    build(session)
    monkeypatch.setattr("footfall.verdicts.version", lambda name: "another")
    build(session)
    assert judged == [2, 2]


def test_a_table_of_an_earlier_version_is_judged_anew(session, judged):
    session.execute("create table kept as select '1 row' as observed")
    assert build(session) == [("2 rows",)]


def test_known_verdicts_need_no_great_expectations(session, judged, monkeypatch):
    build(session)
    monkeypatch.setitem(sys.modules, "footfall.expectations", None)
    assert build(session) == [("2 rows",)]
