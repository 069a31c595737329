"""The demo shop: its bytes, its shape, its planted faults and its truth."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, roc_auc_score
from sklearn.preprocessing import StandardScaler

from footfall import demo_shop
from footfall.cli import main
from footfall.demo_shop import CALENDAR, DEFECTS, SHOP
from footfall.demo_shop.run import CHUNK_PERSONS

SEEDS = Path(__file__).parents[2] / "seeds" / "raw"
FILES = ("demo_events.csv", "demo_customers.csv", "demo_products.csv")
BIG_EVENTS = 1_500_000

# Conversion, orders and revenue of every exposed customer, crossovers out. Anonymous visits count
# for the customer when their device has only one.
BIG_OUTCOMES = """
with events as (
    select distinct on (event_id) *
    from read_parquet($folder || '/events-*.parquet')
    where coalesce(customer_id, anonymous_id) is not null
        and try_cast("timestamp" as timestamp) < '2090-01-01'
),
owners as (
    select anonymous_id, min(customer_id) as owner
    from events
    where anonymous_id is not null
    group by anonymous_id
    having count(distinct customer_id) = 1
)
select
    min(experiment_group) as experiment_group,
    count(*) filter (event_type = 'purchase') > 0 as customer_conversion_rate,
    count(distinct coalesce(order_id, session_id))
        filter (event_type = 'purchase') as orders_per_customer,
    coalesce(sum(quantity * unit_price::double)
        filter (event_type = 'purchase'), 0) as revenue_per_customer
from events
left join owners using (anonymous_id)
left join read_parquet($folder || '/products.parquet') using (product_id)
where experiment_group is not null and coalesce(customer_id, owner) is not null
group by coalesce(customer_id, owner)
having count(distinct experiment_group) = 1
"""


def read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / name, dtype=str, keep_default_na=False)


def cleaned(raw: pd.DataFrame, prices: pd.Series, bots: set[str]) -> pd.DataFrame:
    """Apply the warehouse's rules: reject, drop repeats and bots, find the person."""
    events = raw.drop_duplicates("event_id").replace("", None)
    events["at"] = pd.to_datetime(events["timestamp"], errors="coerce", format="%Y-%m-%d %H:%M:%S")
    events = events[events["at"] < pd.Timestamp(CALENDAR.end, unit="s")]
    events = events.dropna(subset=["customer_id", "anonymous_id"], how="all")
    known = events.dropna(subset=["customer_id", "anonymous_id"])
    owners = known.groupby("anonymous_id")["customer_id"].agg(["nunique", "first"])
    owner = events["anonymous_id"].map(owners.loc[owners["nunique"] == 1, "first"])
    events["person"] = events["customer_id"].fillna(owner).fillna("~" + events["anonymous_id"])
    events["order"] = events["order_id"].fillna("~" + events["session_id"])
    price = events["product_id"].map(prices)
    events["revenue"] = price * events["quantity"].astype(float).fillna(0)
    return events[~events["person"].isin(bots)]


@pytest.fixture(scope="module")
def demo() -> Path:
    return SEEDS


@pytest.fixture(scope="module")
def truth() -> demo_shop.Truth:
    return demo_shop.truth()


@pytest.fixture(scope="module")
def counts() -> dict[str, int]:
    return demo_shop.defect_counts()


@pytest.fixture(scope="module")
def raw(demo: Path) -> pd.DataFrame:
    return read(demo, "demo_events.csv")


@pytest.fixture(scope="module")
def products(demo: Path) -> pd.DataFrame:
    return read(demo, "demo_products.csv")


@pytest.fixture(scope="module")
def events(raw: pd.DataFrame, products: pd.DataFrame, truth: demo_shop.Truth) -> pd.DataFrame:
    prices = products.set_index("product_id")["unit_price"].astype(float)
    bots = set(truth.customers.loc[truth.customers["is_bot"], "customer_id"])
    return cleaned(raw, prices, bots)


@pytest.fixture(scope="module")
def orders(events: pd.DataFrame) -> pd.DataFrame:
    lines = events[events["event_type"] == "purchase"]
    return lines.groupby(["person", "order"], as_index=False).agg(
        at=("at", "first"), revenue=("revenue", "sum"), arm=("experiment_group", "first")
    )


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of two chunks, for what needs a small standard error."""
    folder = tmp_path_factory.mktemp("big")
    demo_shop.generate(folder, events=BIG_EVENTS, seed=5, file_format="parquet", workers=2)
    return folder


class TestFiles:
    def test_committed_seeds_equal_a_fresh_generation(self, tmp_path):
        assert main(["generate", "--out", str(tmp_path)]) == 0
        for name in FILES:
            assert (tmp_path / name).read_bytes() == (SEEDS / name).read_bytes(), name

    def test_default_folder_is_the_seeds(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert main(["generate", "--events", "2000"]) == 0
        assert sorted(path.name for path in (tmp_path / "seeds/raw").iterdir()) == sorted(FILES)

    def test_seed_decides_the_bytes(self, tmp_path):
        for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
            demo_shop.generate(tmp_path / folder, events=5_000, seed=seed)
        for name in FILES:
            a, b, c = ((tmp_path / folder / name).read_bytes() for folder in "abc")
            assert a == b != c

    @pytest.mark.parametrize("file_format", ["csv", "parquet"])
    def test_workers_and_format_do_not_change_the_rows(self, tmp_path, monkeypatch, file_format):
        monkeypatch.setattr("footfall.demo_shop.run.CHUNK_PERSONS", 300)
        run = demo_shop.Run(20_000, 3)
        catalogue = demo_shop.make_catalogue(run)
        chunks = [demo_shop.make_chunk(run, k, catalogue)[1] for k in range(len(run.chunk_sizes))]
        expected = pd.concat([chunk.to_pandas() for chunk in chunks], ignore_index=True)
        assert len(chunks) == 5
        for workers in (1, 4):
            folder = tmp_path / f"{workers}"
            demo_shop.generate(
                folder, events=20_000, seed=3, file_format=file_format, workers=workers
            )
            if file_format == "csv":
                found = read(folder, "demo_events.csv").replace("", None)
            else:
                parts = sorted(folder.glob("events-*.parquet"))
                assert len(parts) == 5
                found = pd.concat([pd.read_parquet(part) for part in parts], ignore_index=True)
                assert len(pd.read_parquet(folder / "customers.parquet")) > 500
                assert len(pd.read_parquet(folder / "products.parquet")) == 500
            for column in ("event_id", "timestamp", "customer_id", "session_id", "order_id"):
                assert found[column].astype(object).equals(expected[column].astype(object)), column
            assert found["event_id"].nunique() == len(found) - sum(
                int(DEFECTS.exact_repeat_share * size) for size in run.chunk_sizes
            )

    def test_chunks_are_even(self):
        run = demo_shop.Run(round((CHUNK_PERSONS + 1) * SHOP.events_per_person))
        assert run.chunk_sizes == [32_769, 32_768]

    def test_sizes(self, raw, demo):
        assert 100_000 <= len(raw) <= 125_000
        assert sum((demo / name).stat().st_size for name in FILES) < 20_000_000
        assert len(raw) == pytest.approx(demo_shop.DEMO_EVENTS, rel=0.05)

    def test_big_size_is_as_asked(self, big):
        parts = [pd.read_parquet(p, columns=["event_id"]) for p in big.glob("events-*.parquet")]
        assert sum(map(len, parts)) == pytest.approx(BIG_EVENTS, rel=0.03)

    def test_columns(self, raw, products, demo):
        assert tuple(raw) == demo_shop.EVENT_COLUMNS
        assert tuple(products) == demo_shop.PRODUCT_COLUMNS
        assert tuple(read(demo, "demo_customers.csv")) == demo_shop.CUSTOMER_COLUMNS

    @pytest.mark.parametrize("name", FILES)
    def test_plain_csv(self, demo, name):
        data = (demo / name).read_bytes()
        assert b'"' not in data and b"\r" not in data and data.endswith(b"\n")

    def test_refuses_what_it_cannot_do(self, tmp_path, capsys):
        out = ["--out", str(tmp_path)]
        assert main(["generate", *out, "--events", "10"]) == 1
        assert main(["generate", *out, "--seed", "-1"]) == 1
        parquet = ["generate", *out, "--events", "2000", "--format", "parquet"]
        assert main(parquet) == 0
        assert main(parquet) == 1
        errors = capsys.readouterr().err.splitlines()
        assert len(errors) == 3
        assert "already holds" in errors[-1]


class TestShape:
    def test_people_and_orders(self, events, orders, demo):
        assert len(read(demo, "demo_customers.csv")) >= 5_000
        assert events["person"].str.startswith("~").any()
        orders_of = orders.groupby("person").size()
        assert len(orders_of) >= 2_000
        assert 0.4 < (orders_of > 1).mean() < 0.6

    def test_views_dominate(self, events):
        count = events["event_type"].value_counts()
        assert set(count.index) == set(demo_shop.EVENT_TYPES)
        assert 0.15 < count["add_to_cart"] / count["view"] < 0.25
        assert 0.07 < count["purchase"] / count["view"] < 0.13

    def test_sessions_are_short_with_a_long_tail(self, events):
        sizes = events.groupby("session_id").size()
        assert 3.5 < sizes.mean() < 5
        assert sizes.quantile(0.99) > 3 * sizes.mean()
        gaps = events.sort_values("at").groupby("session_id")["at"].diff().dropna()
        assert (gaps > pd.Timedelta(minutes=30)).mean() < 0.002

    def test_heavy_tails(self, events, orders):
        activity = events.groupby("person").size().sort_values(ascending=False)
        assert activity.iloc[: len(activity) // 100].sum() / activity.sum() > 0.05
        revenue = orders.groupby("person")["revenue"].sum().sort_values(ascending=False)
        assert revenue.iloc[: len(revenue) // 5].sum() / revenue.sum() > 0.6

    def test_weeks_and_days_have_a_rhythm(self, events):
        started = events.groupby("session_id")["at"].min()
        by_hour = started.dt.hour.value_counts()
        assert by_hour[20] > 5 * by_hour[3]
        by_weekday = started.dt.day_of_week.value_counts()
        assert by_weekday[5] > by_weekday[1]

    def test_columns_hold_what_they_say(self, raw):
        filled = raw != ""
        kind = raw["event_type"]
        assert (filled["quantity"] == kind.isin(["purchase", "refund"])).all()
        assert (filled["page_category"] == kind.isin(["view", "click", "search"])).all()
        assert filled.loc[kind == "purchase", "customer_id"].sum() >= (kind == "purchase").sum() - 2
        assert not filled.loc[kind == "refund", ["session_id", "device_type", "anonymous_id"]].any(
            axis=None
        )
        assert filled.loc[kind == "refund", "order_id"].all()
        assert not filled.loc[~kind.isin(["purchase", "refund"]), "order_id"].any()
        assert (
            raw.loc[filled["campaign_id"], "traffic_source"]
            .isin(["paid_search", "email", "social"])
            .all()
        )
        assert 0.001 < (~filled["session_id"] & (kind != "refund")).mean() < 0.01
        without_order_id = ~filled.loc[kind == "purchase", "order_id"]
        assert 0.005 < without_order_id.mean() < 0.04

    def test_refunds_follow_their_order(self, events):
        keys = ["order_id", "product_id"]
        bought = (
            events[events["event_type"] == "purchase"]
            .groupby(keys)
            .agg(
                bought_at=("at", "first"),
                bought=("quantity", lambda lines: lines.astype(int).sum()),
            )
        )
        refunds = events[events["event_type"] == "refund"].join(bought, on=keys)
        assert (refunds["at"] > refunds["bought_at"]).all()
        refunded = refunds["quantity"].astype(int).groupby([refunds[key] for key in keys]).sum()
        assert (refunded <= bought["bought"].reindex(refunded.index)).all()

    def test_customers_sign_up_before_they_are_known(self, events, demo):
        customers = read(demo, "demo_customers.csv").set_index("customer_id")
        known = events.dropna(subset=["customer_id"]).groupby("customer_id")["at"].min()
        signed_up = pd.to_datetime(customers["signed_up_at"])
        assert (known >= signed_up.reindex(known.index)).all()

    def test_some_devices_are_shared(self, events):
        people = events.groupby("anonymous_id")["customer_id"].nunique()
        assert 10 <= (people == 2).sum() <= 200
        assert people.max() == 2

    def test_income_goes_with_taste(self, truth, demo):
        customers = read(demo, "demo_customers.csv").set_index("customer_id")
        salary = pd.to_numeric(customers["salary"]).groupby(
            truth.customers.set_index("customer_id")["latent_type"]
        )
        assert salary.median()["loyal"] > 1.3 * salary.median()["deal_hunter"]


class TestDefects:
    def test_repeats(self, raw, counts):
        assert raw.duplicated().sum() == counts["exact_repeat"] > 100
        assert raw["event_id"].duplicated().sum() == counts["exact_repeat"]

    def test_times(self, raw, counts):
        parsed = pd.to_datetime(raw["timestamp"], errors="coerce", format="%Y-%m-%d %H:%M:%S")
        assert parsed.isna().sum() == counts["unparseable_time"]
        assert (parsed.dt.year == 2099).sum() == counts["future_time"]
        assert set(raw.loc[parsed.isna(), "timestamp"]) == {"not a time", "2025-13-45 99:00:00", ""}

    def test_rows_without_ids(self, raw, counts):
        ids = raw[["customer_id", "anonymous_id", "session_id"]]
        assert (ids == "").all(axis=1).sum() == counts["no_identity"]

    def test_late_arrivals(self, raw, counts):
        events = raw.drop_duplicates()
        at = pd.to_datetime(events["timestamp"], errors="coerce", format="%Y-%m-%d %H:%M:%S")
        delay = pd.to_datetime(events["loaded_at"]) - at.where(at.dt.year < 2099)
        usual = pd.Timedelta(hours=26)
        late = delay[delay > usual]
        assert len(late) == counts["late_arrival"] > 200
        assert late.min() > pd.Timedelta(days=4)
        assert delay.min() > pd.Timedelta(0)

    def test_bot(self, raw, truth, counts):
        per_day = raw.groupby(["customer_id", raw["timestamp"].str[:10]]).size().drop("")
        busiest = per_day.sort_values(ascending=False)
        (bot,) = truth.customers.loc[truth.customers["is_bot"], "customer_id"]
        assert (busiest.iloc[:2] > 1_500).all()
        assert set(busiest.index[:2].get_level_values("customer_id")) == {bot}
        assert busiest.iloc[2] < 300
        assert counts["bot_event"] == 3_200

    def test_shared_session(self, raw, counts):
        known = raw[(raw["session_id"] != "") & (raw["customer_id"] != "")]
        people = known.groupby("session_id")["customer_id"].nunique()
        assert (people > 1).sum() == counts["shared_session"] == 1

    def test_products(self, products, counts):
        assert (products["brand"] == "").sum() == counts["product_without_brand"]
        assert (products["category"] == "").sum() == counts["product_without_category"]
        assert (products["unit_price"] == "0.00").sum() == counts["product_without_price"]
        assert len(products) == 500

    def test_grow_with_the_size(self, big):
        ids = ["event_id", "session_id", "customer_id"]
        events = pd.read_parquet(sorted(big.glob("events-*.parquet")), columns=ids)
        counts = demo_shop.defect_counts(events=BIG_EVENTS)
        assert events["event_id"].duplicated().sum() == counts["exact_repeat"]
        known = events[["session_id", "customer_id"]].dropna().drop_duplicates()
        assert known["session_id"].duplicated().sum() == counts["shared_session"] == 2


class TestExperiment:
    def exposed(self, events: pd.DataFrame) -> pd.Series:
        seen = events.dropna(subset=["experiment_group"])
        arms = seen.groupby("person")["experiment_group"].agg(["nunique", "first"])
        return arms.loc[arms["nunique"] == 1, "first"]

    def test_runs_in_its_window_only(self, events):
        day = (events["at"] - pd.Timestamp(SHOP.first_date)).dt.days
        seen = events["experiment_group"].notna()
        assert day[seen].min() == SHOP.experiment.first_day
        last = SHOP.experiment.first_day + SHOP.experiment.days - 1
        assert (day[seen] <= last + 1).all() and (day[seen] > last).mean() < 0.001

    def test_arms_are_balanced(self, events, truth):
        for arms in (self.exposed(events), truth.customers["experiment_group"]):
            assert stats.chisquare(arms.value_counts()).pvalue > 0.01

    def test_a_few_cross_over(self, events, truth):
        seen = events.dropna(subset=["experiment_group", "customer_id"])
        arms = seen.groupby("customer_id")["experiment_group"].nunique()
        crossed = set(arms[arms > 1].index)
        assert 3 <= len(crossed) <= 60
        customers = truth.customers
        assert crossed <= set(customers.loc[customers["is_crossover"], "customer_id"])

    def test_demo_shows_the_planted_effect(self, events, orders):
        arms = self.exposed(events)
        arms = arms[~arms.index.str.startswith("~")]
        converted = pd.Series(arms.index.isin(orders.dropna(subset=["arm"])["person"]), arms.index)
        groups = converted.groupby(arms)
        mean, error = groups.mean(), groups.sem()

        def z(arm: str) -> float:
            return (mean[arm] - mean["control"]) / np.hypot(error[arm], error["control"])

        assert z("variant_b") > 2.5
        assert abs(z("variant_a")) < 1.5

    def test_truth_is_what_a_big_shop_shows(self, big):
        """Arm means of a shop ten times the demo's size lie around the closed forms."""
        outcome = duckdb.execute(BIG_OUTCOMES, {"folder": str(big)}).df()
        truth = demo_shop.truth(events=BIG_EVENTS, seed=5)
        arms = outcome.pop("experiment_group")
        groups = outcome.astype(float).groupby(arms)
        effects = truth.effects[truth.effects["population"] == "identified"]
        expected = effects.set_index("experiment_group")
        assert groups.size().sum() == pytest.approx(expected["exposed"].mean(), rel=0.03)
        for metric in outcome:
            away = (groups[metric].mean() - expected[metric]) / groups[metric].sem()
            assert (away.abs() < 4).all(), (metric, away)

    def test_relative_effects(self, truth):
        effects = truth.effects.set_index(["population", "experiment_group"])
        lift = SHOP.experiment.lifts[2]
        for population in ("identified", "everyone"):
            control, a, b = (effects.loc[(population, arm)] for arm in SHOP.experiment.arms)
            assert control["conversion_effect_absolute"] == a["revenue_effect_absolute"] == 0
            # Capping a chance at one costs a little of the lift; converting twice costs more.
            assert b["revenue_effect_relative"] == pytest.approx(lift, abs=0.002)
            assert 0.6 * lift < b["conversion_effect_relative"] < lift


class TestTruth:
    AS_OF = pd.Timestamp("2025-07-29")

    def observed(self, truth, orders, events) -> pd.DataFrame:
        """Customers with an order before the cutoff, and whether they order again."""
        before, after = orders[orders["at"] < self.AS_OF], orders[orders["at"] >= self.AS_OF]
        after = after[after["at"] < self.AS_OF + pd.Timedelta(days=30)]
        customers = truth.customers[truth.customers["customer_id"].isin(before["person"])]
        visits = events[(events["at"] < self.AS_OF) & (events["event_type"] != "refund")]
        last_seen_at = customers["customer_id"].map(visits.groupby("person")["at"].max())
        return customers.assign(
            orders_again=customers["customer_id"].isin(after["person"]), last_seen_at=last_seen_at
        )

    def test_covers_the_customers_file(self, truth, demo):
        customers = read(demo, "demo_customers.csv")
        assert truth.customers["customer_id"].tolist() == customers["customer_id"].tolist()
        names = {kind.name for kind in SHOP.types if kind.is_identified}
        assert set(truth.customers["latent_type"]) == names

    def test_nobody_comes_before_arriving_or_after_churning(self, truth, events):
        known = events[events["event_type"] != "refund"].dropna(subset=["customer_id"])
        starts = known.groupby(["customer_id", "session_id"])["at"].min().groupby("customer_id")
        starts = starts.agg(["min", "max"])
        customers = truth.customers.set_index("customer_id").reindex(starts.index)
        assert (starts["min"] >= customers["active_from"] - pd.Timedelta(seconds=1)).all()
        # Life ends between visits; a late login is known some minutes after its visit began.
        assert not (starts["max"] > customers["churned_at"] + pd.Timedelta(hours=3)).any()

    def test_probability_is_calibrated(self, truth, orders, events):
        seen = self.observed(truth, orders, events)
        for last_seen_at in (None, seen["last_seen_at"]):
            chance = demo_shop.true_purchase_probability(
                seen, self.AS_OF, last_seen_at=last_seen_at
            )
            assert chance.between(0, 1).all()
            bins = pd.qcut(chance.rank(method="first"), 5)
            found = seen["orders_again"].groupby(bins, observed=True).agg(["mean", "size"])
            expected = chance.groupby(bins, observed=True).mean()
            error = np.sqrt(expected * (1 - expected) / found["size"])
            assert ((found["mean"] - expected).abs() < 4 * error + 0.01).all()

    def test_probability_equals_a_simulation(self, truth):
        """Lives of one customer, drawn step by step in busy time, over the experiment's start."""
        rng = np.random.default_rng(0)
        customers = truth.customers
        row = customers[
            (customers["experiment_group"] == "variant_b") & (customers["latent_type"] == "loyal")
        ].head(1)
        visits, churn, usual = row[
            ["visits_per_day", "churn_per_day", "order_probability"]
        ].to_numpy()[0]
        day = SHOP.experiment.first_day
        as_of = pd.Timestamp(SHOP.first_date) + pd.Timedelta(days=day - 14)
        start, change, end = (CALENDAR.days_from_start(d) for d in (day - 14, day, day + 16))
        hits, lives = 0, 20_000
        for death in rng.exponential(1 / churn, lives):
            at = start + np.cumsum(rng.exponential(1 / visits, 40))
            at = at[at < min(start + death, end)]
            chance = np.where(at >= change, 1.35 * usual, usual)
            hits += (rng.random(len(at)) < chance).any()
        truth_chance = demo_shop.true_purchase_probability(row.assign(churned_at=pd.NaT), as_of)
        assert hits / lives == pytest.approx(truth_chance.iloc[0], abs=0.015)

    def test_probability_knows_life_and_death(self, truth):
        customers = truth.customers
        chance = demo_shop.true_purchase_probability(customers, self.AS_OF)
        assert (chance[customers["churned_at"] <= self.AS_OF] == 0).all()
        assert chance[customers["active_from"] > self.AS_OF].isna().all()
        longer = demo_shop.true_purchase_probability(customers, self.AS_OF, horizon_days=60)
        assert (longer.dropna() >= chance.dropna()).all()
        silent = demo_shop.true_purchase_probability(
            customers, self.AS_OF, last_seen_at=pd.Series(pd.NaT, customers.index)
        )
        alive = chance[chance > 0].index
        assert (silent[alive] < chance[alive]).all()

    def test_churn_can_be_predicted(self, truth, orders, events):
        seen = self.observed(truth, orders, events)
        oracle = demo_shop.true_purchase_probability(seen, self.AS_OF)
        ceiling = demo_shop.true_purchase_probability(
            seen, self.AS_OF, last_seen_at=seen["last_seen_at"]
        )
        oracle_auc = roc_auc_score(seen["orders_again"], oracle)
        ceiling_auc = roc_auc_score(seen["orders_again"], ceiling)
        assert oracle_auc > ceiling_auc > 0.78

    def test_types_can_be_told_apart(self, truth, orders, events):
        events = events[events["person"].isin(truth.customers["customer_id"])]
        end = events["at"].max()
        groups = events.groupby("person")
        kinds = pd.crosstab(events["person"], events["event_type"])
        orders_of = orders.groupby("person").agg(n=("order", "size"), revenue=("revenue", "sum"))
        orders_of = orders_of.reindex(kinds.index, fill_value=0)
        features = pd.DataFrame(
            {
                "sessions": groups["session_id"].nunique(),
                "views": kinds["view"],
                "carts": kinds["add_to_cart"],
                "orders": orders_of["n"],
                "revenue": orders_of["revenue"],
                "order_value": (orders_of["revenue"] / orders_of["n"]).fillna(0),
                "recency": (end - groups["at"].max()).dt.days,
                "tenure": (end - groups["at"].min()).dt.days,
            }
        )
        scaled = StandardScaler().fit_transform(np.log1p(features))
        labels = KMeans(4, n_init=5, random_state=0).fit_predict(scaled)
        kind = truth.customers.set_index("customer_id")["latent_type"].reindex(features.index)
        assert adjusted_rand_score(kind, labels) > 0.35

    def test_calendar_clocks_agree_over_whole_weeks(self):
        weeks = np.array([0, 7, 70, 140])
        busy = [CALENDAR.days_from_start(int(days)) for days in weeks]
        assert np.allclose(busy, weeks)
        moment = CALENDAR.start + 123_456.0
        assert CALENDAR.wall(CALENDAR.busy(moment)) == pytest.approx(moment)
