"""A warehouse that grew load by load is the one that is built at once, whatever arrived when."""

import json
import random
import re
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from shop_in_pieces import EVENT_COLUMNS, FIRST_DAY, PRODUCT_COLUMNS, Shop, write
from warehouses import EVENTS_ONLY, ROOT, Warehouse, built, run_dbt

from footfall.build import edited_nodes

# all that is incremental and what is made of it at once, without features, clusters and scores
CORE = ("path:models/staging", "path:models/intermediate/core", "path:models/marts/core")
CORE += ("path:models/intermediate/funnels", "path:models/marts/funnels")
CORE += ("int_customer_product_counts", "int_experiment_periods", "fct_experiment_exposures")
# the same on a new warehouse, which has nothing yet
CORE_FIRST = (
    "+path:models/marts/core",
    "+path:models/marts/funnels",
    "int_customer_product_counts",
)
MODELS_ONLY = ("build", "--exclude-resource-type", "test", "unit_test")


def built_shop(folder, shop: Shop, *args: str) -> Warehouse:
    return built(
        folder,
        *MODELS_ONLY,
        *args,
        source="tracking",
        raw_path=str(shop.folder),
        bot_events_per_day=30,
    )


def differences(one: Warehouse, other: Warehouse) -> dict[str, tuple[int, int]]:
    """Rows that only one or only the other has, of each mart where there are any."""
    found = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one.path}' as one (read_only)")
        connection.execute(f"attach '{other.path}' as other (read_only)")
        marts = [set(warehouse.marts()) for warehouse in (one, other)]
        assert marts[0] == marts[1]
        for mart in sorted(marts[0]):
            counts = tuple(
                connection.execute(
                    f"select count(*) from (from {a}.marts.{mart} except all from {b}.marts.{mart})"
                ).fetchall()[0][0]
                for a, b in (("one", "other"), ("other", "one"))
            )
            if counts != (0, 0):
                found[mart] = counts
    return found


def grows_like_one_build(folder, seed: int, loads: int, last: tuple[str, ...] = ()) -> None:
    """Build a shop load by load, any part of the models at a time, and `last` at the end."""
    shop = Shop(folder / "raw", seed)
    choice = random.Random(seed)
    models = sorted(
        path.stem
        for part in ("staging/tracking", "intermediate/core", "marts/core")
        for path in (ROOT / "models" / part).glob("*.sql")
    )
    for day in range(loads - 1):
        shop.step(day)
        some = [model for model in models if choice.random() < 0.7]
        part = CORE_FIRST if day == 0 else some if choice.random() < 0.5 else CORE
        built_shop(folder / "grown", shop, "-s", *part)
    shop.step(loads)
    grown = built_shop(folder / "grown", shop, *last)
    at_once = built_shop(folder / "at_once", shop, *last, "--full-refresh")
    assert not differences(grown, at_once), f"seed {seed}"


def test_day_by_day_equals_at_once(tmp_path):
    grows_like_one_build(tmp_path, seed=1, loads=8, last=("-s", *CORE_FIRST))


def test_every_mart_grows_like_one_build(tmp_path):
    grows_like_one_build(tmp_path, seed=6, loads=3)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "loads"), [(4, 8), *((seed, 10) for seed in range(10, 30))])
def test_day_by_day_equals_at_once_for_more_shops(tmp_path, seed, loads):
    grows_like_one_build(tmp_path, seed, loads)


def test_loaded_files_are_not_read_again(tmp_path):
    shop = Shop(tmp_path / "raw", seed=2)
    shop.a_day(0)
    shop.a_day(1)
    build = (tmp_path / "grown", *EVENTS_ONLY)
    shop_vars = {"source": "tracking", "raw_path": str(shop.folder)}
    built(*build, **shop_vars)
    shop.nothing(2)  # files with another time and the same content
    shop.days["01"][0]["product_id"] = "p_changed"
    shop.save("01")
    shop.a_day(2)
    grown = built(*build, **shop_vars)
    loads = grown.query(
        """
        select
            parse_filename(source_file, true) as file,
            min(load_id) as first,
            max(load_id) as last
        from intermediate.int_events_checked group by all order by all
        """
    )
    assert loads.to_dict("records") == [
        {"file": "events_00", "first": 1, "last": 1},
        {"file": "events_01", "first": 2, "last": 2},
        {"file": "events_02", "first": 2, "last": 2},
    ]
    read = """
        select parse_filename(path, true) from state.base_files
        where is_read and entity = 'events'
    """
    assert sorted(grown.query(read).iloc[:, 0]) == ["events_01", "events_02"]
    events = len(shop.days["00"]) + len(shop.days["01"]) + len(shop.days["02"])
    rows = (
        "select sum(row_count) from intermediate.int_source_columns where column_name = 'event_id'"
    )
    assert grown.value(rows) == events
    grown = built(*build, **shop_vars)
    assert grown.query(read).empty
    assert grown.value("select max(changed_in) from intermediate.int_customer_versions") == 2


def copied_project(folder) -> Path:
    """The project's dbt part, to edit."""
    left_out = shutil.ignore_patterns(".*", "target", "logs", "warehouse", "benchmarks", "python")
    return Path(shutil.copytree(ROOT, folder / "project", ignore=left_out))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_after_an_edit_all_is_as_from_nothing(tmp_path):
    """A var, a seed and a macro, each without a flag and no further than it must."""
    project = copied_project(tmp_path)
    shop = Shop(tmp_path / "raw", seed=3)
    for day in range(3):
        shop.a_day(day)
    shop_vars = {"source": "tracking", "raw_path": str(shop.folder)}
    events = ("-s", "+rejected_events", "+fct_sessions", "+fct_funnel_progress")

    def equals_one_build() -> Warehouse:
        grown = built(tmp_path / "grown", *MODELS_ONLY, *events, project=project, **shop_vars)
        new = Path(tmp_path / "new" / "warehouse.duckdb")
        new.unlink(missing_ok=True)
        new.parent.mkdir(exist_ok=True)
        assert not differences(
            grown, built(new.parent, *MODELS_ONLY, *events, project=project, **shop_vars)
        )
        return grown

    read = "select count(*) from state.base_files where is_read and entity = 'events'"
    changed = """
        select customer_id from intermediate.int_customer_versions
        where changed_in = (select max(load_id) from state.loads) order by all
    """
    of_type = """
        select distinct customer_id from marts.fct_events
        where raw_event_type = 'click' order by all
    """

    assert equals_one_build().value(read) == 3
    shop_vars["session_gap_seconds"] = 60
    grown = equals_one_build()
    assert grown.value(read) == 0
    assert 0 < len(grown.query(changed)) < len(grown.query("from marts.fct_sessions"))

    edit(project / "seeds" / "config" / "event_types.csv", "\nclick,click,", "\nclick,clicked,")
    grown = equals_one_build()
    assert grown.query(changed).equals(grown.query(of_type))
    assert (
        0
        < len(grown.query(changed))
        < grown.value("select count(*) from intermediate.int_customer_versions")
    )

    edit(
        project / "macros" / "core" / "ids.sql",
        "'anonymous~' || anonymous_id",
        "'device~' || anonymous_id",
    )
    assert equals_one_build().value(
        "select count(*) from marts.fct_events where customer_id like 'device~%'"
    )


def test_a_file_that_the_gate_refuses_changes_nothing_until_it_is_mended(tmp_path):
    """A file restated without times is refused together with the file that came beside it."""
    raw_path = tmp_path / "raw"
    shop = Shop(raw_path, seed=11)
    shop.a_day(0)
    shop.a_day(1)
    events = ("-s", "+rejected_events", "+fct_sessions")
    grown = built_shop(tmp_path / "grown", shop, *events)
    before = Warehouse(Path(shutil.copy(grown.path, tmp_path / "before.duckdb")), 0, "")
    shop.days["01"] = [{**row, "timestamp": "no time"} for row in shop.days["01"]]
    shop.save("01")
    shop.a_day(2)
    refused = run_dbt(
        tmp_path / "grown",
        *MODELS_ONLY,
        *events,
        source="tracking",
        raw_path=str(raw_path),
        bot_events_per_day=30,
    )
    assert refused.returncode != 0
    assert "timestamp.unparseable_share" in refused.output
    # which says why
    assert differences(grown, before).keys() == {"data_quality_results"}
    stores = [
        "select * exclude load_id from intermediate.int_events_checked order by all",
        "from intermediate.int_events_rejected order by all",
    ]
    for rows in stores:
        assert grown.query(rows).equals(before.query(rows))

    shop.days["01"] = [
        {**row, "timestamp": shop.moment(1).isoformat(sep=" ")} for row in shop.days["01"]
    ]
    shop.days["01"][0]["timestamp"] = "no time"
    shop.save("01")
    grown = built_shop(tmp_path / "grown", shop, *events)
    at_once = built_shop(tmp_path / "at_once", shop, *events)
    assert not differences(grown, at_once)
    for rows in stores:
        assert grown.query(rows).equals(at_once.query(rows))


def test_a_table_that_was_dropped_is_made_anew_with_all_behind_it(tmp_path):
    shop = Shop(tmp_path / "raw", seed=5)
    shop.a_day(0)
    grown = built_shop(tmp_path / "grown", shop, "-s", "+fct_sessions")
    with duckdb.connect(str(grown.path)) as connection:
        connection.execute("drop table staging.base_tracking__events")
    shop.a_day(1)
    grown = built_shop(tmp_path / "grown", shop, "-s", "+fct_sessions")
    assert not differences(grown, built_shop(tmp_path / "at_once", shop, "-s", "+fct_sessions"))


def test_sums_wait_for_the_sessions_that_they_are_of(tmp_path):
    """A run that leaves the sessions out must not count their changes as seen."""
    sums = ("-s", "+int_customer_session_sums")
    shop = Shop(tmp_path / "raw", seed=8)
    shop.a_day(0)
    built_shop(tmp_path / "grown", shop, *sums)
    shop.a_day(1)
    built_shop(tmp_path / "grown", shop, *sums, "--exclude", "fct_sessions")
    grown = built_shop(tmp_path / "grown", shop, *sums)
    at_once = built_shop(tmp_path / "at_once", shop, *sums)
    rows = "from intermediate.int_customer_session_sums order by customer_id"
    assert grown.query(rows).equals(at_once.query(rows))


def test_a_price_that_came_back_unnoticed_leaves_no_event_with_the_other(tmp_path):
    """The run between new prices and the old ones again leaves out who notices them."""
    events = ("-s", "+fct_events")
    shop = Shop(tmp_path / "raw", seed=8)
    shop.a_day(0)
    built_shop(tmp_path / "grown", shop, *events)
    dearer = [{**row, "unit_price": row["unit_price"] + 100} for row in shop.products]
    write(shop.folder / "products.csv", PRODUCT_COLUMNS, dearer)
    shop.a_day(1)
    built_shop(tmp_path / "grown", shop, *events, "--exclude", "int_customer_versions")
    write(shop.folder / "products.csv", PRODUCT_COLUMNS, shop.products)
    grown = built_shop(tmp_path / "grown", shop, *events)
    assert not differences(grown, built_shop(tmp_path / "at_once", shop, *events))


def test_an_experiment_that_goes_on_counts_what_it_now_includes(tmp_path):
    """What a customer does after the experiment's last event counts once it lasts longer."""
    shop = Shop(tmp_path / "raw", seed=7)

    def steps_after(name: str, events: list[tuple[str, int, str, str]]) -> int:
        shop.days[name] = [
            shop.event(
                FIRST_DAY + timedelta(hours=hour),
                customer_id=customer,
                anonymous_id="",
                session_id="",
                event_type=event_type,
                experiment_group=group,
                unit_price="5",
            )
            for customer, hour, event_type, group in events
        ]
        shop.save(name)
        grown = built_shop(tmp_path / "grown", shop, "-s", "+fct_funnel_progress")
        return grown.value(
            """
            select steps_completed from marts.fct_funnel_progress
            where customer_id = 'c1' and funnel_id = 'purchase' and experiment_id is not null
            """
        )

    c1 = [("c1", 1, "view", "control"), ("c1", 1, "click", "control")]
    # other events than the exposure carry the arm: no log of exposures, which would go on
    c1 += [("c1", 2, "add_to_cart", ""), ("c1", 3, "purchase", "")]
    assert steps_after("first", c1) == 1
    assert steps_after("second", [("c2", 2, "view", "control")]) == 2
    assert steps_after("third", [("c3", 9, "view", "control")]) == 3
    assert steps_after("third", []) == 2


def test_an_edited_seed_counts_once_it_is_loaded(tmp_path):
    """Between the edit and `dbt seed`, models are built from the rows that are there."""
    project = copied_project(tmp_path)
    rates = project / "seeds" / "config" / "currency_rates.csv"
    rates.write_text(f"{rates.read_text()}XTS,2\n")
    file = tmp_path / "events.csv"
    event = {"event_id": "e1", "timestamp": "2025-01-01 10:00:00", "customer_id": "c1"}
    event |= {"event_type": "purchase", "unit_price": "10", "currency": "XTS"}
    write(file, [*EVENT_COLUMNS, "currency"], [event])

    def price(*command: str) -> float:
        command += ("-s", "+int_events_checked")
        options = {"project": project, "source": "tracking", "raw_path": str(file)}
        found = built(tmp_path / "built", *command, **options)
        return found.value("select unit_price from intermediate.int_events_checked")

    assert price(*MODELS_ONLY) == 20
    rates.write_text(rates.read_text().replace("XTS,2", "XTS,3"))
    assert price("run") == 20
    assert price(*MODELS_ONLY) == 30


def test_a_build_without_rows_is_refused(tmp_path):
    shop = Shop(tmp_path / "raw", seed=9)
    shop.a_day(0)
    variables = {"source": "tracking", "raw_path": str(shop.folder)}
    result = run_dbt(tmp_path, "build", "--empty", **variables)
    assert result.returncode != 0
    assert "Footfall: --empty would count files as loaded without their rows." in result.output


def test_what_decides_the_rows_of_a_following_model_is_a_setting_of_it(tmp_path):
    """A var or macro that is no setting could change without the models noticing."""
    built(tmp_path, "parse", source="tracking")
    manifest = json.loads((tmp_path / "target" / "manifest.json").read_text("utf-8"))
    nodes, macros = manifest["nodes"], manifest["macros"]

    def listed(macro: str) -> set[str]:
        return set(re.findall(r"'(\w+)'", macros[f"macro.footfall.{macro}"]["macro_sql"]))

    following = {
        key: node["config"]["meta"]["follows"]
        for key, node in nodes.items()
        if node["config"].get("meta", {}).get("follows")
    }
    assert {
        key for key, node in nodes.items() if node["config"]["materialized"] == "incremental"
    } == set(following)
    told_otherwise = (".int_events_resolved", ".int_customer_versions", ".int_as_of")
    for key, follows in following.items():
        # a source's entry is a setting itself
        ends = (".quality_gate", ".source_yaml")
        ends += told_otherwise if follows == "customers" else ()
        texts, folders, to_visit, seen = [], set(), [key], set()
        while to_visit:
            visited = to_visit.pop()
            if visited in seen or visited.endswith(ends):
                continue
            seen.add(visited)
            if visited.startswith("macro.footfall."):
                texts.append(macros[visited]["macro_sql"])
                folders.add(macros[visited]["original_file_path"].split("/")[1])
                to_visit += macros[visited]["depends_on"]["macros"]
            elif visited in nodes:
                texts.append(nodes[visited].get("raw_code", ""))
                # seeds depend on macros only
                depends_on = nodes[visited]["depends_on"]
                to_visit += depends_on.get("nodes", []) + depends_on["macros"]
        read = set(re.findall(r"\b(?:var|time_literal)\(\s*['\"](\w+)['\"]", "\n".join(texts)))
        settings = listed("vars_of_customers" if follows == "customers" else "vars_of_files")
        # files are known by their content, wherever they lie
        assert read - settings <= {"raw_path"}, key
        if follows != "customers":
            edited = [nodes[name]["original_file_path"] for name in seen if name in nodes]
            assert all(edited_nodes([path]) == [] for path in edited), key
        # Spark's macros serve another engine
        assert folders <= {"core", "staging", "state", "spark", "sources", nodes[key]["fqn"][-2]}, (
            key
        )
