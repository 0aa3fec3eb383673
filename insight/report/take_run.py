"""What a run leaves for the next one to be compared with."""

from __future__ import annotations

import pandas as pd

from insight.mentions import InsightError
from insight.needs.phrases import NEED_SIGNALS
from insight.needs.runs import COLUMNS, Run
from insight.needs.scores import GENERAL

from .results import Results

WITHIN_HOURS = 24.0


def take_run(results: Results) -> Run:
    """Keep of a run what the next one is compared with."""
    if results.topics is None or results.signals is None or results.as_of is None:
        raise InsightError(
            "this run has no topics or no dates, so that no later run can be compared with it."
        )
    parts = [_messages(results), _voiced(results), _answered(results), _returned(results)]
    people = pd.concat(parts, ignore_index=True)
    known = set(results.mentions["mention_id"])
    people["author_id"] = [results.guard.shown(who) if who in known else who for who in people["author_id"]]
    people = people.sort_values(COLUMNS, ignore_index=True, na_position="last")
    as_of = results.as_of.floor("D") if results.guard.shareable else results.as_of
    called = results.topics.table[results.topics.table["topic"] >= 0].set_index("topic")["name"]
    return Run(people[COLUMNS], as_of, results.period, dict(results.topics.given), called.to_dict())


def _messages(results: Results) -> pd.DataFrame:
    topics, signals = results.topics, results.signals
    voiced = [] if signals is None else signals.loc[signals["signal"].isin(NEED_SIGNALS), "mention_id"]
    rows = topics.messages.assign(topic=topics.assignments["topic"].to_numpy(), kind="message", n=1)
    return rows.assign(
        k=rows["mention_id"].isin(set(voiced)).astype(int),
        need=None,
        conversation_id=rows["conversation_id"] if "conversation_id" in rows.columns else None,
        author_id=rows["author_id"].astype(object).where(rows["author_id"].notna(), rows["mention_id"]),
    )[COLUMNS]


def _voiced(results: Results) -> pd.DataFrame:
    if results.voiced is None:
        return _no_one()
    members = results.voiced.members[["mention_id", "need"]].drop_duplicates()
    members = members[members["need"].notna() & (members["need"] != GENERAL)]
    members = members.assign(need=members["need"].map(results.voiced.names))
    rows = results.topics.messages[["mention_id", "text", "author_id"]].merge(members, on="mention_id")
    author = rows["author_id"].astype(object).where(rows["author_id"].notna(), rows["mention_id"])
    return rows.assign(kind="need", n=1, k=1, author_id=author, conversation_id=None, topic=None)[COLUMNS]


def _answered(results: Results) -> pd.DataFrame:
    waits = results.responses
    if waits is None or "watched_hours" not in waits.columns:
        return _no_one()
    judged = waits[waits["watched_hours"] >= WITHIN_HOURS]
    answered = judged["responded"].astype(bool) & (judged["wait_hours"] <= WITHIN_HOURS)
    author = judged["author_id"].astype(object).where(judged["author_id"].notna(), judged["mention_id"])
    return _summed(pd.DataFrame({"author_id": author, "n": 1, "k": answered.astype(int)}), "answered")


def _returned(results: Results) -> pd.DataFrame:
    if results.activity is None:
        return _no_one()
    from insight.staying.growth import returns

    return _summed(returns(results.activity).rename(columns={"retained": "k"}), "returned")


def _summed(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    summed = rows.groupby("author_id", as_index=False)[["n", "k"]].sum()
    return summed[summed["n"] > 0].assign(kind=kind, conversation_id=None, text=None, topic=None, need=None)[
        COLUMNS
    ]


def _no_one() -> pd.DataFrame:
    return pd.DataFrame(columns=COLUMNS)
