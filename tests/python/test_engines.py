"""What can be known about Spark without a cluster: nothing is missing there, nothing runs twice."""

import json
import re
from pathlib import Path

import yaml
from warehouses import ROOT

MACROS = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("macros/**/*.sql"))


def packages(lock: str) -> dict[str, str]:
    """Return the version of each package that a lock pins."""
    text = Path(ROOT, lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, flags=re.MULTILINE))


def test_every_dispatched_macro_exists_for_each_engine():
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)', 'footfall'\)", MACROS))
    written = set(re.findall(r"\{%-? macro (\w+)\(", MACROS))
    assert "iso_to_utc" in dispatched
    for engine in ("duckdb", "spark"):
        known = {name for name in dispatched if {f"{engine}__{name}", f"default__{name}"} & written}
        assert dispatched == known, engine


def test_models_leave_engines_to_macros():
    for path in ROOT.glob("models/**/*.sql"):
        assert not re.search(r"adapter\.type|target\.type|duckdb__|spark__", path.read_text()), path


def test_exactly_what_python_feeds_is_left_to_duckdb(demo):
    manifest = json.loads((demo.path.parent / "target" / "manifest.json").read_text())
    nodes = {
        key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"
    }
    fed = {key for key, node in nodes.items() if node["language"] == "python"}
    gate = "model.footfall.quality_gate"
    while more := {
        key
        for key, node in nodes.items()
        if key != gate and key not in fed and fed & set(node["depends_on"]["nodes"])
    }:
        fed |= more
    assert {key for key, node in nodes.items() if "needs_python" in node["tags"]} == fed


def test_what_needs_python_is_disabled_on_spark():
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    tagged = [config for config in configs(project["models"]) if "+tags" in config]
    assert tagged
    assert {config["+enabled"] for config in tagged} == {"{{ target.type != 'spark' }}"}


def configs(tree: dict) -> list[dict]:
    """Return every level of a nested configuration."""
    return [
        tree,
        *(found for value in tree.values() if isinstance(value, dict) for found in configs(value)),
    ]


def test_locks_agree_on_what_they_share():
    base, spark = packages("requirements.lock"), packages("requirements-spark.lock")
    assert {"dbt-spark", "pyspark"} <= set(spark) - set(base)
    assert {name: version for name, version in spark.items() if name in base} == {
        name: version for name, version in base.items() if name in spark
    }
