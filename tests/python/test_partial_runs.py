"""Runs of some models, on a new warehouse too: they work, or one line says what to run."""

import shutil

import pytest
from warehouses import Warehouse, run_dbt


def reason(result: Warehouse) -> str:
    assert result.returncode != 0
    assert "Traceback" not in result.output
    (line,) = [line.strip() for line in result.output.splitlines() if "Footfall: " in line]
    return line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run",), "needs seed"),
        (
            ("run", "-s", "+rfm_segments"),
            "Run `dbt seed` first, or `dbt build` instead of `dbt run`",
        ),
        (
            ("build", "-s", "fct_orders"),
            "'fct_orders' needs model 'int_order_lines', which is not in this warehouse yet."
            " Run `dbt build -s +fct_orders`",
        ),
        (
            ("test", "-s", "money_adds_up"),
            "'money_adds_up' needs model 'fct_events', which is not in this warehouse yet."
            " Run `dbt build -s +fct_events`",
        ),
        (("build", "-s", "py_churn_predictions"), "Run `dbt build -s +py_churn_predictions`"),
    ],
)
def test_a_new_warehouse_lacks_what_a_run_needs(tmp_path, arguments, said):
    assert said in reason(run_dbt(tmp_path, *arguments))


def test_a_model_and_what_it_is_made_of_build_on_a_new_warehouse(tmp_path):
    result = run_dbt(tmp_path, "build", "-s", "+stg_demo__products", "+event_types")
    assert result.returncode == 0, result.output[-3000:]
    # tests that look at models further on are not run
    assert "every_raw_row_is_kept_or_rejected" not in result.output


def test_a_question_without_an_answer_is_told_so(demo, tmp_path):
    warehouse = shutil.copy(demo.path, tmp_path / "warehouse.duckdb")
    shown = run_dbt(tmp_path, "show", "-s", "top_sellers", "sales_by_month", warehouse=warehouse)
    assert shown.returncode == 0
    (line,) = [line for line in shown.output.splitlines() if "Footfall: " in line]
    assert line.endswith(
        "Footfall: there is no answer: the warehouse of source 'demo' holds no purchases with a"
        " seller_id. Mart insights tells what this source can answer."
    )
    assert "mean_review_score" in shown.output


def test_a_question_on_a_new_warehouse_says_what_to_run(tmp_path):
    said = reason(run_dbt(tmp_path, "show", "-s", "sales_by_month"))
    assert said == (
        "Footfall: mart 'fct_orders' is not in this warehouse yet. Run `make build`, or"
        " `dbt build`, first."
    )
