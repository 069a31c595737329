"""Sessions and funnels of thousands of random histories, against rules written in plain Python.

Times are drawn from few values around the rules' limits, so that events are often simultaneous, or
exactly as far apart as a limit says. All histories run at once, each with customers and ids of its
own; the shortest one that went wrong is shown.
"""

from datetime import datetime, timedelta
from random import Random

import oracle
import pandas as pd
import pytest
from compiled_model import CompiledModel, compiled

START = datetime(2025, 3, 3)
HISTORIES = 3000
MODELS = ("int_session_ids_doubtful", "int_events_sessionized", "int_funnel_attempts")


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> dict[str, CompiledModel]:
    return compiled(tmp_path_factory.mktemp("compiled"), *MODELS)


def assert_same(histories: dict[str, list], found: dict, wanted: dict):
    """Compare by history, which is what stands before the dot in a key."""
    wrong = {
        key.split(".")[0]
        for key in found.keys() | wanted.keys()
        if found.get(key) != wanted.get(key)
    }
    if wrong:
        number = min(wrong, key=lambda each: len(histories[each]))
        of_it = [
            {key: value for key, value in results.items() if key.startswith(f"{number}.")}
            for results in (found, wanted)
        ]
        assert of_it[0] == of_it[1], (f"{len(wrong)} histories went wrong", histories[number])


# ---- sessions ------------------------------------------------------------------------------------

GAP, PAUSE, SECOND = timedelta(seconds=1800), timedelta(hours=24), timedelta(seconds=1)
STEPS = [0 * SECOND, SECOND, GAP - SECOND, GAP, GAP + SECOND, PAUSE, PAUSE + SECOND]
TYPES = ["view", "view", "add_to_cart", "purchase", "refund"]
# ids that look like the names of pieces in other tools, and often none
IDS = [None, None, "k", "k-2", "k-2-split"]


def visits(number: int) -> list[tuple]:
    """Events of one to three customers: event id, customer, session id, type, time."""
    draw, rows = Random(number), []
    for person in draw.sample("abc", draw.randint(1, 3)):
        at = START
        for _ in range(draw.randint(0, 8)):
            at += draw.choice(STEPS)
            session_id = draw.choice(IDS)
            session_id = session_id and f"{number}.{session_id}"
            rows.append((f"{number}.{person}", session_id, draw.choice(TYPES), at))
    # the order of ids is not that of times
    names = draw.sample(range(len(rows)), len(rows))
    return [(f"{number}.e{name:02}", *row) for name, row in zip(names, rows, strict=True)]


def test_sessions_of_any_visits_are_those_of_the_rules(models):
    histories = {str(number): visits(number) for number in range(HISTORIES)}
    columns = ["event_id", "person", "session_id", "type", "at"]
    rows = [row for history in histories.values() for row in history]
    events = pd.DataFrame(rows, columns=columns).astype({"session_id": object})
    events["rank"] = events["type"].map(oracle.ORDER)
    wanted = oracle.sessions(events.sort_values(["person", "at", "rank", "event_id"]))
    assert len({name for name in wanted.values() if "~" in name}) > HISTORIES

    given = events.rename(
        columns={
            "person": "customer_id",
            "session_id": "source_session_id",
            "rank": "event_order",
            "at": "event_at",
        }
    ).assign(is_activity=events["type"] != "refund")
    users = models["int_session_ids_doubtful"].run(int_events=given)
    resolved = models["int_events_sessionized"].run(
        int_events=given, int_session_ids_doubtful=users
    )
    assert resolved["event_id"].is_unique
    # the model names the events whose session is not the one that their source says
    active = events[events["type"] != "refund"].dropna(subset="session_id")
    found = dict(zip(active["event_id"], active["session_id"], strict=True))
    found |= dict(zip(resolved["event_id"], resolved["session_id"], strict=True))
    assert_same(histories, found, wanted)


# ---- funnels -------------------------------------------------------------------------------------

# steps of each funnel, and its window in days; one has the same event twice
FUNNELS = {
    "shop": (["view", "add_to_cart", "purchase"], 2),
    "again": (["view", "view", "purchase", "view"], 1),
    "short": (["view"], 1),
}
HOURS = [0, 0, 1, 12, 24, 48]


def journey(number: int) -> list[tuple]:
    """Events of one customer: event id, type, time."""
    draw, at, rows = Random(number), START, []
    for _ in range(draw.randint(1, 9)):
        at += timedelta(hours=draw.choice(HOURS))
        rows.append((draw.choice(["view", "add_to_cart", "purchase"]), at))
    names = draw.sample(range(len(rows)), len(rows))
    return [(f"e{name}", *row) for name, row in zip(names, rows, strict=True)]


def best_attempt(steps: list[str], days: int, timeline: list[tuple]) -> list[datetime]:
    """Times of the steps of the best of all attempts there are, tried one by one.

    Most steps first, then the earliest last step, then the latest times before it; an attempt
    that went no further than step 1 is the first one.
    """
    attempts = [[place] for place, event in enumerate(timeline) if event[1] == steps[0]]
    valid = list(attempts)
    for step in steps[1:]:
        attempts = [
            [*attempt, place]
            for attempt in attempts
            for place, event in enumerate(timeline)
            if place > attempt[-1]
            and event[1] == step
            and event[2] - timeline[attempt[0]][2] <= timedelta(days=days)
        ]
        valid += attempts
    if not valid:
        return []
    best = max(valid, key=lambda attempt: (len(attempt), -attempt[-1], attempt[::-1]))
    return [timeline[place][2] for place in best]


def test_the_best_attempt_of_any_journey_is_that_of_all_attempts(models):
    histories = {str(number): journey(number) for number in range(HISTORIES)}
    given, wanted = [], {}
    for number, history in histories.items():
        for funnel, (steps, days) in FUNNELS.items():
            key = f"{number}.{funnel}"
            mine = [event for event in history if event[1] in steps]
            given += [
                (funnel, "", None, number, *row)
                for event_id, event_type, at in mine
                for row in [
                    (event_id, step_number, steps.index(event_type) + 1, days, at)
                    for step_number, step in enumerate(steps, start=1)
                    if step == event_type
                ]
            ]
            if not mine:
                continue
            # of equal times, the type that stands first in the funnel comes first
            mine.sort(key=lambda event: (event[2], steps.index(event[1]), event[0]))
            times = best_attempt(steps, days, mine)
            starts = [event[2] for event in mine if event[1] == steps[0]]
            done = {event[1] for event in mine}
            wanted[key] = (
                len(times),
                times + [None] * (6 - len(times)),
                [step in done for step in steps] + [False] * (6 - len(steps)),
                starts[0] if starts else None,
                min(event[2] for event in mine),
            )
    # every length comes up
    assert {steps_completed for steps_completed, *_ in wanted.values()} == set(range(5))

    columns = ["funnel_id", "experiment_id", "experiment_group", "customer_id", "event_id"]
    columns += ["step_number", "type_rank", "window_days", "event_at"]
    rows = models["int_funnel_attempts"].run(
        int_experiment_periods=pd.DataFrame({"experiment_id": [""], "ended_at": [START]}),
        int_funnel_events=pd.DataFrame(given, columns=columns),
    )
    rows = rows.astype(object).where(rows.notna(), None)
    found = {
        f"{row.customer_id}.{row.funnel_id}": (
            row.steps_completed,
            [getattr(row, f"step_{step}_at") for step in range(1, 7)],
            [getattr(row, f"has_step_{step}") for step in range(1, 7)],
            row.entered_at,
            row.first_event_at,
        )
        for row in rows.itertuples()
    }
    assert len(found) == len(rows)
    assert_same(histories, found, wanted)
