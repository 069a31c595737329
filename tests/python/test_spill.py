"""What does not fit into DuckDB's share of the memory goes to disk, and changes nothing."""

from warehouses import EVENTS_ONLY, built, run_dbt

# too little for the demo: a build that may not spill fails
MEMORY_LIMIT = "70MB"


def test_without_a_place_to_spill_the_build_says_that_memory_is_out(tmp_path, monkeypatch):
    monkeypatch.setenv("FOOTFALL_MEMORY_LIMIT", MEMORY_LIMIT)
    monkeypatch.setenv("FOOTFALL_TEMP_DIRECTORY", "")
    failed = run_dbt(tmp_path, *EVENTS_ONLY)
    assert failed.returncode == 1
    # whether a statement or its commit found no room
    assert "Raise FOOTFALL_MEMORY_LIMIT" in failed.output


def test_a_build_that_spills_gives_the_same_marts(tmp_path, monkeypatch, demo):
    monkeypatch.setenv("FOOTFALL_MEMORY_LIMIT", MEMORY_LIMIT)
    spilled = built(tmp_path, *EVENTS_ONLY)
    for mart in ("fct_events", "fct_sessions"):
        rows = f"select count(*), cast(sum(hash(columns(*))) as string) from marts.{mart}"
        assert spilled.query(rows).equals(demo.query(rows))
    # what was spilled is gone
    assert not (tmp_path / "warehouse.duckdb.tmp").exists()
