"""The room of conduct: whether the brand answers or broadcasts, in whose words, with which hashtags."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insight.stats.intervals import wilson

from . import format as wording
from .dialogue import Dialogue
from .exhibit import INTERVAL, Columns, as_rows, exhibit, with_caveats
from .sections import section

MOST_WRITERS = 4
"""Writers who are drawn one by one; with more of them all writers together are."""

WRITTEN = {
    "copied": "go in the same words to two or more people",
    "named": "call the reader by a name",
    "refers": "take up a word of the message",
}
CHECKS = {
    "listened": "take up what the person had said",
    "empathy": "acknowledge or apologise",
    "no_pitch": "keep from selling",
    "own_words": "speak in words of their own",
}


def conduct_room(index: pd.DataFrame, dialogue: Dialogue, *, tz: str) -> dict[str, Any]:
    """Show whether the brand answers or broadcasts, in whose words, and with which hashtags."""
    n, n_answers = int(index["n"].sum()), int(index["n_answers"].sum())
    heading = (
        f"{wording.estimate(n_answers / n, *map(float, wilson(n_answers, n)))} of the brand's "
        f"{wording.count(n, 'post')} answer someone"
    )
    drawn = [_index_figure(index, heading=heading)]
    said, tables = [], []
    if dialogue.marks is not None:
        drawn.append(_marks_figure(dialogue.marks))
        said += _written(dialogue.marks)
        tables += _act_table(dialogue.marks)
    if dialogue.hashtags is not None and len(dialogue.hashtags):
        said.append(_tagged(dialogue.hashtags))
        tables += _hashtag_table(dialogue.hashtags, tz=tz)
    if dialogue.playbook is not None and len(dialogue.playbook) >= wording.FEW:
        said.append(_met(dialogue.playbook))
        tables.append(_playbook_table(dialogue.playbook))
    return section("conduct", "Conduct", heading, said=said, drawn=drawn) | {"tables": tables}


def _index_figure(index: pd.DataFrame, *, heading: str) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "period": ("Month", wording.month),
        "n": ("Posts", wording.count),
        "n_answers": ("Answers", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
        "n_received": ("Messages in answer to them", wording.count),
        "received_per_post": ("A post", wording.score),
    }
    return exhibit(
        "dialogue-index",
        index,
        plot=plots.dialogue_index,
        columns=columns,
        sentence=f"{heading}.",
        definition=with_caveats(
            "The brand's posts that answer somebody else's message, directly or by continuing their own "
            "answer, of all its posts (notes and reposts are none). The last month may not be over.",
            index,
        ),
        over=("period", "n"),
    )


def _written(marks: pd.DataFrame) -> list[str]:
    every = marks[marks["writer"] == "all"].set_index("mark")
    told = [
        f"{wording.estimate_of(every.loc[mark])} {words}"
        for mark, words in WRITTEN.items()
        if mark in every.index and every.loc[mark, "n"] >= wording.FEW
    ]
    return [f"Of its replies {wording.listing(told)}."] if told else []


def _marks_figure(marks: pd.DataFrame) -> dict[str, Any]:
    from insight import plots

    drawn = marks[marks["mark"].isin(WRITTEN) & (marks["n"] > 0)].reset_index(drop=True)
    few = drawn["writer"].nunique() - 1 <= MOST_WRITERS
    columns: Columns = {
        "writer": ("Writer", lambda name: "All" if name == "all" else wording.shorten(name)),
        "mark": ("Mark", lambda mark: wording.start(WRITTEN[mark])),
        "n": ("Replies", wording.count),
        "n_marked": ("With it", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
    }
    return exhibit(
        "form-letters",
        drawn,
        plot=lambda table: plots.form_letters(
            (table if few else table[table["writer"] == "all"]).assign(mark=table["mark"].map(WRITTEN))
        ),
        columns=columns,
        sentence=" ".join(_written(marks)[:1]) or "Replies by their marks.",
        definition=with_caveats(
            f"Copied: they {WRITTEN['copied']}, names and signatures aside; replies under five words are not "
            f"judged. Named: they {WRITTEN['named']}. Refers: they {WRITTEN['refers']} that they answer. A "
            "copy is not a fault: many people may have asked the same.",
            marks,
        ),
    )


def _act_table(marks: pd.DataFrame) -> list[tuple[str, dict[str, Any]]]:
    acts = marks[(marks["writer"] == "all") & ~marks["mark"].isin(WRITTEN)]
    if acts.empty:
        return []
    columns: Columns = {
        "mark": ("What replies do", wording.start),
        "n": ("Replies", wording.count),
        "n_marked": ("Do it", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
    }
    if "p_adjusted" in acts.columns:
        acts = acts.assign(apart=(acts["p_adjusted"] <= 0.05).map({True: "yes", False: "no"}))
        columns["apart"] = ("Writers differ beyond chance", str)
    note = (
        "Acts are told by readable rules, in English; what words promise, not whether it worked. Fast: "
        "within one hour."
    )
    return [("What its replies do", as_rows(acts, columns) | {"definition": note})]


def _tagged(hashtags: pd.DataFrame) -> str:
    n_posts = hashtags["mention_id"].nunique()
    flagged = hashtags[hashtags["flagged"].astype(bool)]
    if flagged.empty:
        return f"None of its {wording.count(n_posts, 'post')} with a hashtag rides on a tag foreign to it."
    n_flagged = flagged["mention_id"].nunique()
    return (
        f"{wording.count(n_flagged)} of its {wording.count(n_posts, 'post')} with a hashtag "
        f"{'carries' if n_flagged == 1 else 'carry'} a tag that nothing here ties to it: look at these."
    )


def _hashtag_table(hashtags: pd.DataFrame, *, tz: str) -> list[tuple[str, dict[str, Any]]]:
    flagged = hashtags[hashtags["flagged"].astype(bool)]
    if flagged.empty:
        return []
    columns: Columns = {
        "tag": ("Tag", lambda tag: f"#{wording.shorten(tag, limit=40)}"),
        "created_at": ("Post of", lambda moment: wording.date(moment, tz=tz)),
        "n_own": ("Own posts with it", wording.count),
        "n_people": ("Others who use it", wording.count),
        "reason": ("Why", str),
    }
    note = (
        "A tag fits when customers or the brand use its words, when the post itself speaks of it, or when "
        "the other people who use it talk as customers do. A flag is a question to a person, not a verdict."
    )
    rows = as_rows(flagged, columns, opens=[f"hashtag-{row}" for row in flagged.index])
    return [("Hashtags to look at", rows | {"definition": note})]


def _met(playbook: pd.DataFrame) -> str:
    n_pitch = int((playbook["no_pitch"] == False).sum())  # noqa: E712
    sells = "none sells" if not n_pitch else f"{wording.count(n_pitch)} sell"
    n_all = int((playbook["n_met"] == len(CHECKS)).sum())
    replies = wording.count(len(playbook), "first reply", plural="first replies")
    return (
        f"Of {replies} to people who had talked about another brand, {sells}; {wording.count(n_all)} meet "
        "all four checks."
    )


def _playbook_table(playbook: pd.DataFrame) -> tuple[str, dict[str, Any]]:
    judged = [
        (words, int(playbook[check].notna().sum()), int(playbook[check].fillna(False).sum()))
        for check, words in CHECKS.items()
    ]
    table = pd.DataFrame(judged, columns=["words", "n", "n_met"])
    low, high = wilson(table["n_met"], table["n"])
    table = table.assign(share=table["n_met"] / table["n"].where(table["n"] > 0), low=low, high=high)
    columns: Columns = {
        "words": ("They", str),
        "n": ("Replies judged", wording.count),
        "n_met": ("Do so", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
    }
    opens = [f"playbook-{check}" for check in CHECKS]
    note = (
        "The brand's own first replies to people who had talked about a rival; it names no customer and "
        "nobody to write to."
    )
    return "First words to people who talked about a rival", as_rows(table, columns, opens=opens) | {
        "definition": note
    }
