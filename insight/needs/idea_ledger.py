"""The idea ledger: what became of each idea, kept in a CSV beside the archive through every re-import."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import numpy as np
import pandas as pd

from insight.files import read_cells, unescape_formula, write_table
from insight.mentions import InsightError
from insight.stats.intervals import wilson

STEPS = ("raised", "decided", "shipped", "announced", "thanked")
_EARLIER = {"heard": "raised", "told": "announced"}
"""What ledgers of earlier versions call two of the steps."""
_GAP = re.compile(r"[\s%]")
_COLUMNS = ["entry", "name", "kind", "n_people", *STEPS, "note", "mention_ids", "author_ids"]
UNNAMED = "[deleted]"
UNSIGNED = "-"
"""Who wrote a message without an author, or of which none is known."""


def read_ledger(path: str | Path) -> pd.DataFrame:
    """Read an idea ledger; a file that does not exist yet is an empty ledger.

    Parameters
    ----------
    path : str or Path
        A CSV file, as `write_ledger` writes it; people may edit it in a spreadsheet.

    Returns
    -------
    DataFrame
        entry (str, stays the same for good), name, kind, n_people, raised, decided, shipped, announced,
        thanked (dates, missing until the step is made), note, mention_ids (list of str), author_ids (their
        writers' pseudonyms, "-" where none is known).

    Raises
    ------
    InsightError
        If columns are missing, entries repeat, or a step has a date while an earlier one has none.

    Examples
    --------
    >>> len(read_ledger("no-such-ledger.csv"))
    0
    """
    if not Path(path).exists():
        return _typed(pd.DataFrame(columns=_COLUMNS))
    table = read_cells(path, what="the ideas", way_out="Keep the columns, and save it as CSV.")
    table = table.rename(columns=_EARLIER)
    missing = [name for name in _COLUMNS[:-1] if name not in table.columns]
    if missing:
        raise InsightError(f"{path} lacks the columns {missing}; found {list(table.columns)}.")
    table = table.map(unescape_formula)
    ids = table["mention_ids"].map(_parted)
    authors = table["author_ids"].map(_parted) if "author_ids" in table else ids.map(lambda _: [])
    known = [who if len(who) == len(own) else _unsigned(own) for own, who in zip(ids, authors, strict=True)]
    listed = table.assign(mention_ids=ids, author_ids=pd.Series(known, index=table.index, dtype=object))
    try:
        ledger = _typed(listed)
    except ValueError as error:
        reason = str(error).partition("\n")[0][:200]
        raise InsightError(f"{path}: {reason}. Write dates as 2025-01-31 and n_people as 12.") from error
    if ledger["entry"].duplicated().any():
        raise InsightError(
            f"{path} holds an entry twice: {ledger.loc[ledger['entry'].duplicated(), 'entry'].tolist()}."
        )
    for row in ledger.to_dict("records"):
        _check(row)
    return ledger


def write_ledger(ledger: pd.DataFrame, path: str | Path) -> None:
    """Write an idea ledger, one line an idea.

    Parameters
    ----------
    ledger : DataFrame
        As `update_ledger` or `advance_idea` returns it.
    path : str or Path
        A CSV file; replaced whole. A word that a spreadsheet would run gets an apostrophe, which
        `read_ledger` takes away.

    Returns
    -------
    None

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_ledger(read_ledger("none.csv"), f"{folder}/ideas.csv")
    ...     len(read_ledger(f"{folder}/ideas.csv"))
    0
    """
    lists = ["mention_ids", "author_ids"]
    text = ledger.assign(**{name: ledger[name].map(_joined) for name in lists})
    for step in STEPS:
        text[step] = text[step].dt.strftime("%Y-%m-%d")
    write_table(path, text[_COLUMNS])


def _parted(listed: str) -> list[str]:
    return [unquote(one) for one in listed.split()]


def _joined(ids: list[str]) -> str:
    """Write ids one after the other; a space inside of one is written as in a link."""
    return " ".join(_GAP.sub(lambda gap: quote(gap[0]), one) for one in ids)


def update_ledger(ledger: pd.DataFrame, ideas: pd.DataFrame) -> pd.DataFrame:
    """Bring freshly mined ideas into the ledger; what is there keeps its entry, its steps and its note.

    An idea is the one whose messages it shares, however it was grouped or worded this time: the pair with
    most messages in common is joined first, each entry and each idea once.

    Parameters
    ----------
    ledger : DataFrame
        As `read_ledger` returns it.
    ideas : DataFrame
        As `mine_ideas` returns it.

    Returns
    -------
    DataFrame
        The ledger, old entries first and in their order; new ideas follow, raised when first seen. Entries
        that were not found again stay.

    Examples
    --------
    >>> ideas = pd.DataFrame({"name": ["Add a timer"], "kind": ["product"], "n_people": [2],
    ...     "first_seen": [pd.Timestamp("2024-05-01", tz="UTC")], "mention_ids": [["x:1", "x:2"]]})
    >>> ledger = update_ledger(read_ledger("none.csv"), ideas)
    >>> again = update_ledger(ledger, ideas.assign(name="A timer!", mention_ids=[["x:2", "x:3"]]))
    >>> again[["name", "mention_ids"]].values.tolist()
    [['Add a timer', ['x:1', 'x:2', 'x:3']]]
    """
    rows = ledger.to_dict("records")
    fresh = ideas.to_dict("records")
    shared = [
        (-len({*row["mention_ids"]} & {*idea["mention_ids"]}), old, new)
        for old, row in enumerate(rows)
        for new, idea in enumerate(fresh)
    ]
    joined: dict[int, int] = {}
    for overlap, old, new in sorted(shared):
        if overlap < 0 and old not in joined.values() and new not in joined:
            joined[new] = old
            row, idea = rows[old], fresh[new]
            new_ids = [one for one in idea["mention_ids"] if one not in row["mention_ids"]]
            row["mention_ids"] = [*row["mention_ids"], *new_ids]
            row["author_ids"] = [*row["author_ids"], *_unsigned(new_ids)]
            row["n_people"] = idea["n_people"]
            row["name"] = idea["name"] if row["name"] == UNNAMED else row["name"]
    taken = {row["entry"] for row in rows}
    for new, idea in enumerate(fresh):
        if new not in joined:
            entry = next(name for name in _names(idea["mention_ids"][0]) if name not in taken)
            taken.add(entry)
            fresh_row = {"entry": entry, "raised": idea["first_seen"], "note": ""}
            rows.append({**idea, **fresh_row, "author_ids": _unsigned(idea["mention_ids"])})
    return _typed(pd.DataFrame(rows, columns=_COLUMNS))


def advance_idea(ledger: pd.DataFrame, *, entry: str, step: str, on: str, note: str = "") -> pd.DataFrame:
    """Record that an idea was decided, shipped, announced to those who asked, or thanked for.

    Parameters
    ----------
    ledger : DataFrame
        As `read_ledger` returns it.
    entry : str
        Which idea.
    step : {"decided", "shipped", "announced", "thanked"}
        The step that was made; only the one after the last is legal.
    on : str
        Date, such as "2024-05-31"; not before the step before.
    note : str
        Added to the note.

    Returns
    -------
    DataFrame
        A new ledger.

    Raises
    ------
    InsightError
        If there is no such entry or step, or the step is out of turn.

    Examples
    --------
    >>> ideas = pd.DataFrame({"name": ["Add a timer"], "kind": ["product"], "n_people": [2],
    ...     "first_seen": [pd.Timestamp("2024-05-01", tz="UTC")], "mention_ids": [["x:1"]]})
    >>> ledger = update_ledger(read_ledger("none.csv"), ideas)
    >>> ledger = advance_idea(ledger, entry=ledger["entry"][0], step="decided", on="2024-06-01")
    >>> str(ledger["decided"][0].date())
    '2024-06-01'
    """
    if entry not in set(ledger["entry"]):
        raise InsightError(f"the ledger has no entry {entry!r}; it has {ledger['entry'].tolist()}.")
    rows = ledger.to_dict("records")
    row = next(row for row in rows if row["entry"] == entry)
    made = [name for name in STEPS if pd.notna(row[name])]
    following = STEPS[len(made)] if len(made) < len(STEPS) else None
    if step != following:
        turn = f"the next step is {following!r}" if following else "every step is made"
        raise InsightError(f"{entry} cannot become {step!r}: it is {made[-1]!r}, and {turn}.")
    row[step] = pd.Timestamp(on, tz="UTC")
    row["note"] = "; ".join(part for part in (row["note"], note) if part)
    _check(row)
    return _typed(pd.DataFrame(rows, columns=_COLUMNS))


def idea_progress(ledger: pd.DataFrame, *, as_of: str) -> dict[str, Any]:
    """Sum up how far ideas get: the share closed, the days it takes, the oldest one open.

    Parameters
    ----------
    ledger : DataFrame
        As `read_ledger` returns it.
    as_of : str
        Date up to which the oldest open idea has waited.

    Returns
    -------
    dict
        n, n_closed (announced to those who asked), share, low, high (95 %), median_days (raised to
        announced, of the closed), oldest (entry and name of the idea open longest), oldest_days.

    Examples
    --------
    >>> idea_progress(read_ledger("none.csv"), as_of="2024-06-01")["n"]
    0
    """
    closed = ledger["announced"].notna()
    waiting = ledger[~closed].sort_values(["raised", "entry"])
    low, high = wilson([int(closed.sum())], [len(ledger)])
    days = (ledger["announced"] - ledger["raised"]).dt.days
    first = waiting.iloc[0] if len(waiting) else None
    return {
        "n": len(ledger),
        "n_closed": int(closed.sum()),
        "share": float(closed.mean()) if len(ledger) else np.nan,
        "low": float(low[0]),
        "high": float(high[0]),
        "median_days": float(days[closed].median()) if closed.any() else np.nan,
        "oldest": f"{first['entry']}: {first['name']}" if first is not None else "",
        "oldest_days": (pd.Timestamp(as_of, tz="UTC") - first["raised"]).days
        if first is not None
        else np.nan,
    }


def forget(ledger: pd.DataFrame, *, ids: Collection[str], people: Collection[str]) -> pd.DataFrame:
    """Take deleted messages, by id or writer, out of a ledger; an entry that nothing else holds up goes.

    The name of an entry is a sentence of one of its messages, so that an entry which loses one loses its
    name, until it is found again.
    """
    rows = []
    for row in ledger.to_dict("records"):
        pairs = list(zip(row["mention_ids"], row["author_ids"], strict=True))
        kept = [(one, who) for one, who in pairs if one not in ids and who not in people]
        if len(kept) < len(pairs):
            row["name"] = UNNAMED
            row["n_people"] = min(
                row["n_people"], len({one if who == UNSIGNED else who for one, who in kept})
            )
            row["mention_ids"], row["author_ids"] = ([pair[at] for pair in kept] for at in (0, 1))
        if kept or not pairs:
            rows.append(row)
    return _typed(pd.DataFrame(rows, columns=_COLUMNS))


def _unsigned(mention_ids: list[str]) -> list[str]:
    return [UNSIGNED] * len(mention_ids)


def _names(mention_id: str) -> Any:  # noqa: ANN401
    import hashlib

    digest = hashlib.sha256(mention_id.encode()).hexdigest()
    return (f"idea-{digest[:length]}" for length in range(6, 65))


def _check(row: dict[str, Any]) -> None:
    dates = [row[step] for step in STEPS]
    made = [pd.notna(date) for date in dates]
    if made != sorted(made, reverse=True) or not made[0]:
        skipped = [step for step, done in zip(STEPS, made, strict=True) if not done]
        raise InsightError(
            f"{row['entry']} skips a step: {skipped} without a date before a step that has one."
        )
    known = [date for date in dates if pd.notna(date)]
    if known != sorted(known):
        raise InsightError(
            f"{row['entry']} takes a step before the one before it: {[str(d.date()) for d in known]}."
        )


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    string = pd.StringDtype("pyarrow", na_value=float("nan"))
    kept = table[_COLUMNS].astype(dict.fromkeys(("entry", "name", "kind", "note"), string))
    for step in STEPS:
        kept[step] = (
            pd.to_datetime(kept[step].replace("", None), utc=True)
            .astype("datetime64[us, UTC]")
            .dt.normalize()
        )
    return kept.astype({"n_people": "int64", "mention_ids": "object", "author_ids": "object"})
