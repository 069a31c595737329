"""A wrong row of a seed fails the seed's own test, by row, and nothing is built on it."""

import shutil

import pytest
from warehouses import ROOT, Warehouse, run_dbt

# by seed, rows that are put at its end and what is said of them; {n} is the line of the first, {m}
# of the next
WRONG = {
    "churn_reasons": (
        ["order_count:high,Again"],
        "lines 8 and {n} of {file} have the same reason_code (order_count:high); keep one of them",
    ),
    "cluster_actions": (
        ["Casual visitors,"],
        "line {n} of {file} has no recommended_action; fill it in",
    ),
    "currency_rates": (
        ["EUR,1.1", " eur,1.2", "CHF,0"],
        "seeds/config/currency_rates.csv has rate 0.00000000 for CHF; a rate must be above 0",
    ),
    "event_types": (
        ["Page_View,view,true,false,1,"],
        "of {file} have the same raw_event_type (Page_View); keep one of them",
    ),
    "excluded_customers": (
        ["c1,staff", "C1 ,test"],
        "lines {n} and {m} of {file} have the same customer_id (C1 ); keep one of them",
    ),
    "expectations": (
        ["demo,events,part,volume,expect_column_values_to_be_between,row_count,,critical,"],
        "line {n} of {file} has scope 'part'; use one of: profile, sample",
    ),
    "experiment_groups": (
        ["default,variant_b,true,0.5"],
        "experiment default in {file} has 2 rows with is_control (it needs 1)",
    ),
    "experiment_metrics": (
        ["orders_per_customer,Orders,true"],
        "of {file} have the same metric_id (orders_per_customer); keep one of them",
    ),
    "experiments": (
        ["late,2025-03-02,2025-03-01"],
        "experiment late in {file} ends at 2025-03-01 00:00:00, before it starts",
    ),
    "funnel_steps": (
        ["purchase,2,Again,view,14"],
        "lines 3 and {n} of {file} have the same funnel_id, step_number (purchase, 2); keep one",
    ),
    "insight_questions": (
        ["orders,What?,orders,fct_orders,true"],
        "of {file} have the same insight_id (orders); keep one of them",
    ),
    "order_statuses": (
        [" Created,false"],
        "lines 2 and {n} of {file} have the same status ( Created); keep one of them",
    ),
    "placeholder_ids": (
        ["GUEST", "#", '"say ""no"", please"', "'"],
        "of {file} have the same placeholder (GUEST); keep one of them",
    ),
    "rejection_advice": (
        ["no_product,twice,said twice"],
        "of {file} have the same rejection_reason (no_product); keep one of them",
    ),
    "rfm_segments_grid": (
        ["6,2,Best"],
        "{file} has a row for r_score 6 and fm_score 2, but scores go from 1 to 5; take it out",
    ),
}


@pytest.fixture(scope="module")
def wrong(tmp_path_factory, demo) -> tuple[Warehouse, dict[str, str]]:
    """Build the seeds of a project, with these rows, and the RFM mart on top of one of them."""
    folder = tmp_path_factory.mktemp("wrong_seeds")
    unwanted = shutil.ignore_patterns(".*", "target", "logs", "warehouse", "benchmarks")
    project = shutil.copytree(ROOT, folder / "project", ignore=unwanted)
    expected = {}
    for name, (rows, said) in WRONG.items():
        file = project / "seeds" / "config" / f"{name}.csv"
        lines = file.read_text(encoding="utf-8").splitlines()
        if name == "rfm_segments_grid":
            lines.remove("3,3,Need attention")
        file.write_text("\n".join([*lines, *rows]) + "\n", encoding="utf-8")
        line = len(lines) + 1
        expected[name] = said.format(n=line, m=line + 1, file=f"seeds/config/{name}.csv")
    warehouse = shutil.copy(demo.path, folder / "warehouse.duckdb")
    chosen = ("build", "-s", "path:seeds/config", "customer_rfm")
    return run_dbt(folder, *chosen, warehouse=warehouse, project=project), expected


@pytest.mark.parametrize("seed", WRONG)
def test_a_wrong_row_is_named(wrong, seed):
    result, expected = wrong
    assert result.returncode == 1
    assert expected[seed] in result.output


def test_a_value_is_loaded_as_it_stands_in_the_file(wrong):
    loaded = wrong[0].query("select placeholder from config.placeholder_ids")["placeholder"]
    assert list(loaded)[-4:] == ["GUEST", "#", 'say "no", please', "'"]


def test_a_hole_in_the_grid_is_named_and_the_mart_above_left_out(wrong):
    result, _ = wrong
    assert (
        "Footfall: seeds/config/rfm_segments_grid.csv has no row for r_score 3 and fm_score 3; add"
        " one with the segment of these customers" in result.output
    )
    assert "SKIP relation marts.customer_rfm" in result.output


def test_a_file_that_cannot_be_loaded_is_named_by_its_line(wrong, tmp_path):
    project = wrong[0].path.parent / "project"
    rows = {"experiment_groups": "new,variant", "rfm_segments_grid": "x,2,Best"}
    for name, row in rows.items():
        shutil.copy(ROOT / "seeds" / "config" / f"{name}.csv", project / "seeds" / "config")
        with (project / "seeds" / "config" / f"{name}.csv").open("a") as file:
            file.write(row + "\n")
    chosen = ("build", "-s", *rows)
    result = run_dbt(tmp_path, *chosen, warehouse=wrong[0].path, project=project)
    said = [line[10:] for line in result.output.splitlines() if "Footfall: " in line]
    lines = {
        name: len((project / "seeds/config" / f"{name}.csv").read_text().splitlines())
        for name in rows
    }
    assert said == [
        f"Footfall: line {lines['experiment_groups']} of seeds/config/experiment_groups.csv has 2"
        " fields, but its first line names 4 columns; quote texts that hold a comma",
        f"Footfall: line {lines['rfm_segments_grid']} of seeds/config/rfm_segments_grid.csv cannot"
        ' be loaded: Error when converting column "r_score". Could not convert string "x" to'
        " 'INTEGER'",
    ]


def test_every_seed_that_people_edit_is_tried():
    written_by_footfall = {"customer_feature_definitions"}
    seeds = {path.stem for path in (ROOT / "seeds" / "config").glob("*.csv")}
    assert seeds - written_by_footfall == set(WRONG)
