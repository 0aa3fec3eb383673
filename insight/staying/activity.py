"""Authors' activity: the one pass over the messages that everything about staying rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.stats import periods
from insight.timeline import engine
from insight.timeline.left_out import left_out
from insight.timeline.persons import exceeds_human_rate

if TYPE_CHECKING:
    import ibis.expr.types as ir

_LONGEST_BURN_IN = pd.Timedelta(days=90)
_TICK = pd.Timedelta(microseconds=1)
_MOST_NAMES = 100_000
USUAL = "usual"

Meta = dict[str, object]


def activity(
    mentions: pd.DataFrame | ir.Table | str,
    *,
    period: Literal["day", "week", "month"] = "month",
    tz: str = "UTC",
    as_of: str | pd.Timestamp | None = None,
    burn_in: str | pd.Timedelta | None = None,
    first: Sequence[str] = (),
    events: Mapping[str, tuple[str, str]] | None = None,
    aliases: Mapping[str, str] | None = None,
    bots: Sequence[str] = (),
) -> pd.DataFrame:
    """Reduce the mentions to one row an author with the periods in which the author wrote anything.

    Parameters
    ----------
    mentions : DataFrame, Ibis table or path
        The mentions table, or a Parquet file or folder of it (larger than memory, if need be), or a table of
        Ibis on DuckDB or Spark; author_id, created_at and side are enough. A boolean column `automated`, if
        there is one, marks bots.
    period : {'month', 'week', 'day'}
        Length of a period; weeks of the calendar begin on Monday.
    tz : str
        Time zone of the calendar.
    as_of : str or Timestamp, optional
        The moment of looking (in `tz` unless it has a zone of its own): what was written before it is known.
        The period that holds it is incomplete. Default: just after the last mention.
    burn_in : str or Timedelta, optional
        An author first seen in this first stretch may have been there before the archive began. Default: 90
        days, or a quarter of the archive where that is shorter; '0D' for an archive that holds the
        community's whole life.
    first : sequence of str
        Columns that are remembered of each author's first message, such as 'channel' or 'kind' or a topic
        added to the mentions; they become first_channel and so on, for `retention(by=...)`.
    events : mapping of str to (str, str), optional
        Names of stretches of time, from one moment until before another (in `tz`); adds joined_during, the
        name of the stretch that holds the author's first message, or 'usual'.
    aliases : mapping of str to str, optional
        author_id of a second account to the one it belongs to; their messages count as one person's.
    bots : sequence of str
        Further author_id known to be bots.

    Returns
    -------
    DataFrame
        One row an author, by first mention: author_id, first, last (UTC), n_mentions, left_truncated (first
        seen within the burn-in), cohort (period of the first mention), the columns asked for, and active_0,
        active_1, ... (uint64: bit b of active_w is set where the author wrote in period 64 w + b). `.attrs`
        holds period, tz, labels (of the periods), n_complete (periods that ended by as_of), n_burn_in
        (periods that began in the burn-in), window, as_of, n_people, burn_in_days, excluded (numbers left
        out) and caveats.

    Notes
    -----
    Left out and counted in `.attrs["excluded"]`: mentions without author (deleted accounts) or date or
    after `as_of`, and every mention of an author who ever spoke for the brand, is automated (see
    `timeline`) or is on side `other`. Authors first seen in the burn-in stay, flagged. A sampled
    archive, such as a stream of 1 % of all messages, cannot show who stays: the sample thins returns as much
    as first messages. Names that differ only in case, punctuation or what follows an @ are counted in a
    caveat and never merged by themselves (`aliases` does that); not among more than 100,000 authors. Rows
    depend on the values of author_id only where two authors agree in every other column.

    Examples
    --------
    >>> import insight as ins
    >>> authors = activity(ins.example(), burn_in="0D")
    >>> authors[["author_id", "n_mentions", "cohort", "active_0"]].head(3)
      author_id  n_mentions   cohort  active_0
    0       ann           3  2025-01         3
    1       ben           3  2025-01         5
    2       cem           1  2025-01         1
    >>> authors.attrs["labels"]
    ['2025-01', '2025-02', '2025-03']
    """
    source = engine.open_mentions(
        mentions,
        columns=tuple(dict.fromkeys(("author_id", "created_at", "side", *first))),
        optional=("automated", "author_name", "mention_id"),
    )
    began, last = engine.span(source)
    end = last + _TICK if as_of is None else engine.moment(as_of, tz=tz)
    seen = end - _TICK
    if seen < began:
        raise InsightError(f"as_of={as_of!r} is not after the first mention, of {began:%Y-%m-%d %H:%M}.")
    longest = min(_LONGEST_BURN_IN, (end - began) / 4)
    guard = longest if burn_in is None else engine.duration(burn_in, name="burn_in")
    calendar = periods.calendar(began, seen, period=period, tz=tz)
    written = engine.read_authors(source, as_of=seen, aliases=_resolve(aliases or {}), bots=bots)
    people, excluded = _people(engine.author_periods(written, calendar=calendar))
    excluded |= engine.tally_dates(source, as_of=seen)
    if not len(people):
        reasons = left_out(excluded) or "there is no message"
        raise InsightError(f"no author is left to follow: {reasons}. Are the sides right?")
    authors = _described(people, calendar, truncated_until=began + guard)
    if first:
        authors = _with_first(authors, engine.first_messages(written, first))
    if events:
        authors = _with_events(authors, events, tz)
    looked = (last if as_of is None else end).isoformat()
    authors.attrs = {
        "period": period,
        "tz": tz,
        "labels": calendar.labels,
        "n_complete": int((calendar.ends <= end).sum()),
        "n_burn_in": int((calendar.starts < began + guard).sum()) if guard else 0,
        "window": (began.isoformat(), looked),
        "as_of": looked,
        "n_people": len(authors),
        "burn_in_days": guard / pd.Timedelta(days=1),
        "excluded": excluded,
        "caveats": _caveats(authors, excluded),
    }
    return authors


def _resolve(aliases: Mapping[str, str]) -> dict[str, str]:
    """Follow chains of aliases to their ends."""
    ends = {}
    for alias in aliases:
        path = [alias]
        while path[-1] in aliases:
            path.append(aliases[path[-1]])
            if path[-1] in path[:-1]:
                raise InsightError(f"aliases go round in a circle: {' -> '.join(path)}. Name one account.")
        ends[alias] = path[-1]
    return ends


def _people(authors: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Leave out who is no customer, and say how many authors and mentions that is."""
    unnamed = authors["author_id"].isna()
    author_type = authors.pop("author_type").to_numpy(np.int64, copy=True)
    busy = exceeds_human_rate(authors["n_mentions"], authors["first"], authors["last"])
    automated, brand = engine.AUTHOR_TYPES.index("automated"), engine.AUTHOR_TYPES.index("brand")
    author_type[(busy | (author_type == 0)) & (author_type != brand)] = automated
    excluded = {"n_without_author": int(authors.loc[unnamed, "n_mentions"].sum())}
    for name in ("brand", "automated", "other"):
        rows = ~unnamed & (author_type == engine.AUTHOR_TYPES.index(name))
        excluded[f"n_{name}_authors"] = int(rows.sum())
        excluded[f"n_{name}_mentions"] = int(authors.loc[rows, "n_mentions"].sum())
    kept = ~unnamed & (author_type == engine.AUTHOR_TYPES.index("person"))
    # Column by column, so that millions of authors are never held twice.
    return pd.DataFrame(
        {name: authors.pop(name)[kept].reset_index(drop=True) for name in list(authors)}
    ), excluded


def _described(
    people: pd.DataFrame, calendar: periods.Calendar, *, truncated_until: pd.Timestamp
) -> pd.DataFrame:
    place = np.searchsorted(calendar.starts.as_unit("us"), people["first"], side="right") - 1
    front = people[["author_id", "first", "last", "n_mentions"]].assign(
        left_truncated=people["first"] < truncated_until,
        cohort=pd.Categorical.from_codes(place, calendar.labels, ordered=True),
    )
    return pd.concat([front, people.drop(columns=["author_id", "first", "last", "n_mentions"])], axis=1)


def _with_first(authors: pd.DataFrame, firsts: pd.DataFrame) -> pd.DataFrame:
    found = firsts.set_index("author_id").reindex(authors["author_id"]).reset_index(drop=True)
    return authors.assign(**{f"first_{name}": found[name] for name in found.columns})


def _with_events(authors: pd.DataFrame, events: Mapping[str, tuple[str, str]], tz: str) -> pd.DataFrame:
    during = pd.Series(USUAL, index=authors.index, dtype="str")
    for name, (start, stop) in events.items():
        inside = (authors["first"] >= engine.moment(start, tz=tz)) & (
            authors["first"] < engine.moment(stop, tz=tz)
        )
        during = during.mask(inside & (during == USUAL), name)
    return authors.assign(joined_during=during)


def _caveats(authors: pd.DataFrame, excluded: Mapping[str, int]) -> tuple[str, ...]:
    found = []
    removed = excluded["n_automated_mentions"]
    if removed:
        share = removed / (removed + int(authors["n_mentions"].sum()))
        found.append(
            f"{excluded['n_automated_authors']:,} automated accounts were left out; they wrote {share:.1%} "
            "of what they and people wrote."
        )
    n_alike = _n_alike(authors["author_id"])
    if n_alike:
        found.append(
            f"{n_alike:,} authors have a name like another's, save for case, punctuation or what follows an "
            "@; they count apart. If they are one person's, name them in `aliases`."
        )
    n_early = int(authors["left_truncated"].sum())
    if n_early:
        found.append(
            f"{n_early:,} of {len(authors):,} authors are first seen in the burn-in: old hands or founders; "
            "a log alone does not show which. They join no cohort."
        )
    return tuple(found)


def _n_alike(names: pd.Series) -> int:
    """Count the authors whose letters and digits before any @ are another's too."""
    if len(names) > _MOST_NAMES:
        return 0
    short = names.astype("str").str.lower().str.replace(r"@.*$|[^\w]|_", "", regex=True)
    return int((short.duplicated(keep=False) & (short != "")).sum())
