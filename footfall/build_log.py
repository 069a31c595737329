"""What `make build` shows of dbt: a line for each area of the project, instead of one for each model.

dbt's JSON log comes in, a line an event; dbt's own text stays in logs/dbt.log. An area is a folder of
models, together with the tests of these models.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

Event = dict[str, Any]

ENDED = {"LogModelResult", "LogSeedResult", "LogTestResult", "SkippingDetails"}
BAR_WIDTH = 30
# while nothing happens, the bar shows how long the model has been running
SECONDS_PER_TICK = 1.0


@dataclass
class Area:
    """What is known of an area: how many of its models and tests are there, and how they ended."""

    due: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def is_done(self) -> bool:
        """Whether all of its models and tests ended."""
        return sum(self.ended[kind] for kind in ("model", "seed", "test", "skip")) >= self.due


def area_of(node: Event, nodes: dict[str, Event]) -> str:
    """Return the area of a node of dbt's manifest: of a model's tests, that of the model."""
    attached = nodes.get(node.get("attached_node") or "")
    if attached:
        return area_of(attached, nodes)
    if node["resource_type"] == "seed":
        return "seeds"
    folders = node["fqn"][1:-1]
    return "staging" if folders[0] == "staging" else folders[-1]


def one_line(text: str) -> str:
    """Return the reason in what dbt says of an error: Footfall's own words where there are some."""
    said = [line.strip() for line in text.splitlines() if line.strip()]
    for line in said:
        if "Footfall: " in line:
            return "Footfall: " + line.split("Footfall: ", 1)[1]
    # dbt begins with a heading, then names the file, then says what is wrong
    return "Footfall: " + " ".join(said[1:3] if said[0].endswith("an error:") else said[:2])


class BuildLog:
    """Shows the events of one dbt run."""

    def __init__(self, manifest: Path, out: TextIO) -> None:
        self.manifest = manifest
        self.out = out
        self.areas: dict[str, Area] = {}
        self.area_by_node: dict[str, str] = {}
        self.total = 0
        self.ended = 0
        self.running = ""
        self.started = 0.0
        self.reason = ""
        self.has_said_why = False

    def show(self, lines: Iterable[str | None]) -> None:
        """Show a log to its end; None is a moment in which nothing was logged."""
        for line in lines:
            if line is None:
                self.draw_bar()
                continue
            try:
                event = json.loads(line)
            except ValueError:
                self.say(line.rstrip("\n"))
                continue
            self.take(event["info"], event["data"])
        for name in list(self.areas):
            self.say_area(name)
        if self.reason and not self.has_said_why:
            self.say(self.reason)

    def take(self, info: Event, data: Event) -> None:
        """Take in one event."""
        name = info["name"]
        if name == "JinjaLogInfo":
            self.say(info["msg"])
            self.has_said_why |= info["msg"].startswith("Footfall: ")
        elif name == "LogStartLine":
            self.read_manifest()
            self.total = data["total"]
            self.running = data["node_info"]["node_name"]
            self.started = time.monotonic()
        elif name in ENDED:
            self.end(name, data)
        elif name in ("MainEncounteredError", "RunResultError"):
            self.reason = self.reason or one_line(data.get("exc") or data.get("msg") or info["msg"])
            # dbt itself stopped: nothing of ours has said why
            self.has_said_why &= name != "MainEncounteredError"
        self.draw_bar()

    def read_manifest(self) -> None:
        """Learn which models and tests each area has; dbt has written its manifest by now."""
        if self.area_by_node:
            return
        nodes = json.loads(self.manifest.read_text(encoding="utf-8"))["nodes"]
        for key, node in nodes.items():
            # dbt also lists the tests of models that this source does not have
            is_there = not node.get("test_metadata") or node.get("attached_node") in nodes
            if node["resource_type"] in ("model", "seed", "test") and is_there:
                self.area_by_node[key] = area_of(node, nodes)
                self.areas.setdefault(self.area_by_node[key], Area()).due += 1

    def end(self, name: str, data: Event) -> None:
        """Count a model, seed or test that ended, and show its area once that is complete."""
        self.read_manifest()
        node = data["node_info"]
        self.ended += 1
        area_name = self.area_by_node.get(node["unique_id"], "unit tests")
        area = self.areas.setdefault(area_name, Area())
        kind = "skip" if name == "SkippingDetails" else node["resource_type"]
        area.ended[kind.replace("unit_", "")] += 1
        area.seconds += data.get("execution_time", 0.0)
        status = node["node_status"]
        if status in ("fail", "error", "warn"):
            area.ended[status] += 1
            self.say(f"{'warning' if status == 'warn' else 'failed'}: {node['node_name']}")
        if area.due and area.is_done:
            self.say_area(area_name)

    def say_area(self, name: str) -> None:
        """Show an area's line, once."""
        area = self.areas.pop(name)
        count = area.ended
        models = f"{count['seed']} seeds" if count["seed"] else f"{count['model']} models"
        parts = [f"{name:<13}{models:>10}, {count['test']:>3} tests, {area.seconds:>7.1f} s"]
        parts += [f"{count['warn']} warned"] if count["warn"] else []
        parts += [f"{count['fail'] + count['error']} failed"] if count["fail"] + count["error"] else []
        parts += [f"{count['skip']} not built or tested"] if count["skip"] else []
        if sum(count.values()):
            self.say(", ".join(parts))

    def say(self, text: str) -> None:
        """Print lines in the place of the bar."""
        self.out.write(("\r\x1b[K" if self.out.isatty() else "") + text + "\n")
        self.out.flush()

    def draw_bar(self) -> None:
        """Draw the bar, on a terminal only."""
        if self.out.isatty() and self.areas and self.total:
            done = BAR_WIDTH * self.ended // self.total
            seconds = time.monotonic() - self.started
            bar = f"[{'#' * done}{'.' * (BAR_WIDTH - done)}] {self.ended} of {self.total}"
            self.out.write(f"\r\x1b[K{bar}  {self.running} {seconds:.0f} s")
            self.out.flush()


def lines_with_ticks(log: TextIO) -> Iterator[str | None]:
    """Yield the lines of a log as they come, and None in each second without one."""
    waiting: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in log:
            waiting.put(line)
        waiting.put("")

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = waiting.get(timeout=SECONDS_PER_TICK)
        except queue.Empty:
            yield None
            continue
        if not line:
            return
        yield line
