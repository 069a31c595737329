"""The Olist files against figures worked out with pandas over the raw files."""

import shutil

import numpy as np
import pandas as pd
import pytest
from warehouses import Warehouse, answers, built, built_source

FILES = {
    "orders": "olist_orders_dataset.csv",
    "order_items": "olist_order_items_dataset.csv",
    "payments": "olist_order_payments_dataset.csv",
    "reviews": "olist_order_reviews_dataset.csv",
    "customers": "olist_customers_dataset.csv",
    "products": "olist_products_dataset.csv",
    "sellers": "olist_sellers_dataset.csv",
    "geolocation": "olist_geolocation_dataset.csv",
    "category_translation": "product_category_name_translation.csv",
}
ZONE = "America/Sao_Paulo"
NO_PURCHASE = ["canceled", "unavailable"]


@pytest.fixture(scope="module")
def raw(shared_data) -> dict[str, pd.DataFrame]:
    """Every file as text."""
    return {
        entity: pd.read_csv(
            shared_data / "olist" / file, dtype=str, keep_default_na=False, encoding="utf-8-sig"
        ).astype(object)
        for entity, file in FILES.items()
    }


@pytest.fixture(scope="module")
def olist(tmp_path_factory, shared_data) -> Warehouse:
    return built_source(
        tmp_path_factory.mktemp("olist"), "olist", raw_path=str(shared_data / "olist")
    )


@pytest.fixture(scope="module")
def lines(raw) -> pd.DataFrame:
    """Lines of purchases with their order, person and English category; money in cents."""
    orders = raw["orders"].merge(raw["customers"], on="customer_id")
    products = raw["products"].merge(raw["category_translation"], how="left")
    category = products["product_category_name_english"].fillna(products["product_category_name"])
    category = category.set_axis(products["product_id"]).replace("", "unknown")
    lines = raw["order_items"].merge(orders, on="order_id")
    lines = lines[~lines["order_status"].isin(NO_PURCHASE)]
    return lines.assign(
        cents=cents(lines["price"]),
        category=lines["product_id"].map(category),
        order_month=lines["order_purchase_timestamp"].str[:7] + "-01",
    )


@pytest.fixture(scope="module")
def orders(raw, lines) -> pd.DataFrame:
    """Purchases by order id, one row each."""
    first = lines.drop_duplicates("order_id").set_index("order_id").sort_index()
    by_order = lines.groupby("order_id")
    purchased = first["order_purchase_timestamp"]
    delivered = pd.to_datetime(first["order_delivered_customer_date"].replace("", None))
    estimated = pd.to_datetime(first["order_estimated_delivery_date"])
    return first.assign(
        cents=by_order["cents"].sum(),
        items=by_order.size(),
        freight=cents(raw["order_items"]["freight_value"])
        .groupby(raw["order_items"]["order_id"])
        .sum(),
        order_number=first.assign(key=purchased + first.index)
        .groupby("customer_unique_id")["key"]
        .rank()
        .astype(int),
        delay_days=(delivered.dt.normalize() - estimated).dt.days,
        hours=(in_utc(delivered) - in_utc(pd.to_datetime(purchased))) / pd.Timedelta(hours=1),
    )


@pytest.fixture(scope="module")
def answered(olist, tmp_path_factory, shared_data) -> dict[str, pd.DataFrame]:
    return answers(
        olist,
        tmp_path_factory.mktemp("answers"),
        source="olist",
        raw_path=str(shared_data / "olist"),
    )


def cents(amounts: pd.Series) -> pd.Series:
    return (pd.to_numeric(amounts) * 100).round().astype("int64")


def in_utc(times: pd.Series) -> pd.Series:
    """Local times in UTC; null in the hours that clocks skip or repeat."""
    local = times.dt.tz_localize(ZONE, ambiguous="NaT", nonexistent="NaT")
    return local.dt.tz_convert("UTC").dt.tz_localize(None)


def test_the_sample_has_its_known_totals(olist):
    """The figures that the set's README gives."""
    count = "select count(*) from staging.stg_olist__"
    assert olist.value(count + "orders") == 20_000
    assert olist.value(count + "order_items") == 22_618
    assert olist.value(count + "payments") == 20_873
    revenue = olist.value("select sum(unit_price) from staging.stg_olist__order_items")
    assert float(revenue) == 2_768_685.99


def test_every_row_and_every_amount_of_every_file_is_kept(olist, raw):
    found = olist.query("select * from marts.source_reconciliation").set_index("entity")
    assert found["is_reconciled"].all()
    assert found["rows_in"].to_dict() == {entity: len(rows) for entity, rows in raw.items()}
    assert found["rows_kept"].to_dict() == found["rows_in"].to_dict()
    kept = (found["amount_kept"].astype(float) * 100).round()
    assert kept["order_items"] == cents(raw["order_items"]["price"]).sum()
    assert kept["payments"] == cents(raw["payments"]["payment_value"]).sum()
    assert olist.value("select count(*) from marts.rejected_events") == 0


def test_every_review_is_what_another_reader_reads(olist, raw):
    keys = ["review_id", "order_id"]
    found = olist.query("select * from staging.stg_olist__reviews").set_index(keys).sort_index()
    expected = raw["reviews"].set_index(keys).sort_index()
    assert expected["review_comment_message"].str.contains("\n").sum() > 500
    assert found.index.equals(expected.index)
    for name in ("title", "message"):
        texts = found[f"comment_{name}"].fillna("")
        assert texts.tolist() == expected[f"review_comment_{name}"].tolist()
    scores = expected["review_score"].astype(int)
    assert found["review_score"].tolist() == scores.tolist()


@pytest.mark.parametrize(
    ("entity", "column"),
    [
        ("customers", "customer_zip_code_prefix"),
        ("sellers", "seller_zip_code_prefix"),
        ("geolocation", "geolocation_zip_code_prefix"),
    ],
)
def test_zip_prefixes_have_five_digits(olist, raw, entity, column):
    found = olist.query(
        f"select zip_prefix from staging.stg_olist__{entity} order by source_file, source_row"
    )
    assert raw[entity][column].str.len().min() == 4
    assert found["zip_prefix"].tolist() == raw[entity][column].str.zfill(5).tolist()


def test_times_are_those_of_brazil(olist, raw):
    found = olist.query("select * from staging.stg_olist__orders").set_index("order_id")
    expected = raw["orders"].set_index("order_id").loc[found.index]
    for name, column in {
        "ordered_at": "order_purchase_timestamp",
        "approved_at": "order_approved_at",
        "handed_to_carrier_at": "order_delivered_carrier_date",
        "delivered_at": "order_delivered_customer_date",
        "estimated_delivery_at": "order_estimated_delivery_date",
    }.items():
        texts = expected[column].replace("", None)
        utc = in_utc(pd.to_datetime(texts))
        assert (found[name].isna() == texts.isna()).all()
        assert (found[name] == utc)[utc.notna()].all()
        assert utc.notna().sum() >= texts.notna().sum() - 200


def test_canceled_and_unavailable_orders_are_no_purchases(olist, raw, lines):
    found = olist.query("select status, order_id from marts.fct_orders")
    assert set(found["order_id"]) == set(lines["order_id"])
    expected = lines.drop_duplicates("order_id")["order_status"].value_counts()
    assert found["status"].value_counts().to_dict() == expected.to_dict()
    revenue = olist.value("select sum(revenue) from marts.fct_events")
    assert round(float(revenue) * 100) == lines["cents"].sum()
    canceled = olist.value(
        "select sum(unit_price) from marts.fct_events where event_type = 'canceled_purchase'"
    )
    all_cents = cents(raw["order_items"]["price"]).sum()
    assert round(float(canceled) * 100) == all_cents - lines["cents"].sum()


def test_every_order_is_counted_or_says_why_not(olist, raw, lines):
    found = olist.query("select * from marts.uncounted_orders").set_index("order_id").sort_index()
    left_out = raw["orders"][~raw["orders"]["order_id"].isin(lines["order_id"])]
    expected = left_out.set_index("order_id").sort_index()["order_status"]
    assert found.index.tolist() == expected.index.tolist()
    reasons = np.where(expected.isin(NO_PURCHASE), "status_is_no_purchase", "without_items")
    assert found["reason"].tolist() == reasons.tolist()


def test_each_order_has_its_money_and_its_customer(olist, raw, orders):
    found = olist.query("select * from marts.fct_orders").set_index("order_id").sort_index()
    assert found.index.tolist() == orders.index.tolist()
    assert found["customer_id"].tolist() == orders["customer_unique_id"].tolist()
    assert found["order_number"].tolist() == orders["order_number"].tolist()
    assert found["item_count"].tolist() == orders["items"].tolist()
    assert (found["revenue"].astype(float) * 100).round().tolist() == orders["cents"].tolist()
    shipping = (found["shipping_amount"].astype(float) * 100).round()
    assert shipping.tolist() == orders["freight"].tolist()
    paid = cents(raw["payments"]["payment_value"]).groupby(raw["payments"]["order_id"]).sum()
    expected = orders.index.map(paid)
    assert (found["paid_amount"].astype(float) * 100).round().tolist() == expected.tolist()


def test_the_payment_type_is_the_one_that_paid_most(olist, raw, orders):
    paid = raw["payments"].assign(cents=cents(raw["payments"]["payment_value"]))
    by_type = paid.groupby(["order_id", "payment_type"], as_index=False)["cents"].sum()
    by_type = by_type.sort_values(["cents", "payment_type"], ascending=[False, True])
    first = by_type.drop_duplicates("order_id").set_index("order_id")["payment_type"]
    assert by_type["order_id"].duplicated().sum() > 400
    found = olist.query("select order_id, payment_type from marts.fct_orders order by order_id")
    assert found["payment_type"].tolist() == first[orders.index].tolist()


def test_the_review_score_is_the_one_answered_last(olist, raw, orders):
    latest = (
        raw["reviews"]
        .sort_values("review_answer_timestamp")
        .drop_duplicates("order_id", keep="last")
    )
    score = latest.set_index("order_id")["review_score"].astype(float)
    found = olist.query("select order_id, review_score from marts.fct_orders order by order_id")
    np.testing.assert_array_equal(
        found["review_score"].astype(float).to_numpy(), score.reindex(orders.index).to_numpy()
    )


def test_delivery_is_measured_against_the_estimate(olist, orders):
    found = olist.query("select * from marts.fct_orders order by order_id").set_index("order_id")
    delay = found["delivery_delay_days"].astype(float)
    np.testing.assert_array_equal(delay.to_numpy(), orders["delay_days"].to_numpy())
    assert found["is_late"].isna().tolist() == orders["delay_days"].isna().tolist()
    assert (
        found["is_late"].astype("boolean").fillna(False).tolist()
        == (orders["delay_days"] > 0).tolist()
    )
    known = orders["hours"].notna()
    assert known.sum() > 19_000
    np.testing.assert_allclose(
        found.loc[known, "delivery_days"].astype(float) * 24, orders.loc[known, "hours"]
    )


def test_there_are_no_sessions(olist):
    assert olist.value("select count(*) from marts.fct_sessions") == 0
    assert olist.value("select count(*) from marts.fct_orders where session_id is not null") == 0


def test_people_live_where_their_latest_order_went(olist, raw):
    latest = raw["orders"].merge(raw["customers"], on="customer_id")
    latest = latest.sort_values(["order_purchase_timestamp", "order_id"])
    latest = latest.drop_duplicates("customer_unique_id", keep="last")
    latest = latest.set_index("customer_unique_id").sort_index()
    found = olist.query("select * from marts.dim_customers order by customer_id")
    assert found["customer_id"].tolist() == latest.index.tolist()
    assert found["city"].tolist() == latest["customer_city"].tolist()
    assert found["state"].tolist() == latest["customer_state"].tolist()
    assert set(found["country"]) == {"BR"}


def expected_rfm(orders: pd.DataFrame, today: str) -> pd.DataFrame:
    by_customer = orders.groupby("customer_unique_id")
    last_day = pd.to_datetime(by_customer["order_purchase_timestamp"].max().str[:10])
    return pd.DataFrame(
        {
            "recency_days": (pd.Timestamp(today) - last_day).dt.days.clip(lower=0),
            "frequency": by_customer.size(),
            "monetary": by_customer["cents"].sum() / 100,
        }
    )


def found_rfm(warehouse: Warehouse) -> pd.DataFrame:
    found = warehouse.query(
        """
        select customer_id, recency_days, frequency, cast(monetary as double) as monetary
        from marts.customer_rfm order by customer_id
        """
    )
    return found.set_index("customer_id").rename_axis("customer_unique_id")


def test_rfm_is_what_pandas_counts(olist, raw, orders):
    dated = raw["order_items"].merge(raw["orders"], on="order_id")
    today = dated["order_purchase_timestamp"].max()[:10]
    pd.testing.assert_frame_equal(found_rfm(olist), expected_rfm(orders, today), check_dtype=False)


@pytest.mark.parametrize(
    ("analysis", "column"), [("sales_by_month", "order_month"), ("sales_by_category", "category")]
)
def test_sales_are_the_lines(answered, lines, analysis, column):
    found = answered[analysis]
    if column == "order_month":
        found = found.assign(order_month=found["order_month"].dt.strftime("%Y-%m-%d"))
    found = found.set_index(column).sort_index()
    expected = lines.groupby(column).agg(
        items=("cents", "size"), cents=("cents", "sum"), buyers=("customer_unique_id", "nunique")
    )
    assert found.index.tolist() == expected.index.tolist()
    assert found["items"].tolist() == expected["items"].tolist()
    assert found["buyers"].tolist() == expected["buyers"].tolist()
    revenue = (found["revenue"].astype(float) * 100).round()
    assert revenue.tolist() == expected["cents"].tolist()


def test_sales_by_place_follow_the_address(answered, raw, orders):
    placed = raw["orders"].merge(raw["customers"], on="customer_id")
    placed = placed.sort_values(["order_purchase_timestamp", "order_id"])
    address = placed.drop_duplicates("customer_unique_id", keep="last")
    address = address.set_index("customer_unique_id")[["customer_state", "customer_city"]]
    located = orders.drop(columns=["customer_state", "customer_city"]).join(
        address, on="customer_unique_id"
    )
    for place, keys in {
        "state": ["customer_state"],
        "city": ["customer_state", "customer_city"],
    }.items():
        found = answered["sales_by_place"]
        found = found[found["place_type"] == place]
        assert found["revenue"].is_monotonic_decreasing
        assert np.isclose(found["revenue_share"].sum(), 1)
        expected = located.groupby(keys)["cents"].agg(["size", "sum"]).sort_index()
        found = found.set_index([key.removeprefix("customer_") for key in keys]).sort_index()
        assert found.index.tolist() == expected.index.tolist()
        assert found["orders"].tolist() == expected["size"].tolist()
        assert (found["revenue"].astype(float) * 100).round().tolist() == expected["sum"].tolist()


def test_top_sellers_are_the_sellers_of_the_lines(answered, lines):
    found = answered["top_sellers"].set_index("seller_id").sort_index()
    expected = lines.groupby("seller_id").agg(
        orders=("order_id", "nunique"), cents=("cents", "sum")
    )
    assert found.index.tolist() == expected.index.tolist()
    assert found["orders"].tolist() == expected["orders"].tolist()
    revenue = (found["revenue"].astype(float) * 100).round()
    assert revenue.tolist() == expected["cents"].tolist()


def test_payment_types_add_up_to_the_orders(answered, orders):
    found = answered["payment_types_by_month"]
    per_month = found.groupby(found["order_month"].astype(str).str[:7])["orders"].sum()
    expected = orders["order_month"].str[:7].value_counts().sort_index()
    assert per_month.to_dict() == expected.to_dict()
    assert np.allclose(found.groupby("order_month")["order_share"].sum(), 1)


def test_delivery_times_are_those_of_the_orders(answered, orders):
    found = answered["delivery_times"].set_index(["breakdown", "breakdown_value"])
    delivered = orders[orders["delay_days"].notna()]
    late = delivered["delay_days"] > 0
    overall = found.loc[("all", "all")]
    assert overall["orders"] == len(delivered)
    assert np.isclose(overall["late_rate"], late.mean())
    assert np.isclose(overall["mean_delay_days"], delivered["delay_days"].mean())
    # hours that clocks skip or repeat are unknown to pandas here
    assert np.isclose(overall["mean_delivery_days"], delivered["hours"].mean() / 24, rtol=1e-3)
    by_month = late.groupby(delivered["order_month"]).mean()
    assert np.allclose(found.loc["month", "late_rate"], by_month)


def test_order_value_frequency_and_repeat_rate(answered, orders):
    per_buyer = orders.groupby("customer_unique_id").size()
    found = answered["orders_per_customer"].iloc[0]
    assert (found["buyers"], found["orders"]) == (len(per_buyer), len(orders))
    assert np.isclose(found["repeat_rate"], (per_buyer > 1).mean())
    assert np.isclose(found["orders_per_buyer"], per_buyer.mean())
    assert np.isclose(found["average_order_value"], orders["cents"].mean() / 100)
    assert np.isclose(found["median_order_value"], orders["cents"].median() / 100)
    first = answered["repeat_purchase"].iloc[0]
    assert np.isclose(first["repeat_rate"], (per_buyer > 1).mean())


def test_a_second_build_changes_nothing(olist, shared_data, tmp_path):
    shutil.copy(olist.path, tmp_path / "warehouse.duckdb")
    args = ("build", "--exclude-resource-type", "test", "unit_test")
    again = built(tmp_path, *args, source="olist", raw_path=str(shared_data / "olist"))
    for mart in olist.marts():
        contents = f"select count(*), sum(hash(mart)) from marts.{mart} as mart"
        assert again.query(contents).equals(olist.query(contents)), mart


def test_recency_can_start_at_the_last_complete_month(olist, raw, orders, shared_data, tmp_path):
    shutil.copy(olist.path, tmp_path / "warehouse.duckdb")
    moved = built(
        tmp_path,
        *("run", "-s", "int_as_of", "customer_rfm"),
        source="olist",
        raw_path=str(shared_data / "olist"),
        recency_from="last_complete_month",
    )
    # no line is dated later than 29 August, but orders without lines are: August is over
    assert orders["order_purchase_timestamp"].max() < "2018-08-30"
    assert raw["orders"]["order_purchase_timestamp"].max() > "2018-09-01"
    pd.testing.assert_frame_equal(
        found_rfm(moved), expected_rfm(orders, "2018-08-31"), check_dtype=False
    )


ORDERS = "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
ORDERS += "order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date"
ITEMS = "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value"
REVIEWS = "review_id,order_id,review_score,review_comment_title,review_comment_message,"
REVIEWS += "review_creation_date,review_answer_timestamp"
BROKEN = {
    "orders": [
        ORDERS,
        *(f"good{n},c{n},delivered,2018-01-01 10:00:00,,,," for n in range(30)),
        "good0,c0,delivered,2018-01-05 10:00:00,,,,",
        "late,c30,delivered,2018-01-01 10:00:00,,,whenever,",
        "nobodys,c99,delivered,2018-01-01 10:00:00,,,,",
        "empty,c31,delivered,2018-01-01 10:00:00,,,,",
    ],
    "order_items": [
        ITEMS,
        *(f"good{n},1,p,s,2018-01-05 10:00:00,10.00,1.00" for n in range(30)),
        "good0,1,p,s,2018-01-05 10:00:00,10.00,1.00",
        "good1,1,p,s,2018-01-05 10:00:00,11.00,1.00",
        "good2,2,p,s,2018-01-05 10:00:00,cheap,1.00",
        "late,1,p,s,2018-01-05 10:00:00,10.00,1.00",
        "unheard_of,1,p,s,2018-01-05 10:00:00,10.00,1.00",
        "nobodys,1,p,s,2018-01-05 10:00:00,10.00,1.00",
    ],
    "payments": [
        "order_id,payment_sequential,payment_type,payment_installments,payment_value",
        "good0,2,boleto,1,11.00",
        "good0,2,boleto,1,11.00",
    ],
    "reviews": [
        REVIEWS,
        'r1,good1,5,,"two\nlines",2018-02-01 00:00:00,2018-02-02 00:00:00',
        'r2,good2,5,,"first\nas, many, commas, as, a, row, has\nlast",2018-02-01 00:00:00,'
        "2018-02-02 00:00:00",
        'r3,good3,5,,"a ""b""\n\nc",2018-02-01 00:00:00,2018-02-02 00:00:00',
        'r4,good4,5,,"lens\nof 4,75, not, of 5,25",2018-02-01 00:00:00,2018-02-02 00:00:00',
        'r5,good5,5,"stray,,2018-02-01 00:00:00,2018-02-02 00:00:00',
        *(f"r{n},good{n},4,,,2018-02-01 00:00:00,2018-02-02 00:00:00" for n in range(6, 10)),
        'r10,good10,5,"closed later",,2018-02-01 00:00:00,2018-02-02 00:00:00',
    ],
    "customers": [
        "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state",
        *(f"c{n},person{n},1037,sao paulo,SP" for n in range(32)),
    ],
    "products": [
        "product_id,product_category_name,product_name_lenght,product_description_lenght,"
        "product_photos_qty,product_weight_g,product_length_cm,product_height_cm,product_width_cm",
        "p,pc_gamer,1,1,1,1,1,1,1",
    ],
    "sellers": ["seller_id,seller_zip_code_prefix,seller_city,seller_state", "s,1037,rio,RJ"],
    "geolocation": [
        "geolocation_zip_code_prefix,geolocation_lat,geolocation_lng,geolocation_city,"
        "geolocation_state",
        "1037,-23.5,-46.6,sao paulo,SP",
        "1037,-23.5,-46.6,sao paulo,SP",
    ],
    "category_translation": [
        "product_category_name,product_category_name_english",
        "bebes,baby",
    ],
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> Warehouse:
    """A small shop of broken files."""
    folder = tmp_path_factory.mktemp("broken_olist")
    (folder / "raw").mkdir()
    for entity, file in FILES.items():
        (folder / "raw" / file).write_text("\n".join(BROKEN[entity]) + "\n", encoding="utf-8")
    marts = ("+fct_orders", "+uncounted_orders", "+source_reconciliation", "stg_olist__reviews")
    args = ("build", "--exclude-resource-type", "test", "unit_test", "-s", *marts)
    return built(folder, *args, source="olist", raw_path=str(folder / "raw"))


def test_broken_rows_say_why_and_are_not_lost(broken):
    found = broken.query(
        """
        select entity, rejection_reason, count(*) as row_count
        from marts.rejected_events group by all order by all
        """
    )
    assert list(found.itertuples(index=False, name=None)) == [
        ("order_items", "conflicting_event_id", 1),
        ("order_items", "exact_repeat", 1),
        ("order_items", "no_order", 2),
        ("order_items", "unparseable_price", 1),
        ("orders", "repeated_order_id", 1),
        ("orders", "unparseable_order_delivered_customer_date", 1),
        ("payments", "repeated_payment", 1),
        ("reviews", "open_quote", 1),
    ]
    assert broken.value("select bool_and(is_reconciled) from marts.source_reconciliation")


def test_good_rows_survive_broken_ones(broken):
    orders = broken.query("select * from marts.fct_orders").set_index("order_id")
    assert len(orders) == 31
    assert orders.loc["nobodys", "customer_id"] == "anonymous~c99"
    assert float(orders.loc["good0", "revenue"]) == 10
    assert float(orders.loc["good0", "paid_amount"]) == 11
    assert float(orders.loc["good0", "shipping_amount"]) == 1
    left_out = broken.query("select order_id, reason from marts.uncounted_orders")
    assert left_out.to_numpy().tolist() == [["empty", "without_items"]]


def test_text_that_looks_like_rows_stays_text(broken):
    reviews = broken.query(
        """
        select review_id, comment_message from staging.stg_olist__reviews
        where rejection_reason is null
        """
    ).set_index("review_id")
    assert set(reviews.index) == {f"r{n}" for n in range(1, 11)} - {"r5"}
    assert reviews["comment_message"].dropna().to_dict() == {
        "r1": "two\nlines",
        "r2": "first\nas, many, commas, as, a, row, has\nlast",
        "r3": 'a "b"\n\nc',
        "r4": "lens\nof 4,75, not, of 5,25",
    }
