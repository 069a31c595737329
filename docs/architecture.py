"""Write architecture.md, the way of one event from its file to the marts, from dbt's manifest.

Run it with `make architecture`. tests/python/test_architecture.py fails when the page is old.
"""

import json
import sys
from pathlib import Path

import networkx as nx

ENDS = ("fct_events", "fct_sessions", "fct_orders", "rejected_events")
LAYERS = {
    "staging": "staging: typed, one source each",
    "core": "core: the same for every source",
    "marts": "marts: what people read",
}
# the many models that check the raw data are one box, with this name
CHECKS = "quality_gate"
PAGE = """\
# The way of one event

From its raw file to the marts, for source `tracking`; the other sources differ in their staging
only. Made from dbt's manifest by `make architecture`; do not edit it by hand.

An arrow means "is read by". Where a longer way leads to the same model, the direct arrow is left
out, and so are the seeds with settings. The box quality_gate stands for all models in the folders
called quality: Great Expectations judge the raw data there, and may stop the build.

```mermaid
flowchart TB
{picture}
```

In the order of a build:

| model | kept as | it holds |
|---|---|---|
{rows}
"""


def layer(path: str) -> str:
    """Say in which part of the picture a model's file stands; the checks stand in none."""
    if "/quality/" in path:
        return "checks"
    return next((name for name in ("staging", "marts") if f"/{name}/" in path), "core")


def grain(description: str) -> str:
    """Return what one row of a model is, where its description says so, else its first sentence."""
    first = " ".join(description.split()).split(". ")[0]
    return first.removeprefix("Grain: ").rstrip(".").replace("|", "\\|")


def page(manifest: dict) -> str:
    """Return the page for a parsed project."""
    models = {
        key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"
    }
    graph = nx.DiGraph(
        (parent, key)
        for key, node in models.items()
        for parent in node["depends_on"]["nodes"]
        if parent in models
    )
    ends = [key for key, node in models.items() if node["name"] in ENDS]
    graph = graph.subgraph({key for end in ends for key in nx.ancestors(graph, end)} | {*ends})
    names = {key: models[key]["name"] for key in graph}
    order = list(nx.lexicographical_topological_sort(graph, key=names.get))
    layers = {key: layer(models[key]["original_file_path"]) for key in order}
    boxes = {key: CHECKS if layers[key] == "checks" else names[key] for key in order}
    shown = nx.DiGraph(
        (boxes[one], boxes[other]) for one, other in graph.edges if boxes[one] != boxes[other]
    )
    shown.add_edges_from(
        ("raw files", boxes[key])
        for key in order
        if layers[key] == "staging" and not graph.in_degree(key)
    )
    lines = []
    for name, title in LAYERS.items():
        inside = [f"        {names[key]}" for key in order if layers[key] == name]
        lines += [f'    subgraph {name}["{title}"]', *inside, "    end"]
    arrows = sorted(f"    {one} --> {other}" for one, other in nx.transitive_reduction(shown).edges)
    lines += [arrow.replace("raw files", 'files[/"raw files"/]') for arrow in arrows]
    rows = [
        f"| `{names[key]}` | {models[key]['config']['materialized']} "
        f"| {grain(models[key]['description'])} |"
        for key in order
    ]
    return PAGE.format(picture="\n".join(lines), rows="\n".join(rows))


if __name__ == "__main__":
    parsed = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Path(__file__).with_suffix(".md").write_text(page(parsed), encoding="utf-8")
