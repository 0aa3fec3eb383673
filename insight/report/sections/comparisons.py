"""Comparisons: named rivals, tagged and untagged, the columns of the file, and what the brand believes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from insight.report import format as wording
from insight.report.exhibit import Exhibit, Said, Section
from insight.report.results import Results
from insight.report.vocabulary import values

from .finding import company, name_of, topics_named

MOST_SUBJECTS = 6
_VOICES = {
    "complaint": "complain", "wish": "voice a wish", "question": "ask something", "thanks": "say thanks",
    "workaround": "describe a work-around", "comparison": "compare", "switching": "speak of switching",
    "praise": "praise", "leaving": "say that they leave", "advice": "give advice",
}  # fmt: skip


def whole_file(rivals: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of all months and topics together."""
    return rivals[rivals["period"].isna() & rivals["topic"].isna() & ~rivals["hidden"].astype(bool)]


def _complaining(rivals: pd.DataFrame | None) -> pd.DataFrame:
    if rivals is None:
        return pd.DataFrame()
    whole = whole_file(rivals)
    rows = whole[(whole["measure"] == "complaining") & (whole["n"] >= wording.FEW)]
    return rows.sort_values(["share", "brand"], ascending=[False, True]) if len(rows) > 1 else pd.DataFrame()


def _clear(streams: pd.DataFrame | None) -> pd.DataFrame:
    if streams is None:
        return pd.DataFrame()
    return streams[streams["significant"].astype(bool) & (streams["kind"] != "word")]


def _heading(results: Results) -> str:
    rivals, streams = _complaining(results.rivals), _clear(results.streams)
    if len(rivals):
        first, second = rivals.iloc[0], rivals.iloc[1]
        if first["low"] <= second["high"]:
            return f"Complaints about {first['brand']} and {second['brand']} are too close to rank"
        return f"People complain most about {first['brand']}"
    if len(streams):
        return _stream_title(results.streams, results)
    if results.beliefs is not None and len(results.beliefs):
        return _beliefs_title(results.beliefs, results)
    return "" if results.streams is None else _stream_title(results.streams, results)


def _said(results: Results) -> Sequence[Said]:
    streams = results.streams
    said = []
    if streams is not None and len(streams):
        n = streams.drop_duplicates("group").set_index("group")["n"]
        who = [
            f"{wording.people(n[name])} {words}"
            for name, words in (("addressed", "tagged us"), ("wild", "talked about us without tagging"))
            if name in n
        ]
        said.append(Said(wording.listing(who) + "."))
    return said


def _rivals_title(rivals: pd.DataFrame, results: Results) -> str:
    rows = _complaining(rivals)
    if rows.empty:
        return ""
    first, second = rows.iloc[0], rows.iloc[1]
    shares = f"{wording.share(first['share'])} of what people write against {wording.share(second['share'])}"
    if first["low"] <= second["high"]:
        return f"No clear difference in complaints about {first['brand']} and {second['brand']}: {shares}"
    return f"{first['brand']} is complained about more than {second['brand']}: {shares}"


def _rivals_rows(rivals: pd.DataFrame, results: Results) -> pd.DataFrame:
    shown = (rivals["measure"] == "complaining") & rivals["topic"].isna() & rivals["period"].notna()
    return rivals[shown & ~rivals["hidden"].astype(bool)]


def _stream_title(streams: pd.DataFrame, results: Results) -> str:
    sure = _clear(streams)
    if sure.empty:
        return ""
    untagged = sure[sure["group"] == "wild"]
    row = (untagged if len(untagged) else sure).iloc[0]
    tag = ("do not tag us", "do") if row["group"] == "wild" else ("tag us", "do not")
    does = f"write in {topics_named([row['item']])}" if row["kind"] == "topic" else _VOICES[row["item"]]
    return (
        f"Of people who {tag[0]}, {wording.share(row['share'])} {does}; of those who {tag[1]}, "
        f"{wording.share(row['share_other'])}"
    )


def _stream_rows(streams: pd.DataFrame, results: Results) -> pd.DataFrame:
    rows = streams[streams["kind"] != "word"]
    rows = rows[rows["significant"].astype(bool)] if rows["significant"].any() else rows
    return rows.assign(
        group=rows["group"].map(values("streams")).fillna(rows["group"]),
        opens=[_words(row, results) for _, row in rows.iterrows()],
    )


def _words(row: pd.Series, results: Results) -> str | None:
    """Name what opens the words behind a difference: its topic or signal, on the side that says it more."""
    key = f"signal={row['item']}" if row["kind"] == "signal" else _topic_of(row["item"], results)
    return key and f"{key}&tagged={values('streams').get(row['group'], row['group'])}"


def _topic_of(name: str, results: Results) -> str | None:
    known = results.topics.table if results.topics is not None else pd.DataFrame({"name": [], "topic": []})
    keys = known.loc[(known["name"] == name) & (known["topic"] >= 0), "topic"]
    return f"topic={keys.iloc[0]}" if len(keys) else None


def _beliefs_title(beliefs: pd.DataFrame, results: Results) -> str:
    shown = beliefs[beliefs["gap"].abs() > 0]
    if shown.empty:
        return ""
    row = shown.iloc[0]
    share, ours = wording.share(row["share"]), wording.share(row["believed"])
    is_topic = _topic_of(row["name"], results) is not None
    subject = topics_named([row["name"]]) if is_topic else f"the problem “{name_of(row)}”"
    if row["source"] == "beliefs":
        does = f"{'write in' if is_topic else 'mention'} {subject}"
        return f"{share} of people {does}; {company(results)} believes {ours}"
    subject = wording.start(subject)
    return f"{subject} is {share} of what people write and {ours} of what {company(results)} posts"


COMPARISONS = Section(
    "comparisons",
    "Comparisons",
    _heading,
    _said,
    (
        Exhibit(
            "rivals", "rivals", "brand period n n_marked share low high change", _rivals_title, plot="rivals",
            rows=_rivals_rows, draw=lambda rivals, _: rivals, options={"measure": "complaining"},
            label="brand",
        ),
        Exhibit(
            "streams", "streams", "item group n_with share n_other_with share_other", _stream_title,
            plot="compare_streams", rows=_stream_rows,
            options={"kind": "topic", "top": 10}, label="item", opens="{opens}",
            words={
                "n_with": ("People", wording.count), "n_other_with": ("People elsewhere", wording.count),
                "item": ("Topic or signal", wording.label),
            },
            seeks="differences between people who tag us and people who do not",
        ),
        Exhibit(
            "beliefs", "beliefs", "name source believed share gap n_people", _beliefs_title,
            rows=lambda table, results: table.head(MOST_SUBJECTS).assign(
                opens=[_topic_of(name, results) for name in table["name"].head(MOST_SUBJECTS)]),
            opens="{opens}", words={"name": ("Topic or problem", wording.label)},
            seeks="gaps between what the company believes or posts and what people write",
        ),
    ),
)  # fmt: skip
