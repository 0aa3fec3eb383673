"""What a run leaves for the next one, and what changed between two runs."""

from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.stats import compare
from insight.topics.compare_periods import Changes, as_table, compare_topics, flag_changes

if TYPE_CHECKING:
    import pyarrow as pa

    from insight.topics.previous import Remembered

COLUMNS = ["kind", "author_id", "conversation_id", "n", "k", "text", "topic", "need"]
_OPTIONAL = ("conversation_id", "need")


@dataclass(frozen=True)
class Run:
    """A run, person by person; as private as the archive, since it holds words and pseudonyms.

    `people` has a row a message (kind "message": conversation_id where there is one, text as it was compared,
    topic, n = 1, k = 1 where it voices a need), a row a message and need that it voices (kind "need": text,
    name of the need), and a row a person of kind "answered" (n waits that had their 24 hours, k answered in
    them) and "returned" (n periods, k followed by another). An unsigned message counts as one person.
    `names` has the name of every topic, `given` those that people gave.
    """

    people: pd.DataFrame
    as_of: pd.Timestamp
    period: str
    given: dict[int, str]
    names: dict[int, str] = field(default_factory=dict)

    @property
    def messages(self) -> pd.DataFrame:
        """The rows of messages."""
        return self.people[self.people["kind"] == "message"]


def _schema() -> pa.Schema:
    import pyarrow as pa

    numbers = {"n", "k", "topic"}
    return pa.schema([(name, pa.int64() if name in numbers else pa.string()) for name in COLUMNS])


def run_bytes(run: Run) -> bytes:
    """Write a run as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(
        run.people.astype({"topic": "Int64"}), schema=_schema(), preserve_index=False
    )
    about = {"as_of": run.as_of.isoformat(), "period": run.period, "given": run.given, "names": run.names}
    buffer = io.BytesIO()
    table = table.replace_schema_metadata({"insight": json.dumps(about)})
    pq.write_table(table, buffer, compression="zstd", write_page_checksum=True)
    return buffer.getvalue()


def read_run(path: str | os.PathLike[str]) -> Run:
    """Read what an earlier run left."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = Path(path)
    try:
        table = pq.read_table(file, page_checksum_verification=True)
        about = json.loads((table.schema.metadata or {})[b"insight"])
        if unknown := set(table.column_names) - set(COLUMNS):
            raise KeyError(unknown)
        for name in {*_OPTIONAL} - set(table.column_names):  # runs of earlier versions do not hold them
            table = table.append_column(name, pa.nulls(len(table), pa.string()))
        people = table.select(COLUMNS).cast(_schema()).to_pandas(integer_object_nulls=True)
        given, names = (
            {int(topic): str(name) for topic, name in about.get(word, {}).items()}
            for word in ("given", "names")
        )
        return Run(people, pd.Timestamp(about["as_of"]), about["period"], given, names)
    except (OSError, KeyError, ValueError, TypeError, AttributeError, pa.ArrowException) as error:
        raise InsightError(
            f"'{file}' is not what an earlier run left; pass the file that Report.save_run or "
            f"`insight report --save-run` wrote ({type(error).__name__})."
        ) from error


def remembered(run: Run) -> Remembered:
    """Hand the run's topics to `fit_topics(previous=)`."""
    from insight.topics.previous import Remembered

    placed = run.messages.drop_duplicates("text")
    return Remembered(placed["text"].tolist(), placed["topic"].to_numpy(np.int64), run.given, run.names)


def compare_runs(now: Run, before: Run, *, predict: Any) -> Changes:  # noqa: ANN401
    """Compare a run with an earlier one: shares of people by topic and by need, answered, returned.

    Both runs' messages are placed by one rule, that of the topics now (`predict`), so that a border that
    moved is no change. A person who is in both counts once in the variance; all tests share one
    false-discovery rate.
    """
    texts = before.messages["text"].drop_duplicates()
    topic = dict(zip(texts, predict(texts.tolist()), strict=True))
    then = before.messages.assign(topic=before.messages["text"].map(topic), after=False)
    rows = pd.concat([then, now.messages.assign(after=True)], ignore_index=True)
    rows = rows.astype({"topic": "int64"})
    topics, few = compare_topics(rows)
    needs, few_needs = compare_topics(rows, hit=rows["k"] == 1)
    rates = [_rate(now, before, kind) for kind in ("answered", "returned")]
    tested = [topics.assign(measure="topic"), needs.assign(measure="need"), *rates]
    known = [table for table in tested if len(table)]
    table = flag_changes(pd.concat(known, ignore_index=True) if known else tested[0])
    is_topic = table["measure"] == "topic"
    n_before, n_after = (
        int(rows.loc[rows["after"] == side, "author_id"].nunique()) for side in (False, True)
    )
    changes = Changes("run", before.as_of, now.as_of, n_before, n_after, pd.DataFrame())
    return replace(
        changes,
        table=table[is_topic].drop(columns="measure").astype({"topic": "int64"}).reset_index(drop=True),
        rates=table[~is_topic].reset_index(drop=True),
        n_untested=few + few_needs,
    )


def _rate(now: Run, before: Run, kind: str) -> pd.DataFrame:
    """Compare the share of waits (or of periods) by person; empty where people are too few to test."""
    if kind == "returned" and now.period != before.period:
        return pd.DataFrame()
    rows = pd.concat([run.people[run.people["kind"] == kind] for run in (before, now)], keys=[False, True])
    found = compare(
        rows["k"].to_numpy(float),
        rows.index.get_level_values(0),
        people=rows["author_id"],
        trials=rows["n"],
        unit="rows",
    )
    return as_table(found).loc[found.tested].assign(measure=kind, topic=None)
