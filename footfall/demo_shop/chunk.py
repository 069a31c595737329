"""One chunk of persons: all that happens to them, as tables of the raw files."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from footfall.demo_shop.arrow_columns import coded, labels, positive, time_text
from footfall.demo_shop.catalogue import Catalogue
from footfall.demo_shop.events import make_activity, make_bot, make_refunds
from footfall.demo_shop.faults import plant_row_defects, share_session_ids
from footfall.demo_shop.persons import make_persons
from footfall.demo_shop.run import CALENDAR, DAY, Run
from footfall.demo_shop.settings import BAD_TIMES, SHOP
from footfall.demo_shop.visits import make_visits
from footfall.demo_shop.vocabulary import (
    CAMPAIGNS,
    CHANNELS,
    CUSTOMER_COLUMNS,
    DEVICE_TYPES,
    EVENT_COLUMNS,
    EVENT_TYPES,
    GENDERS,
    PAGES,
    PLACES,
    STEP_EVENT_TYPES,
)

# Chunk k numbers its events, sessions and orders from k times this.
ID_STRIDE = 10_000_000


def make_chunk(run: Run, chunk: int, catalogue: Catalogue) -> tuple[pa.Table, pa.Table]:
    """Return the customers and the events of one chunk of persons."""
    persons = make_persons(run, chunk)
    rng = run.stream("events", chunk)
    visits = make_visits(rng, persons)
    activity = make_activity(rng, catalogue, persons, visits)
    session = share_session_ids(rng, visits)
    bot_visits, bot_events = make_bot(rng, catalogue, persons, len(visits))
    visits = pd.concat([visits, bot_visits], ignore_index=True)
    visits["session"] = np.append(session, np.arange(len(session), len(visits)))
    events = pd.concat([activity, make_refunds(rng, activity), bot_events], ignore_index=True)
    events = events[events["time"] < CALENDAR.end]
    events = plant_row_defects(rng, events, len(persons), is_first_chunk=chunk == 0)
    return customers_table(persons), events_table(events, visits, persons, catalogue, chunk)


def customers_table(persons: pd.DataFrame) -> pa.Table:
    """Return the customers file: the persons who signed up."""
    persons = persons[persons["is_identified"]]
    country, state, city = zip(*PLACES, strict=True)
    place = persons["place"].to_numpy()
    columns = [
        labels("c", persons["number"].to_numpy()),
        coded(persons["gender"].to_numpy(), tuple(GENDERS)),
        positive(persons["age"].to_numpy()),
        positive(persons["salary"].to_numpy()),
        pa.array(country).take(pa.array(place)),
        pa.array(state).take(pa.array(place)),
        pa.array(city).take(pa.array(place)),
        time_text(persons["signed_up"].to_numpy()),
    ]
    return pa.table(columns, names=CUSTOMER_COLUMNS)


def events_table(
    events: pd.DataFrame,
    visits: pd.DataFrame,
    persons: pd.DataFrame,
    catalogue: Catalogue,
    chunk: int,
) -> pa.Table:
    """Return the events file of a chunk from its frames."""
    column = {name: events[name].to_numpy() for name in events}
    base = chunk * ID_STRIDE + 1
    visit = column["visit"]
    has_visit = visit >= 0

    def of_visit(name: str) -> np.ndarray:
        return np.where(has_visit, visits[name].to_numpy()[visit], -1)

    numbers = persons["number"].to_numpy()
    session = np.where(column["has_session"], of_visit("session"), -1)
    order_count = np.cumsum(visits["has_order"].to_numpy())
    order = np.where(column["order"] < 0, -1, order_count[column["order"]] - 1)
    event_type = np.array([EVENT_TYPES.index(name) for name in STEP_EVENT_TYPES])
    bad_time = column["bad_time"]
    load_days = np.arange(int(column["load_day"].max()) + 1)
    timestamp = pc.replace_with_mask(
        time_text(column["time"]),
        pa.array(bad_time >= 0),
        pa.array(BAD_TIMES, pa.string()).take(pa.array(bad_time[bad_time >= 0])),
    )
    columns = [
        labels("e", base - 1 + column["number"]),
        timestamp,
        coded(np.where(column["is_known"], column["person"], -1), labels("c", numbers)),
        coded(session, labels("s", base + np.arange(len(visits)))),
        coded(event_type[column["step"]], EVENT_TYPES),
        coded(column["product"], catalogue.table["product_id"].combine_chunks()),
        coded(of_visit("device_type"), tuple(DEVICE_TYPES)),
        coded(of_visit("channel"), tuple(CHANNELS)),
        coded(of_visit("campaign"), CAMPAIGNS),
        coded(column["page"], PAGES),
        positive(np.where(session < 0, -1, column["duration"])),
        coded(of_visit("arm"), SHOP.experiment.arms),
        coded(of_visit("device"), labels("d", 2 * numbers[0] - 1 + np.arange(2 * len(persons)))),
        coded(order, labels("o", base + np.arange(order_count[-1]))),
        positive(column["quantity"]),
        coded(column["load_day"], time_text(CALENDAR.start + load_days * DAY + 2 * 3_600)),
    ]
    return pa.table(columns, names=EVENT_COLUMNS)
