"""Shops as they are really exported: no order lost, doubled or hidden.

The files of `field_cases/` stand for situations that users of other tools reported. What is right
was worked out by hand, as it was for the rows below, each kind with customers of its own.
"""

import csv
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from warehouses import Warehouse, built, built_source, run_dbt

CASES = Path(__file__).with_name("field_cases")
HEADER = (
    "event_id,timestamp,customer_id,session_id,event_type,product_id,device_type,traffic_source,"
    "campaign_id,page_category,session_duration_sec,experiment_group,anonymous_id,order_id,"
    "quantity,unit_price,currency"
)
# this build also runs the unit tests of tracking's staging
MONEY = ("-s", "+customer_rfm", "+rfm_segments", "+uncounted_orders", "+source_reconciliation")
MONEY += ("+funnel_conversion", "+money_reconciliation", "+rejection_reasons", "+fct_events")
MONEY += ("+dim_products", "+int_experiment_outcomes")
# what the files of other people need, without the tests of data that the build above runs
SALES = ("build", "--exclude-resource-type", "test", "unit_test", "-s", "+dim_customers")
SALES += ("+customer_rfm", "+funnel_conversion", "+dim_products", "+rejected_events")
# what leads up to the gates for refused purchases, and the gates
PURCHASES = ("build", "--exclude-resource-type", "unit_test", "-s")
PURCHASES += ("+fct_orders", "+money_reconciliation", "+rejection_reasons")
NUMBERS = count(1)
NOON = datetime(2025, 3, 3, 12)


def event(event_type: str, customer_id: str = "", after: timedelta | float = 0, **more) -> dict:
    """A row of a tracking file, `after` seconds (or a time span) after noon of 3 March 2025."""
    after = after if isinstance(after, timedelta) else timedelta(seconds=after)
    more.setdefault("event_id", f"made-{next(NUMBERS)}")
    more.setdefault("session_id", f"s-{customer_id}")
    return dict(more, event_type=event_type, customer_id=customer_id, timestamp=str(NOON + after))


def buy(customer_id: str, order_id: str, after: timedelta | float = 0, **more) -> dict:
    more = {"product_id": "lamp", "quantity": 1, "unit_price": "10.00", **more}
    return event("purchase", customer_id, after, order_id=order_id, **more)


def write(folder: Path, rows: list[dict]) -> Path:
    path = folder / "events.csv"
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEADER.split(","), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("case", "customers", "revenue", "net_revenue", "products", "entrants"),
    [
        ("blanks-around-ids", 12, 300, 300, 1, [12, 12, 12]),
        ("lower-case-currency", 12, 300, 300, 1, [12, 12, 12]),
        ("placeholder-customers", 12, 894, 894, 1, [30, 12, 12]),
        ("signed-money", 12, 295, 270, 2, [12, 12, 12]),
    ],
)
def test_a_file_that_other_tools_read_wrongly(
    tmp_path, case, customers, revenue, net_revenue, products, entrants
):
    path = CASES / case / "events.csv"
    shop = built(tmp_path, *SALES, source="tracking", raw_path=str(path))
    assert shop.value("select count(*) from marts.rejected_events") == 0
    known = "select count(*) from marts.dim_customers where is_identified"
    assert shop.value(known) == customers
    assert shop.value("select sum(revenue) from marts.fct_orders") == revenue
    assert shop.value("select sum(net_revenue) from marts.dim_customers") == net_revenue
    assert shop.value("select count(*) from marts.dim_products") == products
    steps = "from marts.funnel_conversion where population = 'all' order by step_number"
    assert shop.query(steps)["customers"].tolist() == entrants
    buyers = "select count(*) from marts.customer_rfm where rfm_segment <> 'Guests'"
    assert shop.value(buyers) == 12


# each kind of row, and beside it what it is right to make of it
KINDS = [
    # currencies and ids compare without blanks around them, currencies without case
    *(
        buy("euro", f"euro-{n}", n, currency=code)
        for n, code in enumerate(["usd", "Usd ", " USD", ""])
    ),
    *(
        buy(written, f"blank-{n}", 100 + n, product_id=product)
        for n, (written, product) in enumerate(
            [("bea", "lamp"), (" bea", "lamp "), ("bea\t", "\u00a0lamp"), ("\u00a0bea ", " lamp ")]
        )
    ),
    # words for nobody: each of these is an order by somebody unknown, of a visit of its own
    *(
        buy(word, f"nobody-{n}", session_id=f"n-{n}")
        for n, word in enumerate(["GUEST", " guest", "N/A", "Unknown", "(Not Set)", "-1", "0"])
    ),
    # such an order id is none: both lines are the visit's one order
    buy("ole", "0", product_id="mug"),
    buy("ole", "NA", 5),
    event("view", session_id="", anonymous_id="0"),
    # refunds count with their size; negative lines, vouchers and discounts lower their order
    *(
        event("refund", "rita", 60, order_id="rita-1", quantity=quantity, unit_price=price)
        for quantity, price in [(1, "-1.00"), (-2, "1.00"), (-1, "-1.00"), (1, "1.00")]
    ),
    buy("rita", "rita-1", quantity=3),
    buy("rita", "rita-1", 1, product_id="voucher", unit_price="-4.00"),
    buy("rita", "rita-1", 2, product_id="gift", quantity=-1, unit_price="3.00"),
    event("discount", "rita", 3, order_id="rita-1", unit_price="0.50"),
    event("Voucher", "rita", 4, order_id="rita-1", quantity=2, unit_price="-0.25"),
    # nothing was bought in it
    event("coupon", "rita", 5, order_id="rita-2", unit_price="2.00"),
    # a view has no sign
    event("view", "rita", 6, unit_price="-1.00"),
    # a confirmation page that was loaded again, minutes or days later, also on another device
    buy("pia", "pia-1", quantity=2),
    buy("pia", "pia-1", product_id="mug", unit_price="5.00"),
    buy("pia", "pia-1", 300, quantity=2),
    buy("pia", "pia-1", timedelta(days=2), quantity=2, session_id="pia-later"),
    buy("", "pia-1", timedelta(days=3), quantity=2, session_id="", anonymous_id="pias-phone"),
    buy("pia", "pia-1", timedelta(days=2), product_id="mug", unit_price="5.00"),
    # two units at one moment, a third within the minute, and another price are no repeats
    buy("udo", "udo-1"),
    buy("udo", "udo-1"),
    buy("udo", "udo-1", 60),
    buy("udo", "udo-1", 61),
    buy("udo", "udo-1", 120, unit_price="9.00"),
    # an invoice of 1,001 lines is no bot; 1,001 views are, and their money is told
    *(buy("invoiced", "big-invoice", product_id=f"p{n}", unit_price="1.00") for n in range(1001)),
    *(event("view", "bot", n) for n in range(1001)),
    buy("bot", "bots-order", 2000, unit_price="77.00"),
    # ids as our own look: the source's are other sessions and other people
    event("view", "anonymous~d1", session_id="t1"),
    event("view", "anonymous-d1", session_id="t2"),
    event("view", "", session_id="", anonymous_id="d1"),
    event("view", "a", session_id="", after=0),
    event("view", "b", session_id="a~2025-03-03 12:00:00"),
    event("view", "b", session_id="a 2025-03-03 12:00:00", after=1),
    event("view", "e", session_id="x"),
    event("view", "e", session_id="x", after=timedelta(days=2)),
    event("view", "f", session_id="x~2"),
    event("view", "g", session_id="x-2"),
    event("view", "g", session_id="x-2-split", after=7),
    buy("h", "session~s-i", 0),
    buy("i", "", 0),
    # the whole id decides between equal times
    event("view", "tie", event_id="evt-shop-0002-web-track", traffic_source="second"),
    event("view", "tie", event_id="evt-shop-0001-web-track", traffic_source="first"),
    event("view", "tie", event_id="evt-shop-0003-web-track", traffic_source="third"),
    # a log of exposures: the arm is on the exposure alone, the order comes the next day
    *(
        row
        for arm in ("control", "variant_a", "variant_b")
        for n in range(2)
        for row in (
            event("exposure", f"{arm}-{n}", experiment_group=arm),
            buy(f"{arm}-{n}", f"order-{arm}-{n}", timedelta(days=1)),
        )
    ),
    # a guest's order, of a shop that sends nothing else of guests, and more refunded than bought
    buy("", "guest-1", session_id=""),
    buy("", "guest-1", 1, session_id="", product_id="mug"),
    buy("greta", "greta-1"),
    *(event("refund", "greta", 60 * n, order_id="greta-1", unit_price="10.00") for n in (1, 2)),
    # one clock in the future
    event("view", "late", timedelta(days=3000)),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Warehouse:
    folder = tmp_path_factory.mktemp("kinds")
    path = write(folder / "raw", KINDS)
    return built_source(folder, "tracking", *MONEY, raw_path=str(path))


def revenue_of(shop: Warehouse, customer: str) -> float:
    sql = f"select sum(revenue) from marts.fct_orders where customer_id = '{customer}'"
    return float(shop.value(sql))


def test_blanks_and_case_do_not_matter(shop):
    assert revenue_of(shop, "euro") == 40
    assert revenue_of(shop, "bea") == 40
    lamps = "select count(*) from marts.dim_products where product_id like '%lamp%'"
    assert shop.value(lamps) == 1


def test_a_word_for_nobody_is_nobody(shop):
    guests = shop.query(
        "select * from marts.fct_orders where order_id like 'nobody-%' order by order_id"
    )
    assert guests["customer_id"].tolist() == [f"session~n-{n}" for n in range(7)]
    ole = shop.query("from marts.fct_orders where customer_id = 'ole'")
    assert ole["order_id"].tolist() == ["session~s-ole"]
    assert ole["revenue"].astype(float).tolist() == [20]
    refused = shop.query("from marts.rejected_events where rejection_reason = 'no_customer'")
    assert len(refused) == 1


def test_the_sign_of_money_is_what_the_type_says(shop):
    # 3 x 10 - 4 - 3 - 0.50 - 2 x 0.25, and 1 + 2 + 1 + 1 refunded
    rita = shop.query("from marts.fct_orders where order_id = 'rita-1'").iloc[0]
    assert (float(rita["revenue"]), float(rita["refund_amount"])) == (22.0, 5.0)
    assert (rita["item_count"], rita["line_count"]) == (3, 1)
    alone = shop.query("from marts.uncounted_orders where order_id = 'rita-2'").iloc[0]
    assert (alone["reason"], float(alone["amount"])) == ("only_discounts", -2.0)
    refused = shop.query("from marts.rejection_reasons where rejection_reason = 'negative_price'")
    assert refused["row_count"].tolist() == [1]
    assert refused["example_value"].tolist() == ["-1.00"]


def test_a_guest_order_has_a_buyer_of_its_own(shop):
    guest = shop.query("from marts.fct_orders where order_id = 'guest-1'").iloc[0]
    assert (guest["customer_id"], float(guest["revenue"])) == ("order~guest-1", 20.0)
    segment = "select rfm_segment from marts.customer_rfm where customer_id = 'order~guest-1'"
    assert shop.value(segment) == "Guests"


def test_money_that_no_order_holds_is_said(shop):
    for finding in (
        "1 discounts worth 2.00 lower no order, since nothing was bought under their order id",
        "1 orders worth 77.00 are not counted, since their 1 customers are bots",
        "1 orders were refunded more than they brought, 10.00 more in all, such as order greta-1",
    ):
        assert f"Footfall: {finding}" in shop.output


def test_an_order_is_bought_once(shop):
    # 2 x 10 + 5
    assert revenue_of(shop, "pia") == 25
    # 10 at once twice, within the minute once, and one for 9
    assert revenue_of(shop, "udo") == 39
    again = shop.query(
        """
        select customer_id, count(*) as n, sum(revenue) as revenue from marts.fct_events
        where event_type = 'repeated_purchase' group by 1 order by 1
        """
    )
    assert again["customer_id"].tolist() == ["anonymous~pias-phone", "pia", "udo"]
    assert again["n"].tolist() == [1, 3, 1]
    assert again["revenue"].astype(float).tolist() == [0, 0, 0]
    later = shop.query("from marts.fct_sessions where session_id = 'pia-later'").iloc[0]
    assert (later["event_count"], later["has_purchase"]) == (1, False)
    assert "Footfall: 5 lines of 2 orders came again later" in shop.output


def test_lines_of_an_order_make_no_bot_and_no_money_hides(shop):
    assert revenue_of(shop, "invoiced") == 1001
    bots = shop.query("from marts.dim_customers where is_bot")
    assert bots["customer_id"].tolist() == ["bot"]
    # repeated were three lines of 20, one of 5 and one of 10
    money = shop.query("from marts.money_reconciliation").set_index("event_class")
    assert money.loc["purchase", ["rows_rejected", "rows_repeated"]].tolist() == [0, 5]
    assert float(money.loc["purchase", "amount_repeated"]) == 75
    told = shop.query("from marts.uncounted_orders where reason = 'excluded_customer'")
    assert told["order_id"].tolist() == ["bots-order"]
    assert told["amount"].astype(float).tolist() == [77]


def test_ids_of_our_own_meet_no_id_of_the_source(shop):
    people = shop.query("select customer_id from marts.dim_customers where customer_id like '%d1'")
    assert sorted(people["customer_id"]) == ["anonymous-d1", "anonymous~d1", "anonymous~~d1"]
    sessions = shop.query(
        """
        select session_id, customer_id from marts.fct_sessions
        where customer_id in ('a', 'b', 'e', 'f', 'g') order by 1
        """
    )
    assert dict(zip(sessions["session_id"], sessions["customer_id"], strict=True)) == {
        "a~2025-03-03 12:00:00": "a",
        "a~~2025-03-03 12:00:00": "b",
        "a 2025-03-03 12:00:00": "b",
        "x": "e",
        "x~2": "e",
        "x~~2": "f",
        "x-2": "g",
        "x-2-split": "g",
    }
    orders = shop.query(
        "select order_id from marts.fct_orders where customer_id in ('h', 'i') order by 1"
    )
    assert orders["order_id"].tolist() == ["session~s-i", "session~~s-i"]


def test_the_whole_id_decides_between_equal_times(shop):
    source = "select traffic_source from marts.fct_sessions where customer_id = 'tie'"
    assert shop.value(source) == "first"


def test_an_experiment_that_logs_exposures_goes_on(shop):
    outcomes = shop.query(
        """
        select experiment_group, avg(metric_value) as rate
        from intermediate.int_experiment_outcomes
        where metric_id = 'customer_conversion' group by 1 order by 1
        """
    )
    assert outcomes["experiment_group"].tolist() == ["control", "variant_a", "variant_b"]
    assert outcomes["rate"].tolist() == [1, 1, 1]


def test_a_clock_in_the_future_moves_nothing(shop):
    # the last repeat is of three days later
    as_of = shop.value("select as_of from intermediate.int_as_of")
    assert as_of == NOON + timedelta(days=3)
    assert "Footfall: 1 events are later than as_of" in shop.output
    seen = "select last_seen_at from marts.dim_customers where customer_id = 'late'"
    assert shop.value(seen) == NOON + timedelta(days=3000)


def test_a_file_whose_purchases_are_refused_stops_the_build(tmp_path):
    rows = [event("view", f"c{customer}", n) for customer in range(50) for n in range(10)] + [
        buy(f"c{n}", f"o{n}", 60, currency="XYZ" if n else "USD") for n in range(50)
    ]
    path = write(tmp_path / "raw", rows)
    stopped = run_dbt(tmp_path, *PURCHASES, source="tracking", raw_path=str(path))
    assert stopped.returncode != 0
    # 49 of 550 rows are less than rejected_share_limit, but they are the purchases
    assert (
        "Footfall: 49 of 50 purchase rows were refused, 490.00 of 500.00 in money; "
        f"49 of them as unknown_currency, such as {path}:503 (XYZ); "
        "add a row to seed currency_rates"
    ) in stopped.output
    assert "fct_orders" not in stopped.marts()

    # the same by money alone: one row of fifty, but nearly all of it
    rows[-1] = dict(rows[-1], unit_price="99999.00")
    for row in rows[500:-1]:
        row["currency"] = "usd"
    stopped = run_dbt(
        tmp_path, *PURCHASES, source="tracking", raw_path=str(write(tmp_path / "raw", rows))
    )
    assert stopped.returncode != 0
    assert "Footfall: 1 of 50 purchase rows were refused, 99,999.00 of 100,489.00" in stopped.output

    # and a few of them only warn
    rows[-1] = dict(rows[-1], unit_price="1.00")
    path = write(tmp_path / "raw", rows)
    warned = built(tmp_path, *PURCHASES, source="tracking", raw_path=str(path))
    assert "Footfall: 1 of 50 purchase rows were refused, 1.00 of 491.00" in warned.output
    assert warned.value("select count(*) from marts.fct_orders") == 49
    money = warned.query("from marts.money_reconciliation where event_class = 'purchase'").iloc[0]
    assert (money["rows_in"], money["rows_kept"], money["rows_rejected"]) == (50, 49, 1)


def test_lines_that_cannot_be_split_are_purchases_when_they_say_so(tmp_path):
    rows = [event("view", f"c{customer}", n) for customer in range(200) for n in range(10)]
    path = write(tmp_path / "raw", rows)
    with path.open("a", encoding="utf-8") as file:
        for n in range(4):
            file.write(f"p{n},2025-03-03 12:00:00,c{n},s,purchase,lamp,,,,,,,,o{n},1,10.00,USD,\n")
    stopped = run_dbt(tmp_path, *PURCHASES, source="tracking", raw_path=str(path))
    assert stopped.returncode != 0
    assert "Footfall: 4 of 4 purchase rows were refused; 4 of them as wrong_column_count" in (
        stopped.output
    )
