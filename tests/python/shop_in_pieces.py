"""A small shop whose events arrive in every way that can change what was known before."""

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

EVENT_COLUMNS = [
    "event_id", "timestamp", "customer_id", "session_id", "event_type", "product_id",
    "device_type", "traffic_source", "campaign_id", "page_category", "session_duration_sec",
    "experiment_group", "anonymous_id", "order_id", "quantity", "unit_price",
]  # fmt: skip
PRODUCT_COLUMNS = ["product_id", "product_name", "category", "brand", "unit_price", "unit_cost"]
CUSTOMER_COLUMNS = ["customer_id", "gender", "age", "country"]
FIRST_DAY = datetime(2025, 1, 1)
LINE = ("product_id", "quantity", "unit_price", "order_id")
TYPES = ("view", "view", "view", "click", "add_to_cart", "purchase", "refund", "logout")


def write(path: Path, columns: list[str], rows: list[dict]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


class Shop:
    """Files in `folder`; each method is one thing that happens between two builds."""

    def __init__(self, folder: Path, seed: int):
        self.folder = folder
        self.random = random.Random(seed)
        self.days: dict[str, list[dict]] = {}
        self.written = 0
        # in half of the shops few customers share a session id, so that histories can be cut
        self.tangled = self.random.choice([0.3, 0.01])
        folder.mkdir(parents=True, exist_ok=True)
        self.products = [
            {"product_id": f"p{n}", "category": f"c{n % 3}", "brand": "b", "unit_price": n + 0.5}
            for n in range(8)
        ]
        write(folder / "products.csv", PRODUCT_COLUMNS, self.products)
        write(
            folder / "customers.csv",
            CUSTOMER_COLUMNS,
            [{"customer_id": f"c{n}", "age": 20 + n} for n in range(5)],
        )

    def event(self, at: datetime, **given) -> dict:
        pick = self.random.choice
        self.written += 1
        customer = pick([f"c{n}" for n in range(12)] + [""] * 5)
        own = ["", "", f"s{customer}{at:%d%H}"] if customer else [""]
        shared = ["", f"s{at:%d%H}", f"s{at:%d}"]
        # ids that look like the names of pieces
        shared += ["again", "again-2", "again-2-split", "again~2"]
        row = {
            "event_id": f"e{self.written}",
            "timestamp": at.isoformat(sep=" "),
            "customer_id": customer,
            # some ids are used by several customers, some come back after days, many rows have none
            "session_id": pick(shared if self.random.random() < self.tangled else own),
            "anonymous_id": pick(["", f"d{self.random.randrange(9)}", "NA"]),
            "event_type": pick(TYPES),
            "product_id": pick([row["product_id"] for row in self.products] + ["", "p99"]),
            "traffic_source": pick(["email", "ads", ""]),
            "experiment_group": pick(["", "", "control", "variant_a"]),
            "quantity": pick(["", "1", "2"]),
            "unit_price": pick(["", "3.25", "10", "-1"]),
            "order_id": pick(["", f"o{self.random.randrange(40)}"]),
        }
        if not row["customer_id"] and row["anonymous_id"] in ("", "NA") and not row["session_id"]:
            row["anonymous_id"] = "d0"
        return {**row, **given}

    def moment(self, day: int) -> datetime:
        # bursts, for pauses on both sides of the gap; days apart, so that histories can be cut
        seconds = self.random.choice([0, 1, 5, 10, 20]) * 3600 + self.random.randrange(0, 5400)
        return FIRST_DAY + timedelta(days=3 * day, seconds=seconds)

    def save(self, name: str) -> None:
        path = self.folder / f"events_{name}.csv"
        if self.days[name]:
            write(path, EVENT_COLUMNS, self.days[name])
        else:
            path.unlink()
            del self.days[name]

    def a_day(self, day: int) -> None:
        self.days[f"{day:02}"] = [
            self.event(self.moment(day)) for _ in range(self.random.randrange(20, 60))
        ]
        self.save(f"{day:02}")

    def late_rows(self, day: int) -> None:
        name = f"{day:02}_late"
        self.days[name] = [
            self.event(self.moment(self.random.randrange(day + 1))) for _ in range(8)
        ]
        self.save(name)

    def a_file_again(self, day: int) -> None:
        copied = self.random.choice(list(self.days.values()))
        kept = [row for row in copied if self.random.random() < 0.5]
        # some copies say something else under the same id
        changed = [
            {**row, "customer_id": "c7", "quantity": "5"} if self.random.random() < 0.3 else row
            for row in kept
        ]
        self.days[f"{day:02}_again"] = changed or [self.event(self.moment(day))]
        self.save(f"{day:02}_again")

    def a_file_restated(self, day: int) -> None:
        name = self.random.choice(list(self.days))
        rows = [row for row in self.days[name] if self.random.random() < 0.8]
        for row in self.random.sample(rows, min(5, len(rows))):
            row.update(self.random.choice([
                {"customer_id": "c3"}, {"customer_id": ""}, {"event_type": "purchase"},
                {"session_id": "again"}, {"unit_price": "99"}, {"timestamp": "no time"},
                {"anonymous_id": "d1"}, {"timestamp": self.moment(day).isoformat(sep=" ")},
            ]))  # fmt: skip
        self.days[name] = rows
        self.save(name)

    def a_file_gone(self, day: int) -> None:
        if len(self.days) > 2:
            name = self.random.choice(list(self.days))
            self.days[name] = []
            self.save(name)

    def a_login(self, day: int) -> None:
        """A known customer on an anonymous device, or a second one: merges and un-merges."""
        self.days[f"{day:02}_login"] = [
            self.event(
                self.moment(day),
                customer_id=f"c{self.random.randrange(12)}",
                anonymous_id=f"d{self.random.randrange(12)}",
            )
            for _ in range(3)
        ] + [self.event(self.moment(day), customer_id="", anonymous_id=f"d{9 + day % 3}")]
        self.save(f"{day:02}_login")

    def a_bot(self, day: int) -> None:
        self.days[f"{day:02}_bot"] = [
            self.event(self.moment(day), customer_id=f"c{day % 12}") for _ in range(40)
        ]
        self.save(f"{day:02}_bot")

    def a_catalogue(self, day: int) -> None:
        for row in self.random.sample(self.products, 2):
            row.update({"unit_price": self.random.randrange(1, 50), "category": f"c{day}"})
        if self.random.random() < 0.3:
            self.products.pop()
        write(self.folder / "products.csv", PRODUCT_COLUMNS, self.products)

    def pages_again(self, day: int) -> None:
        """Orders whose confirmation page was loaded again, before or after what is known."""
        bought = [
            row
            for rows in self.days.values()
            for row in rows
            if row["event_type"] == "purchase" and row["order_id"]
        ]
        self.days[f"{day:02}_pages"] = [
            self.event(
                self.moment(self.random.choice([day, day, 0])),
                **{
                    name: row[name] for name in ("product_id", "quantity", "unit_price", "order_id")
                },
                event_type="purchase",
                customer_id=self.random.choice([row["customer_id"], "c5", "guest"]),
            )
            for row in self.random.sample(bought, min(4, len(bought)))
        ] or [self.event(self.moment(day))]
        self.save(f"{day:02}_pages")

    def nothing(self, day: int) -> None:
        for path in self.folder.iterdir():
            path.touch()

    def step(self, day: int) -> None:
        """One new day and one or two other things."""
        self.a_day(day)
        happenings = [
            self.late_rows, self.a_file_again, self.a_file_restated, self.a_file_gone, self.a_login,
            self.a_bot, self.a_catalogue, self.pages_again, self.nothing,
        ]  # fmt: skip
        for happening in self.random.sample(happenings, 2):
            happening(day)
