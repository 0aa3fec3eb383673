"""What goes before silence: associations, held to a false discovery rate and to a date that cannot matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, hstack
from scipy.special import ndtr

from insight.mentions import InsightError, need_columns
from insight.stats.comparison import benjamini_hochberg
from insight.stats.intervals import resamples
from insight.stats.survival import Z95
from insight.timeline import engine
from insight.timeline.histories import Histories, first_answers, histories

from .exit_words import TopicTables

_BANDS = (2, 4, 8)
_AT_ONCE = 5_000_000
_COUNTS = ("driver", "kind", "n_spells", "n_people", "n_silent", "silent_with", "silent_without")
_RATIOS = ("odds_ratio", "low", "high", "p_value")
_COLUMNS = (
    *_COUNTS, *_RATIOS, "q_value", "placebo_odds_ratio", "placebo_low", "placebo_high", "reading",
)  # fmt: skip
BEFORE_TOO = "goes with silence before it too"


@dataclass(frozen=True)
class _Spells:
    """Stretches of activity, one entry each.

    `who` wrote it, `silent` says whether a silence followed, `judged` whether that is known; `silent_before`
    and `judged_before` the same of the silence that ended with it; `place` is the band of its place in the
    person's life, `alike` numbers spells alike in place and size; `spell` numbers the spell of every message
    (-1: none).
    """

    who: np.ndarray
    silent: np.ndarray
    judged: np.ndarray
    silent_before: np.ndarray
    judged_before: np.ndarray
    place: np.ndarray
    alike: np.ndarray
    spell: np.ndarray


def churn_drivers(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    topics: TopicTables | None = None,
    silence: str = "90D",
    spell: str = "7D",
    min_people: int = 10,
    false_discovery: float = 0.05,
    as_of: str | pd.Timestamp | None = None,
    n_resamples: int = 500,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare what people said, and whether they were answered, before falling silent and otherwise.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table. A boolean column `automated`, if there is one, marks bots.
    signals : DataFrame
        What `find_signals` returns.
    topics : Topics, optional
        What `fit_topics` returns; its topics are judged too.
    silence : str
        Inactivity threshold: who is silent for so long has left; `silence()` finds a good one.
    spell : str
        Messages of a person no further apart than this are one spell.
    min_people : int
        Drivers that fewer people met are listed, not judged.
    false_discovery : float
        The share of wrong names that the list of readings may have.
    as_of : str or Timestamp, optional
        The moment of looking. Default: the last mention.
    n_resamples : int
        Resamples of authors behind each interval.
    random_state : int
        Seed of the resampling.

    Returns
    -------
    DataFrame
        One row a driver, strongest first: driver, kind ('signal', 'topic', 'reply'), n_spells and n_people
        that met it, n_silent (of those spells), silent_with and silent_without (shares of spells that a
        silence followed), odds_ratio, low, high, p_value, q_value, placebo_odds_ratio, placebo_low,
        placebo_high, reading ('silence follows more often', 'silence follows less often', 'no difference
        shown', 'goes with silence before it too', 'cannot be judged'). `.attrs` has n_spells, silence,
        window, as_of, excluded, caveats.

    Raises
    ------
    InsightError
        If a column of signals is missing, or no spell was watched long enough.

    Notes
    -----
    The odds ratio is Mantel's and Haenszel's (1959) over spells alike in their number of messages and in how
    many spells came before; intervals resample authors. The placebo moves the date: it asks of the same
    spells about the silence *before* them, which nothing said in them can have caused; a driver that goes
    with it too marks people who come and go, not a cause. 'Unanswered' is judged among spells that began
    a conversation, alike in how many they began, and counts answers within the `spell` that ends it.
    Associations, not causes.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> start = pd.Timestamp("2024-01-01", tz="UTC")
    >>> rows = [(f"{who}:{week}", f"p{who}", start + pd.Timedelta(weeks=week + who % 3, hours=who))
    ...         for who in range(60) for week in range(0, 20 if who % 2 else 60, 2)]
    >>> mentions = as_mentions(pd.DataFrame(rows, columns=["mention_id", "author_id", "created_at"]))
    >>> last = [f"{who}:18" for who in range(1, 60, 4)] + ["0:30", "2:30", "4:30"]
    >>> signals = pd.DataFrame({"mention_id": last, "signal": "complaint"})
    >>> found = churn_drivers(mentions, signals)
    >>> found[["driver", "n_people", "n_silent", "reading"]].head(1)
          driver  n_people  n_silent                     reading
    0  complaint        18        15  silence follows more often
    """
    need_columns(signals, "signals", ["mention_id", "signal"])
    line = histories(mentions, as_of=as_of)
    quiet = engine.duration(silence, name="silence").total_seconds()
    pause = engine.duration(spell, name="spell").total_seconds()
    if pause >= quiet:
        raise InsightError(f"spell={spell!r} must be shorter than silence={silence!r}.")
    spells = _spells(line, quiet, pause)
    if not spells.judged.any():
        raise InsightError(f"no spell was watched for {silence} after its end; shorten the silence.")
    met = _met(line, spells, signals, topics, pause)
    table = pd.DataFrame([_count(spells, *driver[:4], min_people) for driver in met], columns=list(_COUNTS))
    judged = np.flatnonzero(table["n_people"] >= min_people)
    cells = [_cells(spells, *met[row][2:], before=before) for row in judged for before in (False, True)]
    ratios = _odds_ratios(cells, n_resamples=n_resamples, random_state=random_state).reshape(-1, 8)
    found = pd.DataFrame(ratios, index=judged, columns=[*_RATIOS, *(f"placebo_{name}" for name in _RATIOS)])
    table = table.join(found.drop(columns="placebo_p_value"))
    table["q_value"] = np.nan
    known = table["p_value"].notna()
    table.loc[known, "q_value"] = benjamini_hochberg(table.loc[known, "p_value"])
    table["reading"] = _readings(table, false_discovery)
    strength = np.log(table["odds_ratio"]).abs().fillna(-1)
    order = np.lexsort((table["driver"], table["kind"], -strength, table["reading"] == "cannot be judged"))
    result = table.iloc[order].reset_index(drop=True)[list(_COLUMNS)]
    result.attrs = line.attrs(
        ("Associations among spells alike in size and place; not proof of cause.",),
        n_spells=int(spells.judged.sum()), silence=silence, false_discovery=false_discovery,
    )  # fmt: skip
    return result


def _spells(line: Histories, quiet: float, pause: float) -> _Spells:
    ours = np.flatnonzero(line.person >= 0)
    ours = ours[np.argsort(line.person[ours], kind="stable")]
    who, stamps = line.person[ours], line.seconds[ours]
    new_person = np.diff(who, prepend=-1) != 0
    opens = new_person | (np.diff(stamps, prepend=-np.inf) > pause)
    starts = np.flatnonzero(opens)
    ends = np.append(starts[1:], len(who)) - 1
    owner, first = who[starts], new_person[starts]
    before = np.where(first, np.inf, stamps[starts] - stamps[starts - 1])
    after = line.next_seconds()[ours[ends]] - stamps[ends]
    size = np.digitize(ends - starts + 1, _BANDS)
    turn = np.arange(len(starts)) - np.maximum.accumulate(np.where(first, np.arange(len(starts)), 0))
    place = np.digitize(turn + 1, _BANDS)
    number = np.full(len(line.person), -1)
    number[ours] = np.cumsum(opens) - 1
    return _Spells(
        who=owner,
        silent=after > quiet,
        judged=stamps[ends] + quiet <= line.end,
        silent_before=before > quiet,
        judged_before=~first,
        place=place,
        alike=size * (len(_BANDS) + 1) + place,
        spell=number,
    )


def _met(
    line: Histories, spells: _Spells, signals: pd.DataFrame, topics: TopicTables | None, pause: float
) -> list[tuple[str, str, np.ndarray, np.ndarray, np.ndarray]]:
    """Return each driver with the spells that met it, among those that could, and which of them are alike."""
    place = pd.Index(line.mentions["mention_id"])
    everyone = np.full(len(spells.who), True)

    def having(mention_ids: pd.Series) -> np.ndarray:
        rows = place.get_indexer(pd.Index(mention_ids))
        found = spells.spell[rows[rows >= 0]]
        return np.isin(np.arange(len(spells.who)), found[found >= 0])

    met = [
        (str(name), "signal", having(group), everyone, spells.alike)
        for name, group in signals.groupby(signals["signal"].astype(str))["mention_id"]
    ]
    if topics is not None:
        names = topics.table.set_index("topic")["name"]
        assigned = topics.assignments[topics.assignments["topic"] >= 0]
        met += [
            (str(names[topic]), "topic", having(group), everyone, spells.alike)
            for topic, group in assigned.groupby("topic")["mention_id"]
        ]
    asks = np.flatnonzero((spells.spell >= 0) & line.mentions["reply_to_id"].isna().to_numpy())
    answers = first_answers(line, asks, line.role != "bot")
    in_time = (answers >= 0) & (line.seconds[answers] - line.seconds[asks] <= pause)
    if in_time.any():
        n_asked = np.bincount(spells.spell[asks], minlength=len(spells.who))
        answered = np.bincount(spells.spell[asks], in_time, minlength=len(spells.who)) > 0
        # An answer draws a "thanks" into the spell, so its size follows the answer; what was asked does not.
        alike = np.digitize(n_asked, _BANDS) * (len(_BANDS) + 1) + spells.place
        met.append(("unanswered", "reply", (n_asked > 0) & ~answered, n_asked > 0, alike))
    return met


def _count(
    spells: _Spells, name: str, kind: str, exposed: np.ndarray, among: np.ndarray, min_people: int
) -> tuple[object, ...]:
    use = among & spells.judged
    with_it, without = use & exposed, use & ~exposed
    n_people, n_others = (len(np.unique(spells.who[group])) for group in (with_it, without))
    shares = [
        float(spells.silent[group].mean()) if n >= max(min_people, 1) else float("nan")
        for group, n in ((with_it, n_people), (without, n_others))
    ]
    return name, kind, int(with_it.sum()), n_people, int(spells.silent[with_it].sum()), *shares


def _cells(
    spells: _Spells, exposed: np.ndarray, among: np.ndarray, alike: np.ndarray, *, before: bool
) -> csr_array:
    """Count each person's spells (row) by stratum, exposure and silence after or before them (column)."""
    outcome, known = (
        (spells.silent_before, spells.judged_before) if before else (spells.silent, spells.judged)
    )
    use = among & known
    cell = alike[use] * 4 + 2 * exposed[use] + outcome[use]
    shape = (int(spells.who.max()) + 1, 4 * (len(_BANDS) + 1) ** 2)
    return csr_array((np.ones(len(cell)), (spells.who[use], cell)), shape=shape)


def _odds_ratios(cells: list[csr_array], *, n_resamples: int, random_state: int) -> np.ndarray:
    """Return Mantel's and Haenszel's odds ratios, one a row, each with its interval and p.

    The same resampled authors are behind all of them.
    """
    if not cells:
        return np.empty((0, 4))
    together = hstack(cells, format="csr")
    n_people, width = together.shape[0], cells[0].shape[1]
    logs = np.concatenate([
        _mantel_haenszel((counts @ together).reshape(-1, width)).reshape(-1, len(cells))
        for counts in resamples(n_people, n_resamples, at_once=_AT_ONCE, random_state=random_state)
    ])  # fmt: skip
    points = _mantel_haenszel(together.sum(axis=0).reshape(-1, width))
    known = np.isfinite(logs)
    enough = known.sum(axis=0) > n_resamples // 2
    spread = np.array([np.std(column[rows], ddof=1) if ok else np.nan
                       for column, rows, ok in zip(logs.T, known.T, enough, strict=True)])  # fmt: skip
    se = np.where(spread > 0, spread, np.nan)
    points = np.where(np.isfinite(points), points, np.nan)
    bounds = np.exp([points, points - Z95 * se, points + Z95 * se])
    return np.column_stack([*bounds, 2 * ndtr(-np.abs(points) / se)])


def _mantel_haenszel(tables: np.ndarray) -> np.ndarray:
    """Return log odds ratios, one a row; a row has per stratum: unexposed (no, yes), exposed (no, yes)."""
    d, c, b, a = np.moveaxis(np.asarray(tables, float).reshape(len(tables), -1, 4), 2, 0)
    n = np.maximum(a + b + c + d, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log((a * d / n).sum(axis=1)) - np.log((b * c / n).sum(axis=1))


def _readings(table: pd.DataFrame, false_discovery: float) -> np.ndarray:
    clear = table["q_value"] <= false_discovery
    more = table["odds_ratio"] > 1
    before = np.where(more, table["placebo_low"] > 1, table["placebo_high"] < 1)
    return np.select(
        [table["p_value"].isna(), clear & before, clear & more, clear],
        [
            "cannot be judged",
            BEFORE_TOO,
            "silence follows more often",
            "silence follows less often",
        ],
        "no difference shown",
    )
