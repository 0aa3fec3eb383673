"""The room of two streams: what people say in the wild and to the brand, and in which groups."""

from __future__ import annotations

from typing import Any

import pandas as pd

from . import format as wording
from .exhibit import INTERVAL, Columns, as_rows, exhibit, keyed, with_caveats
from .sections import section

MOST = 10
"""Items a stream that are drawn; the table holds those beyond chance."""

MOST_WORDS = 15


def streams_room(streams: pd.DataFrame, groups: Any, *, names: pd.Series | None) -> dict[str, Any]:  # noqa: ANN401
    """Set talk in the wild beside what was sent to the brand, and show the groups of people."""
    sure = told_apart(streams)
    wild = sure[(sure["group"] == "wild") & (sure["kind"] == "topic")]
    first = wild.iloc[0] if len(wild) else sure.iloc[0] if len(sure) else None
    heading = "What people say in the wild and to the brand: no clear difference"
    if streams.empty:
        heading = "What people say in the wild and to the brand: too few people to compare"
    if first is not None:
        heading = _apart(first)
    n = streams.drop_duplicates("group").set_index("group")["n"]
    who = [
        f"{wording.people(n[name])} {words}"
        for name, words in (("addressed", "wrote to the brand"), ("wild", "spoke in the wild"))
        if name in n
    ]
    said = [
        f"{wording.listing(who)}. {wording.count(streams.attrs['beyond_chance'])} of "
        f"{wording.count(len(streams))} topics, signals and words clearly differ."
    ]
    drawn = [_streams_figure(streams)] if (streams["kind"] == "topic").any() else []
    tables = [_word_table(sure)] if (sure["kind"] == "word").any() else []
    if groups is not None:
        drawn.append(_niche_figure(groups, names))
        said.append(_grouped(groups))
    return section("streams", "Wild and addressed", heading, said=said, drawn=drawn) | {"tables": tables}


def told_apart(streams: pd.DataFrame) -> pd.DataFrame:
    """Keep what differs beyond chance: topics and signals, and the strongest words of each stream."""
    sure = streams[streams["beyond_chance"].astype(bool)]
    words = sure["kind"] == "word"
    few = sure[words].groupby("group", sort=False).head(MOST_WORDS)
    return pd.concat([sure[~words], few]).sort_values(["kind", "group"], kind="stable")


def listed_items(streams: pd.DataFrame) -> pd.DataFrame:
    """Keep the items that the page lists: all topics and signals, and the strongest words."""
    sure = told_apart(streams)
    return pd.concat([streams[streams["kind"] != "word"], sure[sure["kind"] == "word"]])


def _apart(row: pd.Series) -> str:
    places = {"wild": "in the wild", "addressed": "to the brand"}
    other = places["addressed" if row["group"] == "wild" else "wild"]
    own = wording.estimate_of(row, "share", "share_low", "share_high")
    others = wording.estimate_of(row, "share_other", "share_other_low", "share_other_high")
    return (
        f"{wording.start(wording.shorten(str(row['item'])))}: {own} of what {wording.people(row['n'])} say "
        f"{places[row['group']]}, {others} of what {wording.count(row['n_other'])} say {other}"
    )


def _columns() -> Columns:
    return {
        "item": ("What", wording.shorten),
        "kind": ("Kind", str),
        "group": ("More in", str),
        "n_with": ("People", wording.count),
        "share": ("Share there", wording.share),
        "n_other_with": ("People elsewhere", wording.count),
        "share_other": ("Share elsewhere", wording.share),
        "log_odds": ("Log odds", wording.score),
        "low": ("from", wording.score),
        "high": ("to", wording.score),
    }


def _streams_figure(streams: pd.DataFrame) -> dict[str, Any]:
    from insight import plots

    shown = streams[streams["kind"] != "word"]
    shown = shown.assign(sure=shown["beyond_chance"].astype(bool).map({True: "yes", False: "no"}))
    opens = [f"stream-{row}" for row in shown.index]
    figure = exhibit(
        "streams-figure",
        shown,
        plot=lambda table: plots.compare_streams(table, kind="topic", top=MOST),
        columns=_columns() | {"sure": ("Clear difference", str)},
        sentence="Topics that people bring up more in the wild, and those they bring more to the brand.",
        definition=with_caveats(
            "Addressed: sent to the brand (tagged, in reply, in its own space); wild: said elsewhere. Each "
            "person weighs the same, however much they write. Log odds with a prior worth ten people "
            "(Monroe, Colaresi and Quinn 2008); clear: tested by people and conversations at a false "
            "discovery rate of 5 %.",
            streams,
        ),
        opens=opens,
    )
    return keyed(figure, _drawn_keys(shown))


def _drawn_keys(shown: pd.DataFrame) -> list[list[str]]:
    """Give the evidence of the marks, trace by trace, as the plot lines them up."""
    topics = shown[shown["kind"] == "topic"].groupby("group", sort=False).head(MOST)
    left = [*dict.fromkeys(topics["group"]), ""][1]
    traces = topics.assign(away=topics["group"] == left).groupby(["away", "beyond_chance"])
    return [[f"stream-{row}" for row in part.index] for _, part in traces]


def _word_table(sure: pd.DataFrame) -> tuple[str, dict[str, Any]]:
    words = sure[sure["kind"] == "word"]
    columns = {name: spec for name, spec in _columns().items() if name != "kind"}
    rows = as_rows(words, columns, opens=[f"stream-{row}" for row in words.index])
    return "Words that tell the two apart", rows


def _grouped(groups: Any) -> str:  # noqa: ANN401
    hidden = f"; {wording.people(groups.n_hidden)} in smaller groups are not shown" if groups.n_hidden else ""
    return (
        f"{wording.count(len(groups.table), 'group')} of people share topics or answer one another{hidden}."
    )


def _niche_figure(groups: Any, names: pd.Series | None) -> dict[str, Any]:  # noqa: ANN401
    from insight import plots

    listed = groups.table.assign(
        topics=[_topics(groups, niche, names) for niche in groups.table["niche"]],
        need=[_need(groups, niche, names) for niche in groups.table["niche"]],
        words=[
            ", ".join(groups.terms.loc[groups.terms["niche"] == niche, "term"].head(6))
            for niche in groups.table["niche"]
        ],
    )
    columns: Columns = {
        "name": ("Group", wording.shorten),
        "n": ("People", wording.count),
        "share": ("Share of people", wording.share),
        **INTERVAL,
        "topics": ("Topics", lambda words: wording.shorten(words, limit=140)),
        "words": ("Words", wording.shorten),
        "need": ("Most voice a need in", lambda words: wording.shorten(words, limit=60)),
        "internal": ("Answers that stay inside", wording.share),
    }
    first = listed.iloc[0]
    return exhibit(
        "niches",
        listed,
        plot=lambda _: plots.niches(groups),
        columns=columns,
        sentence=f"Largest group, {wording.people(first['n'])}: {wording.shorten(str(first['name']))}.",
        definition=with_caveats(
            "People are linked to their topics by the shares of their messages and to those with whom they "
            "exchanged answers; Louvain's method cuts the graph. It finds groups in any graph: a group is a "
            "reading aid, its name its three most telling words.",
            groups.table,
        ),
        opens=[f"niche-{niche}" for niche in listed["niche"]],
    )


def _topics(groups: Any, niche: int, names: pd.Series | None) -> str:  # noqa: ANN401
    top = groups.topics[groups.topics["niche"] == niche].head(3)
    if names is None:
        return ""
    told = zip(top["topic"], top["share"], strict=True)
    return "; ".join(f"{names.get(topic)} ({wording.share(share)})" for topic, share in told)


def _need(groups: Any, niche: int, names: pd.Series | None) -> str:  # noqa: ANN401
    """Name the topic in which most people of a group complain, wish, ask or work around something."""
    rows = groups.topics[(groups.topics["niche"] == niche) & (groups.topics["n_need"] > 0)]
    if names is None or rows.empty:
        return ""
    first = rows.sort_values(["n_need", "topic"], ascending=[False, True]).iloc[0]
    return f"{names.get(first['topic'])} ({wording.people(first['n_need'])})"
