"""The questions in Spark's local mode: one process, all cores."""

from pathlib import Path

from pyspark.sql import SparkSession
from questions_sql import QUERIES


def start() -> SparkSession:
    """Return a local session with most of the memory cap as its heap."""
    return (
        SparkSession.builder.master("local[*]")
        .config("spark.driver.memory", "12g")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )


def answer(session: SparkSession, question: str, events: Path, out: Path) -> None:
    """Write the answer to a question over a Parquet file of events."""
    session.read.parquet(str(events)).createOrReplaceTempView("events")
    session.sql(QUERIES[question]).write.mode("append").parquet(str(out))
