"""The output of `make build`: one line for each area of the project instead of one for each model.

The input is dbt's JSON log, one event per line; dbt's usual text stays in logs/dbt.log. An area is
a folder of models together with the tests of those models.
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
# how often the bar is drawn again while dbt logs nothing: it counts the seconds of a model
SECONDS_PER_TICK = 1.0


@dataclass
class Area:
    """Progress of one area: `due` counts what has not ended yet, the others count what has."""

    due: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def line(self, name: str) -> str:
        """Return the line that shows the area."""
        built = (
            f"{self.kinds['seed']} seeds" if self.kinds["seed"] else f"{self.kinds['model']} models"
        )
        parts = [f"{name:<13}{built:>10}, {self.kinds['test']:>3} tests, {self.seconds:>7.1f} s"]
        failed = self.statuses["fail"] + self.statuses["error"]
        for count, what in (
            (self.statuses["warn"], "warned"),
            (failed, "failed"),
            (self.statuses["skipped"], "left out"),
        ):
            parts += [f"{count} {what}"] if count else []
        return ", ".join(parts)


@dataclass
class BuildLog:
    """Shows one dbt run on `out`; `manifest` is the manifest.json that the run writes."""

    manifest: Path
    out: TextIO
    areas: dict[str, Area] = field(default_factory=dict)
    area_by_node: dict[str, str] = field(default_factory=dict)
    total: int = 0
    ended: int = 0
    running: str = "reading the project"
    started: float = field(default_factory=time.monotonic)
    reason: str = ""
    has_said_why: bool = False

    def show(self, lines: Iterable[str | None]) -> None:
        """Show a log to its end; None stands for a second without a line."""
        for line in lines:
            if line is not None:
                self.take_line(line)
            self.draw_bar()
        if self.reason and not self.has_said_why:
            self.say(self.reason)

    def take_line(self, line: str) -> None:
        """Handle one line; a line that is not JSON, such as a Python warning, is shown as it is."""
        try:
            event = json.loads(line)
        except ValueError:
            self.say(line.rstrip("\n"))
            return
        name, message, data = event["info"]["name"], event["info"]["msg"], event["data"]
        if name == "JinjaLogInfo":
            self.say(message)
            self.has_said_why |= message.startswith("Footfall: ")
        elif name == "LogStartLine":
            self.read_manifest()
            self.total = data["total"]
            self.running, self.started = data["node_info"]["node_name"], time.monotonic()
        elif name in ENDED:
            self.end(data["node_info"], data.get("execution_time", 0.0))
        elif name == "RunResultError":
            self.reason = self.reason or one_line(data["msg"])
        elif name == "MainEncounteredError":
            # dbt itself failed, so no message of Footfall has given the reason
            self.reason, self.has_said_why = one_line(data["exc"]), False

    def read_manifest(self) -> None:
        """Count what each area has to build; dbt writes its manifest before it builds anything."""
        if self.area_by_node:
            return
        nodes = json.loads(self.manifest.read_text(encoding="utf-8"))["nodes"]
        for key, node in nodes.items():
            # the manifest also lists tests of models that this source disables
            is_there = not node.get("test_metadata") or node.get("attached_node") in nodes
            if node["resource_type"] in ("model", "seed", "test") and is_there:
                self.area_by_node[key] = area_of(node, nodes)
                self.areas.setdefault(self.area_by_node[key], Area()).due += 1

    def end(self, node: Event, seconds: float) -> None:
        """Count a model, seed or test that has ended; show its area if that was the last one."""
        self.read_manifest()
        name = self.area_by_node.get(node["unique_id"], "other")
        area = self.areas.setdefault(name, Area())
        status = node["node_status"]
        self.ended += 1
        area.due -= 1
        area.seconds += seconds
        area.statuses[status] += 1
        if status != "skipped":
            area.kinds[node["resource_type"].removeprefix("unit_")] += 1
        if status in ("fail", "error", "warn"):
            self.say(f"{'warning' if status == 'warn' else 'failed'}: {node['node_name']}")
        if area.due == 0:
            self.say(self.areas.pop(name).line(name))
        if self.ended == self.total:
            self.say_unfinished()

    def say_unfinished(self) -> None:
        """Show the areas of which this run built a part only; the summary follows."""
        self.say(*(area.line(name) for name, area in self.areas.items() if area.statuses))
        self.areas = {}

    def say(self, *lines: str) -> None:
        """Print lines; on a terminal the first one overwrites the bar."""
        for line in lines:
            self.out.write(("\r\x1b[K" if self.out.isatty() else "") + line + "\n")
        self.out.flush()

    def draw_bar(self) -> None:
        """Draw the bar, if the output is a terminal and the run has not ended."""
        if not self.out.isatty() or (self.total and self.ended == self.total):
            return
        bar = "#" * (BAR_WIDTH * self.ended // self.total if self.total else 0)
        seconds = time.monotonic() - self.started
        self.out.write(
            f"\r\x1b[K[{bar:.<{BAR_WIDTH}}] {self.ended} of {self.total or '?'}"
            f"  {self.running}, {seconds:.0f} s"
        )
        self.out.flush()


def area_of(node: Event, nodes: dict[str, Event]) -> str:
    """Return the area of a node of dbt's manifest; a test belongs to the area of its model."""
    attached = nodes.get(node.get("attached_node") or "")
    if attached:
        return area_of(attached, nodes)
    if node["resource_type"] == "seed":
        return "seeds"
    folders = node["fqn"][1:-1]
    return "staging" if folders[0] == "staging" else folders[-1]


def one_line(text: str) -> str:
    """Shorten dbt's text of an error to one line: Footfall's own message, if it holds one."""
    said = [line.strip() for line in text.splitlines() if line.strip()]
    for line in said:
        if "Footfall: " in line:
            return "Footfall: " + line.split("Footfall: ", 1)[1]
    # dbt names the file in its first line, and says what is wrong in the next
    return "Footfall: " + ": ".join(said[:2])


def lines_with_ticks(log: TextIO) -> Iterator[str | None]:
    """Yield the lines of a log as they come, and None after each second without a line."""
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
