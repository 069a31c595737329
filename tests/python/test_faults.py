"""What happens to a build from outside: kills, a full disk, too little memory, files in use.

Each leaves every mart as it was or as it will be, says one clear line where it can, and the next
build ends with the marts of a build that nothing disturbed.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from warehouses import EVENTS_ONLY, Warehouse, dbt_call, make, run_dbt

from footfall import demo_shop
from footfall.cli import main

# tests write nothing that a kill could leave behind
ALL_MODELS = ("build", "--exclude-resource-type", "test", "unit_test")


# ---- a shop that grows, and what its marts should be ---------------------------------------------


@dataclass(frozen=True)
class Shop:
    """A folder of raw files that grows by one file a load, and one warehouse of it.

    Each fault happens to a warehouse at the same path: at another one, dbt parses the project anew.
    """

    folder: Path
    models: tuple[str, ...]
    loads: list[Path]

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse" / "warehouse.duckdb"

    def arrive(self, *loads: int):
        """Leave exactly these loads in the raw folder."""
        for file in self.raw.glob("events*"):
            file.unlink()
        for load in loads:
            shutil.copy(self.loads[load], self.raw)

    def build(self, *args: str, folder: Path | None = None, **options) -> Warehouse:
        options |= {"source": "tracking", "raw_path": str(self.raw)}
        arguments = (*self.models, *args)
        return run_dbt(folder or self.folder, *arguments, warehouse=self.warehouse, **options)

    def built(self) -> Warehouse:
        result = self.build()
        assert result.returncode == 0, result.output[-5000:]
        return result

    def start(self) -> subprocess.Popen:
        options = {"source": "tracking", "raw_path": str(self.raw)}
        call = dbt_call(self.folder, *self.models, warehouse=self.warehouse, **options)
        return subprocess.Popen(**call, stdout=subprocess.PIPE, start_new_session=True)

    def keep(self, name: str) -> Path:
        """Copy the warehouse, which nobody has open, aside."""
        return Path(shutil.copy(self.warehouse, self.folder / f"{name}.duckdb"))


def growing_shop(folder: Path, models: tuple[str, ...], load_count: int) -> Shop:
    """Make a small shop whose events come in files of consecutive times, CSV and Parquet."""
    demo_shop.generate(folder / "made", events=4000)
    for name in ("raw", "later", "warehouse"):
        (folder / name).mkdir()
    for entity in ("customers", "products"):
        shutil.copy(folder / "made" / f"demo_{entity}.csv", folder / "raw" / f"{entity}.csv")
    events = pd.read_csv(folder / "made" / "demo_events.csv", dtype=str)
    loads = []
    for number in range(load_count):
        first, end = (len(events) * n // load_count for n in (number, number + 1))
        if number % 2:
            loads.append(folder / "later" / f"events{number}.parquet")
            events.iloc[first:end].to_parquet(loads[-1])
        else:
            loads.append(folder / "later" / f"events{number}.csv")
            events.iloc[first:end].to_csv(loads[-1], index=False)
    return Shop(folder, models, loads)


def mart_columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, list]:
    """Names and types of each mart's columns."""
    rows = connection.execute(
        """
        select table_name, list((column_name, data_type, is_nullable) order by column_index)
        from duckdb_columns() where database_name = ? and schema_name = 'marts'
        group by table_name
        """,
        [database],
    )
    return dict(rows.fetchall())


def different_marts(here: Path, there: Path) -> dict[str, str]:
    """Which marts of two warehouses differ, and how."""
    found = {}
    with duckdb.connect() as connection:
        for name, path in (("here", here), ("there", there)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        marts = {name: mart_columns(connection, name) for name in ("here", "there")}
        assert marts["here"] or marts["there"]
        for mart in sorted(marts["here"].keys() | marts["there"].keys()):
            columns = [marts[name].get(mart) for name in ("here", "there")]
            if columns[0] != columns[1]:
                found[mart] = f"columns {columns[0]} here, {columns[1]} there"
                continue
            ours, theirs = f"here.marts.{mart}", f"there.marts.{mart}"
            rows = connection.execute(
                f"""
                select
                    (select count(*) from (from {ours} except all from {theirs})),
                    (select count(*) from (from {theirs} except all from {ours}))
                """
            ).fetchone()
            if rows != (0, 0):
                found[mart] = f"{rows[0]} rows only here, {rows[1]} only there"
    return found


def strays(warehouse: Path) -> list[str]:
    """Relations that dbt makes on the way and drops again."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            """
            select table_schema || '.' || table_name from information_schema.tables
            where table_name like '%\\_\\_dbt\\_%' escape '\\'
            """
        )
        return [name for (name,) in rows.fetchall()]


@dataclass(frozen=True)
class Grown:
    """A shop whose last load just came, and its warehouse before that load and after."""

    shop: Shop
    before: Path
    after: Path
    steps: int

    @property
    def warehouse(self) -> Path:
        return self.shop.warehouse

    def restore(self) -> bytes:
        """Put back the warehouse of before, for the next fault to happen to."""
        for file in self.warehouse.parent.iterdir():
            file.unlink()
        shutil.copy(self.before, self.warehouse)
        return self.before.read_bytes()

    def check_whole(self):
        """Each mart is as it was or as it will be."""
        changed = different_marts(self.warehouse, self.before)
        missing = different_marts(self.warehouse, self.after)
        assert changed.keys() & missing.keys() == set(), (changed, missing)

    def check_next_build(self):
        """The next build ends as if nothing had happened."""
        self.shop.built()
        assert different_marts(self.warehouse, self.after) == {}
        assert strays(self.warehouse) == []


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> Grown:
    shop = growing_shop(tmp_path_factory.mktemp("shop"), EVENTS_ONLY, load_count=2)
    shop.arrive(0, 1)
    steps = shop.built().output.count(" START ")
    after = shop.keep("after")
    shop.warehouse.unlink()
    shop.arrive(0)
    shop.built()
    before = shop.keep("before")
    shop.arrive(0, 1)
    assert different_marts(before, after).keys() >= {"fct_events", "fct_sessions"}
    return Grown(shop, before, after, steps)


# ---- kills ---------------------------------------------------------------------------------------


def kill_in(shop: Shop, moment: int, delay: float):
    """Kill a build, with all its processes, `delay` seconds after its `moment`-th step began."""
    process = shop.start()
    begun = 0
    for line in process.stdout:
        begun += " START " in line
        if begun == moment:
            break
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGKILL)
    process.stdout.close()
    # what is killed after its last step may have ended by itself
    assert process.wait() in (-signal.SIGKILL, 0)
    assert begun == moment


def test_a_killed_build_leaves_whole_marts_and_the_next_one_mends(grown, tmp_path, capsys):
    grown.restore()
    publish = [
        "publish",
        "--warehouse",
        str(grown.warehouse),
        "--out",
        str(tmp_path / "copy.duckdb"),
    ]
    assert main(publish) == 0
    kill_in(grown.shop, grown.steps // 2, 0)
    assert main(publish) == 1
    assert re.search(r"failed or was killed: \d+ models and tests are due", capsys.readouterr().err)
    draw = random.Random(1)
    for _ in range(3):
        kill_in(grown.shop, draw.randint(1, grown.steps), draw.uniform(0, 0.15))
        # dbt drops the relation it replaced after the commit
        assert [name for name in strays(grown.warehouse) if not name.endswith("__dbt_backup")] == []
        grown.check_whole()
    grown.check_next_build()
    assert main(publish) == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_many_kills_in_builds_of_everything(tmp_path, seed):
    """Five kills in builds load by load; the last build equals one of all loads, undisturbed."""
    shop = growing_shop(tmp_path, ALL_MODELS, load_count=3)
    shop.arrive(0, 1, 2)
    steps = shop.built().output.count(" START ")
    undisturbed = shop.keep("undisturbed")
    shop.warehouse.unlink()
    draw = random.Random(seed)
    killed = [draw.randrange(3) for _ in range(5)]
    for load in range(3):
        shop.arrive(*range(load + 1))
        for _ in range(killed.count(load)):
            kill_in(shop, draw.randint(1, steps), draw.uniform(0, 0.15))
        # the next load may come before anybody builds again
        if load == 2 or draw.random() < 0.7:
            shop.built()
    assert different_marts(shop.warehouse, undisturbed) == {}
    assert strays(shop.warehouse) == []


# ---- a warehouse that cannot be opened or written ------------------------------------------------


def last_line(result: Warehouse) -> str:
    return result.output.rstrip().splitlines()[-1].strip()


def check_refused(result: Warehouse, *words: str):
    """dbt failed with one line of ours at the end, and without a trace."""
    assert result.returncode != 0
    assert last_line(result).startswith("Footfall: "), result.output[-2000:]
    for word in (str(result.path), *words):
        assert word in last_line(result)
    assert "Traceback" not in result.output


def test_a_reader_that_holds_the_file_is_named_and_nothing_is_published(grown, tmp_path):
    content = grown.restore()
    warehouse = Path(shutil.copy(grown.warehouse, tmp_path))
    assert main(["publish", "--warehouse", str(warehouse)]) == 0
    published = tmp_path / "published" / warehouse.name
    published_content = published.read_bytes()
    with duckdb.connect(str(warehouse), read_only=True):
        raw_path = f"RAW_PATH={grown.shop.raw}"
        result = make("publish", "SOURCE=tracking", raw_path, warehouse=warehouse)
    check_refused(result, f"(PID {os.getpid()})", "make publish")
    assert warehouse.read_bytes() == content
    assert published.read_bytes() == published_content


def test_a_second_build_is_refused_and_the_first_goes_on(grown):
    grown.restore()
    first = grown.shop.start()
    for line in first.stdout:
        if " START " in line:
            break
    check_refused(grown.shop.build(), f"(PID {first.pid})")
    rest, _ = first.communicate()
    assert first.returncode == 0, rest[-5000:]
    assert different_marts(grown.warehouse, grown.after) == {}


@pytest.fixture(scope="module")
def unprivileged() -> list[str]:
    """A command that takes away what lets root read and write where nobody may."""
    if os.geteuid():
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root may read and write anywhere, and there is no setpriv to take that away")
    rights = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}"]


@pytest.mark.parametrize("protected", ["file", "folder"])
def test_what_may_not_be_written_is_named(grown, unprivileged, protected):
    content = grown.restore()
    target = {"file": grown.warehouse, "folder": grown.warehouse.parent}[protected]
    mode = target.stat().st_mode
    target.chmod(mode & ~0o222)
    result = grown.shop.build(prefix=unprivileged)
    target.chmod(mode)
    check_refused(result, "cannot be ", "FOOTFALL_WAREHOUSE")
    assert grown.warehouse.read_bytes() == content
    assert list(grown.warehouse.parent.iterdir()) == [grown.warehouse]


def test_an_unreadable_raw_file_is_named(grown, unprivileged):
    content = grown.restore()
    (file,) = grown.shop.raw.glob("events*.parquet")
    mode = file.stat().st_mode
    file.chmod(0)
    result = grown.shop.build(prefix=unprivileged)
    file.chmod(mode)
    assert result.returncode != 0
    assert f"Footfall: file '{file}' cannot be read (Permission denied)" in result.output
    assert "Traceback" not in result.output
    assert grown.warehouse.read_bytes() == content


@pytest.mark.parametrize("damage", ["a flipped bit", "a cut header", "no warehouse at all"])
def test_a_damaged_warehouse_is_named(grown, tmp_path, damage):
    content = grown.before.read_bytes()
    warehouse = tmp_path / "warehouse.duckdb"
    warehouse.write_bytes(
        {
            "a flipped bit": content[:40] + bytes([content[40] ^ 1]) + content[41:],
            "a cut header": content[:6000],
            "no warehouse at all": b"a file of somebody's",
        }[damage]
    )
    before = warehouse.read_bytes()
    result = run_dbt(tmp_path, "build", warehouse=warehouse)
    check_refused(result, "cannot be opened for writing", "FOOTFALL_WAREHOUSE")
    assert warehouse.read_bytes() == before


@pytest.mark.parametrize("limit", ["much", "", "12", "5 apples"])
def test_a_memory_limit_that_is_none_is_named(tmp_path, monkeypatch, limit):
    with monkeypatch.context() as patch:
        patch.setenv("FOOTFALL_MEMORY_LIMIT", limit)
        result = run_dbt(tmp_path, "build")
    assert result.returncode != 0
    assert last_line(result).startswith(
        f"Footfall: FOOTFALL_MEMORY_LIMIT is '{limit}', which is no"
    )
    assert "Traceback" not in result.output
    assert not result.path.exists()


# ---- what gives out in the middle of a build -----------------------------------------------------


def check_explained(result: Warehouse, *words: str):
    """dbt failed, and says why and what to do in one line of ours, above its own summary."""
    assert result.returncode != 0
    said = [line for line in result.output.splitlines() if "Footfall: " in line]
    assert len(said) == 1, result.output[-5000:]
    for word in words:
        assert word in said[0]


# folder $HERE becomes a disk of $SIZE bytes for the command that follows; $KEPT keeps what it held
ON_A_SMALL_DISK = """
    set -e
    cp "$HERE"/* "$KEPT"
    mount -t tmpfs -o size=$SIZE tmpfs "$HERE"
    mv "$KEPT"/* "$HERE"
    failed=0
    "$@" || failed=$?
    cp "$HERE"/* "$KEPT"
    exit $failed
"""


@pytest.mark.parametrize(
    "room",
    [
        2_000_000,
        *(pytest.param(room, marks=pytest.mark.slow) for room in (0, 1_000_000, 5_000_000)),
    ],
)
def test_a_full_disk(grown, tmp_path, room):
    """A real one: a file system in memory with so many bytes to spare, seen by this build only."""
    isolated = ["unshare", "--map-root-user", "--mount"]
    if subprocess.run([*isolated, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a small disk")
    size = len(grown.restore()) + room
    settings = {"HERE": grown.warehouse.parent, "KEPT": tmp_path, "SIZE": size}
    prefix = [*isolated, "env", *(f"{name}={value}" for name, value in settings.items())]
    result = grown.shop.build(prefix=[*prefix, "bash", "-c", ON_A_SMALL_DISK, "bash"])
    check_explained(result, "No space left on device", "Free disk space")
    shutil.copytree(tmp_path, grown.warehouse.parent, dirs_exist_ok=True)
    grown.check_whole()
    grown.check_next_build()


def test_a_full_disk_under_the_logs_makes_no_traces(grown, tmp_path):
    """Without a setting, Python writes a trace for each line that it cannot log."""
    isolated = ["unshare", "--map-root-user", "--mount"]
    if subprocess.run([*isolated, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a small disk")
    grown.restore()
    # enough for what dbt logs until it connects
    disk = 'mount -t tmpfs -o size=100k tmpfs "$LOGS" && "$@"'
    logs = tmp_path / "logs"
    logs.mkdir()
    prefix = [*isolated, "env", f"LOGS={logs}", "bash", "-c", disk, "bash"]
    result = grown.shop.build(folder=tmp_path, prefix=prefix)
    assert result.returncode == 0, result.output[-5000:]
    assert "Traceback" not in result.output


def test_too_little_memory(grown, tmp_path, monkeypatch):
    grown.restore()
    with monkeypatch.context() as patch:
        patch.setenv("FOOTFALL_MEMORY_LIMIT", "8MB")
        result = grown.shop.build(folder=tmp_path)
    check_explained(result, "Out of Memory Error", "FOOTFALL_MEMORY_LIMIT")
    grown.check_whole()
    grown.check_next_build()


# ---- the copy for BI tools -----------------------------------------------------------------------


def write_mart(warehouse: Path, value: str, rows: int = 1):
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute(
            f"create or replace table marts.answers as select {value} as answer from range({rows})"
        )


def answer(connection: duckdb.DuckDBPyConnection) -> int:
    return connection.execute("select max(answer) from marts.answers").fetchone()[0]


def footfall(*args: str) -> subprocess.Popen:
    command = [sys.executable, "-c", "from footfall.cli import main; raise SystemExit(main())"]
    return subprocess.Popen([*command, *args], stderr=subprocess.PIPE, text=True)


def test_readers_of_the_copy_stop_no_build_and_never_see_half_of_one(tmp_path):
    warehouse, copy = tmp_path / "it's.duckdb", tmp_path / "published" / "it's.duckdb"
    write_mart(warehouse, "1")
    assert main(["publish", "--warehouse", str(warehouse)]) == 0
    with duckdb.connect(str(copy), read_only=True) as reader:
        assert answer(reader) == 1
        # the next build and its publication, in other processes as they are
        write_mart(warehouse, "2")
        assert answer(reader) == 1
        assert footfall("publish", "--warehouse", str(warehouse)).wait() == 0
        assert answer(reader) == 1
    with duckdb.connect(str(copy), read_only=True) as reader:
        assert answer(reader) == 2
    assert copy.stat().st_mode & 0o222 == 0
    assert [file.name for file in copy.parent.iterdir()] == [copy.name]


def test_a_killed_publication_leaves_the_earlier_copy(tmp_path):
    warehouse, copy = tmp_path / "warehouse.duckdb", tmp_path / "copy.duckdb"
    write_mart(warehouse, "1")
    command = ["publish", "--warehouse", str(warehouse), "--out", str(copy)]
    assert main(command) == 0
    content = copy.read_bytes()
    write_mart(warehouse, "random()", rows=3_000_000)
    process = footfall(*command)
    unfinished = tmp_path / ".copy.duckdb.unfinished"
    while not unfinished.exists() or unfinished.stat().st_size < 1_000_000:
        assert process.poll() is None
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert copy.read_bytes() == content
    assert main(command) == 0
    with duckdb.connect(str(copy), read_only=True) as reader:
        assert reader.execute("select count(*) from marts.answers").fetchone()[0] == 3_000_000
    assert not unfinished.exists()


def other_names(warehouse: Path) -> dict[str, Path]:
    """Ways to name a file that all mean the same file."""
    folder = warehouse.parent
    (folder / "sub").mkdir()
    (folder / "link.duckdb").symlink_to(warehouse)
    (folder / "hard.duckdb").hardlink_to(warehouse)
    (folder / "sub" / "relative.duckdb").symlink_to("../link.duckdb")
    (folder / "also").symlink_to(folder, target_is_directory=True)
    (folder / ".copy.unfinished").hardlink_to(warehouse)
    return {
        "itself": warehouse,
        "relative": Path(os.path.relpath(warehouse)),
        "dots": folder / "sub" / ".." / warehouse.name,
        "symbolic link": folder / "link.duckdb",
        "link to a link": folder / "sub" / "relative.duckdb",
        "hard link": folder / "hard.duckdb",
        "folder's link": folder / "also" / warehouse.name,
        "what the copy is called before it is whole": folder / "copy",
    }


def test_the_warehouse_is_not_its_own_copy(tmp_path, capsys):
    warehouse = tmp_path / "warehouse.duckdb"
    write_mart(warehouse, "1")
    content = warehouse.read_bytes()
    for name, out in other_names(warehouse).items():
        assert main(["publish", "--warehouse", str(warehouse), "--out", str(out)]) == 1, name
        said = capsys.readouterr().err
        assert said == (
            f"footfall: '{out}' is the warehouse itself, which the copy would destroy; "
            "give --out another file\n"
        ), name
        assert warehouse.read_bytes() == content, name
    # and the other way round
    link = tmp_path / "link.duckdb"
    assert main(["publish", "--warehouse", str(link), "--out", str(warehouse)]) == 1
    assert warehouse.read_bytes() == content


def test_two_publications_at_once_leave_one_whole_copy(tmp_path):
    """Of one warehouse, the second is refused; of two, it waits for the first to end."""
    copy = tmp_path / "published" / "copy.duckdb"
    warehouses = [tmp_path / f"{number}.duckdb" for number in range(3)]
    for number, warehouse in enumerate(warehouses):
        write_mart(warehouse, f"{number} + 3 * range", rows=300_000)
    commands = [
        ["publish", "--warehouse", str(warehouse), "--out", str(copy)]
        for warehouse in warehouses
        for _ in range(2)
    ]
    for _ in range(2):
        running = [footfall(*command) for command in commands]
        endings = [(process.communicate()[1], process.returncode) for process in running]
        for said, code in endings:
            assert code == 0 or "is open in" in said, said
        with duckdb.connect(str(copy), read_only=True) as reader:
            rows, kinds = reader.execute(
                "select count(*), count(distinct answer % 3) from marts.answers"
            ).fetchone()
        assert (rows, kinds) == (300_000, 1)
        assert [file.name for file in copy.parent.iterdir()] == [copy.name]


def test_a_failed_publication_leaves_nothing_half_written(tmp_path, capsys):
    warehouse, folder = tmp_path / "warehouse.duckdb", tmp_path / "out"
    write_mart(warehouse, "1")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create view marts.broken as select error('no such answer') as answer")
    assert main(["publish", "--warehouse", str(warehouse), "--out", str(folder / "copy")]) == 1
    assert "no such answer" in capsys.readouterr().err
    assert list(folder.iterdir()) == []
    # what cannot be put in place
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("drop view marts.broken")
    (folder / "copy").mkdir()
    assert main(["publish", "--warehouse", str(warehouse), "--out", str(folder / "copy")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert list(folder.iterdir()) == [folder / "copy"]


def test_what_cannot_be_published_is_said_in_one_line(tmp_path, capsys):
    warehouse = tmp_path / "warehouse.duckdb"
    assert main(["publish", "--warehouse", str(warehouse)]) == 1
    assert capsys.readouterr().err == (
        f"footfall: there is no warehouse '{warehouse}'; build it first\n"
    )
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table other as select 1 as answer")
    assert main(["publish", "--warehouse", str(warehouse)]) == 1
    assert capsys.readouterr().err == (
        f"footfall: warehouse '{warehouse}' holds no marts; build it first\n"
    )
    with duckdb.connect(str(warehouse)):
        process = footfall("publish", "--warehouse", str(warehouse))
        _, error = process.communicate()
    assert process.returncode == 1
    assert error.startswith(f"footfall: warehouse '{warehouse}' is open in ")
    assert error.count("\n") == 1
