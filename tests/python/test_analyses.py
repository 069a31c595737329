"""The questions in analyses/ are answered for the demo shop; test_olist has the figures."""

import numpy as np
from warehouses import answers

NEEDS_AN_ORDERS_FILE = {"delivery_times", "payment_types_by_month", "top_sellers"}


def test_each_question_is_answered_where_the_data_is_there(demo, tmp_path):
    answered = answers(demo, tmp_path)
    assert {name for name, answer in answered.items() if answer.empty} == NEEDS_AN_ORDERS_FILE
    buyers = demo.value("select count(distinct customer_id) from marts.fct_orders")
    assert answered["orders_per_customer"]["buyers"].item() == buyers
    revenue = float(demo.value("select sum(revenue) from marts.fct_orders"))
    places = answered["sales_by_place"]
    answered["sales_by_place"] = places[places["place_type"] == "state"]
    for name in ("sales_by_month", "sales_by_category", "sales_by_place"):
        assert np.isclose(answered[name]["revenue"].sum(), revenue), name
