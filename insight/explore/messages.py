"""Explorers of messages, topics and needs: from a filter to people's own words and their threads."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from insight.mentions import need_columns

from .explorer import MAX_LETTERS, Explorer, Options, explore, shorten

if TYPE_CHECKING:
    from insight.needs import Needs
    from insight.topics import Topics

ALL: Options = [("all", "")]
NO_MESSAGE: Options = [("none", "")]
_LABEL = 60
_THREAD = ["created_at", "side", "text"]


def mentions(mentions: pd.DataFrame, *, n: int = 15) -> Explorer:
    """Search and filter messages; pick one to read its thread.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table.
    n : int
        Messages shown at once, newest first.

    Returns
    -------
    Explorer
        Controls words, platform, side, kind and thread; below them the number found, the newest, and the
        thread of the one picked.

    Examples
    --------
    >>> import insight as ins
    >>> seen = mentions(ins.example())
    >>> sorted(seen.controls)
    ['kind', 'platform', 'side', 'thread', 'words']
    """
    need_columns(mentions, "mentions", ["mention_id", "text", "created_at", "platform", "side", "kind"])

    def found(words: str, platform: str, side: str, kind: str) -> pd.DataFrame:
        rows = mentions
        for column, wanted in {"platform": platform, "side": side, "kind": kind}.items():
            rows = rows[rows[column] == wanted] if wanted else rows
        if words:
            rows = rows[rows["text"].str.contains(words, case=False, regex=False)]
        return rows.sort_values(["created_at", "mention_id"], ascending=False, na_position="last")

    def narrow(*, thread: str, **wanted: Any) -> dict[str, Options]:  # noqa: ANN401
        return {"thread": offer(found(**wanted).head(n))}

    def draw(*, thread: str, **wanted: Any) -> list[Any]:  # noqa: ANN401
        rows = found(**wanted)
        shown = [
            f"{len(rows):,} of {len(mentions):,} messages",
            rows[["created_at", "platform", *_THREAD[1:]]].head(n),
        ]
        return [*shown, *thread_of(mentions, thread)]

    names = ("platform", "side", "kind")
    controls = {"words": "", **{name: present(mentions, name) for name in names}, "thread": NO_MESSAGE}
    return explore(controls, draw, narrow=narrow)


def topics(
    mentions: pd.DataFrame, topics: Topics, *, signals: pd.DataFrame | None = None, n: int = 3
) -> Explorer:
    """Compare topics and pick one to read what people wrote on it.

    Parameters
    ----------
    mentions : DataFrame
        The messages given to `fit_topics`.
    topics : Topics
        From `fit_topics`.
    signals : DataFrame, optional
        From `find_signals`; marks praise among complaints.
    n : int
        Quotes a rule (`pick_quotes`).

    Returns
    -------
    Explorer
        Controls words (in a name), least_people, topic and thread; below them `topics`, the table, and
        the quotes of the topic picked.

    Examples
    --------
    >>> topics = fit_topics(mentions)  # doctest: +SKIP
    >>> explore.topics(mentions, topics)  # doctest: +SKIP
    """
    from insight import plots

    table = topics.table[topics.table["topic"] >= 0]
    quotes = _quotes(mentions, topics, signals, n=n, voicing=None)

    def found(words: str, least_people: int) -> pd.DataFrame:
        named = table["name"].str.contains(words, case=False, regex=False)
        return table[named & (table["n_people"] >= least_people)]

    def draw(*, words: str, least_people: int, topic: int | str, thread: str) -> list[Any]:
        rows = found(words, least_people)
        if rows.empty:
            return ["No topic fits."]
        shown = rows[["name", "n_people", "n", "share", "low", "high"]]
        return [plots.topics(rows), shown, *_words_on(quotes, topic), *thread_of(mentions, thread)]

    def narrow(*, words: str, least_people: int, topic: int | str, thread: str) -> dict[str, Options]:
        rows = found(words, least_people)
        left = list(zip(rows["name"], rows["topic"].tolist(), strict=True)) or NO_MESSAGE
        picked = topic if topic in [number for _, number in left] else left[0][1]
        return {"topic": left, "thread": offer(quotes(picked))}

    least = (1, max(1, int(table["n_people"].max())) if len(table) else 1)
    return explore(
        {"words": "", "least_people": least, "topic": NO_MESSAGE, "thread": NO_MESSAGE}, draw, narrow=narrow
    )


def needs(
    mentions: pd.DataFrame,
    needs: Needs,
    *,
    n: int = 3,
) -> Explorer:
    """Compare needs and pick one to read how people voice it.

    Parameters
    ----------
    mentions : DataFrame
        The messages given to `find_needs`.
    needs : Needs
        From `find_needs`.
    n : int
        Quotes a rule (`pick_quotes`).

    Returns
    -------
    Explorer
        Controls trend, latent_only, least_people, need and thread; below them `needs`, the table, and
        the quotes of the need picked.

    Examples
    --------
    >>> needs = find_needs(mentions, signals)  # doctest: +SKIP
    >>> explore.needs(mentions, needs)  # doctest: +SKIP
    """
    from insight import plots
    from insight.needs.quotes import pick_quotes

    table = needs.table

    @functools.cache
    def quotes(need: int | str) -> pd.DataFrame:
        if need == "":
            return pd.DataFrame()
        return pick_quotes(mentions, needs, need=str(need), n=n, max_length=MAX_LETTERS)

    def found(trend: str, latent_only: bool, least_people: int) -> pd.DataFrame:
        rows = table[table["n_people"] >= least_people]
        rows = rows[rows["trend"] == trend] if trend else rows
        return rows[rows["latent"]] if latent_only else rows

    def draw(*, need: str, thread: str, **wanted: Any) -> list[Any]:  # noqa: ANN401
        rows = found(**wanted)
        if rows.empty:
            return ["No need fits."]
        shown = rows[["rank", "name", "n_people", "share", "low", "high", "opportunity", "trend"]]
        return [
            plots.needs(rows),
            shown,
            *_words_on(quotes, need),
            *thread_of(mentions, thread),
        ]

    def narrow(*, need: str, thread: str, **wanted: Any) -> dict[str, Options]:  # noqa: ANN401
        rows = found(**wanted)
        left = list(zip(rows["name"], rows["need"], strict=True)) or NO_MESSAGE
        picked = need if need in [name for _, name in left] else left[0][1]
        return {"need": left, "thread": offer(quotes(picked))}

    least = (1, max(1, int(table["n_people"].max())) if len(table) else 1)
    controls = {
        "trend": present(table, "trend"),
        "latent_only": False,
        "least_people": least,
        "need": NO_MESSAGE,
        "thread": NO_MESSAGE,
    }
    return explore(controls, draw, narrow=narrow)


def _quotes(
    mentions: pd.DataFrame,
    topics: Topics | None,
    signals: pd.DataFrame | None,
    *,
    n: int,
    voicing: tuple[str, ...] | None,
) -> Callable[[int | str], pd.DataFrame]:
    from insight.needs.quotes import pick_quotes

    signs = signals
    if signs is None:
        signs = pd.DataFrame(columns=["mention_id", "sentence", "signal", "start", "end"])

    @functools.cache
    def of(topic: int | str) -> pd.DataFrame:
        if topic == "" or topics is None:
            return pd.DataFrame()
        here = topics.assignments[topics.assignments["topic"] == topic]
        near = mentions[mentions["mention_id"].isin(here["mention_id"])]
        return pick_quotes(
            near, signs, assignments=here, topic=int(topic), n=n, voicing=voicing, max_length=MAX_LETTERS
        )

    return of


def _words_on(quotes: Callable[[int | str], pd.DataFrame], topic: int | str) -> list[Any]:
    picked = quotes(topic)
    return [] if picked.empty else [picked[["rule", "text", "created_at", "platform", "reason"]]]


def thread_of(mentions: pd.DataFrame, picked: str) -> list[Any]:
    """Show the conversation around a message, in its order."""
    if not picked:
        return []
    here = mentions.loc[mentions["mention_id"] == picked, "conversation_id"].iloc[0]
    alone = mentions["mention_id"] == picked
    rows = mentions[alone if pd.isna(here) else mentions["conversation_id"] == here]
    return ["The thread:", rows.sort_values(["created_at", "mention_id"])[_THREAD]]


def offer(rows: pd.DataFrame) -> Options:
    """Offer messages by their first words."""
    if rows.empty:
        return NO_MESSAGE
    labels = [shorten(text, limit=_LABEL) for text in rows["text"]]
    return [*NO_MESSAGE, *zip(labels, rows["mention_id"], strict=True)]


def present(table: pd.DataFrame, column: str) -> Options:
    """Offer every value of a column, or all."""
    values = sorted(table[column].dropna().astype(str).unique())
    return [*ALL, *((value, value) for value in values)]
