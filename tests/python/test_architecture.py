"""The page with the way of one event is what dbt's manifest says now."""

import importlib.util
import json

from warehouses import ROOT, built


def test_the_page_is_current(tmp_path):
    spec = importlib.util.spec_from_file_location("architecture", ROOT / "docs" / "architecture.py")
    architecture = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(architecture)
    built(tmp_path, "parse", source="tracking")
    manifest = json.loads((tmp_path / "target" / "manifest.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert page == architecture.page(manifest), "run `make architecture`"
