"""A warehouse that grew load by load is the one that is built at once, whatever arrived when."""

import random
import re
import shutil

import duckdb
import pytest
from shop_in_pieces import Shop
from warehouses import ROOT, Warehouse, built, run_dbt

# all that is incremental and all that is made of it at once, without features, clusters and scores
CORE = ("path:models/staging", "path:models/intermediate/core", "path:models/marts/core")
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


def grows_like_one_build(folder, seed: int, loads: int) -> None:
    shop = Shop(folder / "raw", seed)
    choice = random.Random(seed)
    models = sorted(
        path.stem
        for part in ("staging/tracking", "intermediate/core", "marts/core")
        for path in (ROOT / "models" / part).glob("*.sql")
    )
    for day in range(loads):
        shop.step(day)
        if day == 0:
            grown = built_shop(folder / "grown", shop)
        elif day in (loads // 2, loads - 1):
            grown = built_shop(folder / "grown", shop)
            at_once = built_shop(folder / "at_once", shop, "--full-refresh")
            assert not differences(grown, at_once), f"seed {seed}, load {day}"
        else:
            # any part of the models may run at any time
            some = [model for model in models if choice.random() < 0.7]
            built_shop(folder / "grown", shop, "-s", *(some if choice.random() < 0.5 else CORE))


@pytest.mark.parametrize("seed", [1, 4])
def test_day_by_day_equals_at_once(tmp_path, seed):
    grows_like_one_build(tmp_path, seed, loads=8)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 30))
def test_day_by_day_equals_at_once_for_more_shops(tmp_path, seed):
    grows_like_one_build(tmp_path, seed, loads=10)
