"""Ideas for the maker: what people wish for, grouped across wordings, and how many stand behind each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.stats.intervals import wilson
from insight.text.clean import clean_text, sentence_at
from insight.text.encode import Encoder, encode
from insight.text.patterns import has_cue, read_cues
from insight.timeline.own_words import own_words

from .me_too import echoes
from .phrases import names_cause, words_of

_STR = pd.StringDtype("pyarrow", na_value=float("nan"))
_COLUMNS: dict[str, Any] = {
    "idea": _STR, "rank": "int64", "name": _STR, "kind": _STR, "n_people": "int64", "n_supporters": "int64",
    "n_mentions": "int64", "share": "float64", "low": "float64", "high": "float64",
    "first_seen": "datetime64[us, UTC]", "last_seen": "datetime64[us, UTC]", "channels": _STR,
    "mention_ids": "object",
}  # fmt: skip
_MOST = 6000


def mine_ideas(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    min_people: int = 2,
    likeness: float = 0.6,
    encoder: Encoder | str | None = None,
    progress: bool = False,
) -> pd.DataFrame:
    """Group what people wish for across wordings and rank the groups by distinct people.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table. Brand and other sides, and reposts, are left out.
    signals : DataFrame
        As `find_signals` returns it.
    min_people : int
        Fewest people, supporters included, of an idea that is listed; `attrs["n_too_few"]` counts the rest.
    likeness : float
        Two groups of wishes become one while their mean cosine is at least this.
    encoder : str, Encoder or None
        See `load_encoder`; None is the bundled one.
    progress : bool
        Show a bar on stderr.

    Returns
    -------
    DataFrame
        One row an idea, most people first.

        - idea : str, "idea-1" for the first; rank : int, from 1
        - name : the sentence nearest to all others of the group
        - kind : product, service, or differentiation (most of its people compare with another product, or
          switch, in the same message)
        - n_people : people who wish it or support it; n_supporters : those who only answered "me too"
        - n_mentions : messages
        - share, low, high : n_people among all people of the archive, with Wilson's 95 % interval
        - first_seen, last_seen : datetime; channels : str, most messages first
        - mention_ids : list of str, the messages, oldest first

        `attrs`: n_people (all), n_too_few.

    Raises
    ------
    InsightError
        If a table lacks a column, or more than 6,000 different wishes would have to be compared.

    Notes
    -----
    Average-linkage clustering of the cosines between sentence vectors; a message belongs to every idea that
    one of its sentences voices.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> from insight.signals.find_signals import find_signals
    >>> texts = ["Please add a timer", "I wish it had a timer", "Please bring back the blue mug"]
    >>> people = {"mention_id": list("abc"), "author_id": list("xyz")}
    >>> mentions = as_mentions(pd.DataFrame({**people, "text": texts}))
    >>> ideas = mine_ideas(mentions, find_signals(mentions), min_people=1)
    >>> ideas[["idea", "n_people", "mention_ids"]].values.tolist()
    [['idea-1', 2, ['a', 'b']], ['idea-2', 1, ['c']]]
    """
    people = own_words(mentions)
    n_people = int(people["person"].nunique())
    wishes = _wishes(people, signals)
    wishes["group"] = _group(wishes["sentence"], likeness=likeness, encoder=encoder, progress=progress)
    wishes = wishes.assign(signal="wish", need=wishes["group"])
    support = echoes(people, wishes).drop(columns=["signal", "echoed"]).rename(columns={"need": "group"})
    support = support[~support["mention_id"].isin(wishes["mention_id"])]
    rival = signals.loc[signals["signal"].isin(["comparison", "switching"]), "mention_id"]
    wishes["compares"] = wishes["mention_id"].isin(rival)
    rows = [_idea(group, support[support["group"] == number]) for number, group in wishes.groupby("group")]
    rows.sort(key=lambda row: (-row["n_people"], row["first_seen"], row["mention_ids"][0]))
    listed = [row for row in rows if row["n_people"] >= min_people]
    table = pd.DataFrame(listed, columns=[name for name in _COLUMNS if name not in ("share", "low", "high")])
    for name in ("first_seen", "last_seen"):
        table[name] = pd.to_datetime(table[name], utc=True)
    table["rank"] = np.arange(1, len(table) + 1)
    table["idea"] = "idea-" + table["rank"].astype(str)
    table["share"] = table["n_people"] / max(1, n_people)
    table["low"], table["high"] = wilson(table["n_people"], np.full(len(table), max(1, n_people)))
    table = table[list(_COLUMNS)].astype(_COLUMNS)
    table.attrs |= {"n_people": n_people, "n_too_few": len(rows) - len(listed)}
    return table


def _wishes(people: pd.DataFrame, signals: pd.DataFrame) -> pd.DataFrame:
    """Return one row a wish that says for what, oldest first, with the whole sentence: "fix it" is none."""
    wished = signals.loc[signals["signal"] == "wish", ["mention_id", "sentence"]]
    rows = people.merge(wished.drop_duplicates(), on="mention_id")
    rows = rows.sort_values(["created_at", "mention_id", "sentence"], ignore_index=True)
    said = [
        sentence_at(text, number, title=title)
        for text, number, title in zip(rows["text"], rows["sentence"], rows["title"], strict=True)
    ]
    rows = rows.assign(sentence=clean_text(said))
    says = np.array([names_cause(words_of(text)) for text in rows["sentence"]], dtype=bool)
    return rows[says].reset_index(drop=True)


def _group(
    sentences: pd.Series, *, likeness: float, encoder: Encoder | str | None, progress: bool
) -> np.ndarray:
    from scipy.cluster.hierarchy import fcluster, linkage

    distinct = sorted(set(sentences))
    if len(distinct) > _MOST:
        raise InsightError(
            f"{len(distinct):,} different wishes are too many to compare at once (at most {_MOST:,}). "
            "Mine one topic, brand or period at a time: mine_ideas(mentions[...], signals)."
        )
    if len(distinct) < 2:
        return np.zeros(len(sentences), dtype=np.int64)
    vectors = encode(distinct, encoder=encoder, progress=progress)
    tree = linkage(vectors.astype(np.float64), method="average", metric="cosine")
    numbers = fcluster(tree, 1 - likeness, criterion="distance")
    return sentences.map(dict(zip(distinct, numbers, strict=True))).to_numpy()


def _idea(wishes: pd.DataFrame, support: pd.DataFrame) -> dict[str, Any]:
    voices = set(wishes["person"])
    messages = pd.concat([wishes, support]).drop_duplicates("mention_id")
    messages = messages.sort_values(["created_at", "mention_id"])
    place = (
        messages["channel"]
        .astype(object)
        .where(messages["channel"].notna(), messages["platform"].astype(object))
    )
    ranked = place.value_counts().rename("n").rename_axis("place").reset_index()
    name = _central(wishes["sentence"].tolist())
    served = has_cue(wishes["sentence"], read_cues("ideas")["service"]).mean() > 0.5
    rivals = wishes.groupby("person")["compares"].any().mean() > 0.5
    return {
        "name": name,
        "kind": "differentiation" if rivals else "service" if served else "product",
        "n_people": len(voices | set(support["person"])),
        "n_supporters": len(set(support["person"]) - voices),
        "n_mentions": len(messages),
        "first_seen": messages["created_at"].min(),
        "last_seen": messages["created_at"].max(),
        "channels": ", ".join(ranked.sort_values(["n", "place"], ascending=[False, True])["place"]),
        "mention_ids": messages["mention_id"].tolist(),
    }


def _central(sentences: list[str]) -> str:
    """Return the sentence that shares most of its words with the others; of equals the shorter."""
    bags = {sentence: set(sentence.lower().split()) for sentence in sentences}
    worth = {
        one: sum(len(bag & other) / max(1, len(bag | other)) for other in bags.values())
        for one, bag in bags.items()
    }
    return min(bags, key=lambda one: (-worth[one], len(one), one))
