"""Run a command and watch the memory and the processor time of it and all its children."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
INTERVAL_SECONDS = 0.1


class Sample(NamedTuple):
    """What a process and all processes below it use at a moment (seconds since 1970)."""

    at: float
    resident_bytes: int
    cpu_seconds: float


@dataclass
class Run:
    """What a finished command took.

    Attributes:
        seconds: Wall time from process start to exit.
        samples: In time order.
        exit_code: Of the command; None when it was killed for memory.

    """

    seconds: float = 0.0
    samples: list[Sample] = field(default_factory=list)
    exit_code: int | None = 0

    def used(self, start: float = 0.0, end: float = float("inf")) -> dict[str, float | None]:
        """Return the peak memory and the processor time between two times.

        Both are None for what was too short to be sampled, and what runs outside the samples counts
        for neither, so sums of processor times are a little low.
        """
        samples = [sample for sample in self.samples if start <= sample.at <= end]
        if not samples:
            return {"peak_gb": None, "cpu_seconds": None}
        return {
            "peak_gb": max(sample.resident_bytes for sample in samples) / 1e9,
            "cpu_seconds": samples[-1].cpu_seconds - (samples[0].cpu_seconds if start else 0),
        }


def look(process: int) -> Sample:
    """Return what a process and all processes below it use; nothing when it has ended."""
    folder = Path(f"/proc/{process}")
    try:
        # the name in brackets may hold blanks; the other fields follow it
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        children = [
            look(int(child))
            for thread in (folder / "task").iterdir()
            for child in (thread / "children").read_text().split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return Sample(time.time(), 0, 0.0)
    # its own and that of its children that have ended
    ticks = sum(int(field) for field in fields[11:15])
    return Sample(
        time.time(),
        int(fields[21]) * PAGE + sum(child.resident_bytes for child in children),
        ticks / TICKS + sum(child.cpu_seconds for child in children),
    )


def run(
    command: Sequence[str | Path],
    cap_gb: float = float("inf"),
    folder: Path | None = None,
    environment: dict[str, str] | None = None,
) -> Run:
    """Run a command, its output going to the terminal; kill it above `cap_gb` of memory."""
    result = Run()
    start = time.time()
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
    )

    def watch() -> None:
        while process.poll() is None:
            sample = look(process.pid)
            # nothing is resident once it has ended
            if sample.resident_bytes:
                result.samples.append(sample)
            if sample.resident_bytes > cap_gb * 1e9:
                result.exit_code = None
                os.killpg(process.pid, signal.SIGKILL)
                return
            time.sleep(INTERVAL_SECONDS)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        exit_code = process.wait()
        result.seconds = time.time() - start
    finally:
        # it has a session of its own, which an interrupt from the keyboard does not reach
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    watcher.join()
    if result.exit_code is not None:
        result.exit_code = exit_code
    return result
