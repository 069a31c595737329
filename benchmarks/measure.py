"""Run a command and watch the memory of it and all its children."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
INTERVAL_SECONDS = 0.1


@dataclass
class Run:
    """What a finished command took.

    Attributes:
        seconds: Wall time from process start to exit.
        samples: (seconds since 1970, resident bytes of all its processes), in time order.
        exit_code: Of the command; None when it was killed for memory.

    """

    seconds: float = 0.0
    samples: list[tuple[float, int]] = field(default_factory=list)
    exit_code: int | None = 0

    def peak_gb(self, start: float = 0.0, end: float = float("inf")) -> float | None:
        """Return the highest sample between two times; None when it was too short for one."""
        return max((size / 1e9 for at, size in self.samples if start <= at <= end), default=None)


def resident_bytes(process: int) -> int:
    """Return the resident memory of a process and all processes below it; 0 when it has ended."""
    folder = Path(f"/proc/{process}")
    try:
        size = int((folder / "statm").read_text().split()[1]) * PAGE
        children = [
            int(child)
            for thread in (folder / "task").iterdir()
            for child in (thread / "children").read_text().split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return size + sum(map(resident_bytes, children))


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
            size = resident_bytes(process.pid)
            result.samples.append((time.time(), size))
            if size > cap_gb * 1e9:
                result.exit_code = None
                os.killpg(process.pid, signal.SIGKILL)
                return
            time.sleep(INTERVAL_SECONDS)

    watcher = threading.Thread(target=watch)
    watcher.start()
    exit_code = process.wait()
    result.seconds = time.time() - start
    watcher.join()
    if result.exit_code is not None:
        result.exit_code = exit_code
    return result
