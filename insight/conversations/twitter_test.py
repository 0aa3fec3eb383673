"""The Twitter Test: write to a firm, then see whether it answers, acknowledges, thanks, moves on."""

from __future__ import annotations

import pandas as pd

from insight.mentions import need_columns
from insight.stats import MIN_PEOPLE, shares
from insight.stats.periods import HOUR
from insight.timeline.engine import duration

from .intents import INTENTS

PARTS = ("answered", "acknowledged", "thanked", "moved")
_ACTS = {"acknowledged": ("acknowledge", "apologise"), "thanked": ("thank",), "moved": ("move offline",)}
_NEEDED = (
    *("author_id", "intent", "needs_answer", "challenge"),
    *("wait_hours", "watched_hours", "response_id", "responded"),
)


def twitter_test(
    responses: pd.DataFrame,
    acts: pd.DataFrame,
    *,
    soon: str | pd.Timedelta = "1h",
    within: str | pd.Timedelta = "24h",
    min_people: int = MIN_PEOPLE,
) -> pd.DataFrame:
    """Grade the brand's first answers: quick, acknowledging, thankful, and offering another venue.

    Parameters
    ----------
    responses : DataFrame
        `first_responses(mentions, intents)`.
    acts : DataFrame
        `reply_acts(mentions)`: what each of the brand's replies does.
    soon, within : str or Timedelta
        The two times allowed, with their units.
    min_people : int
        Of fewer people than this no share is given.

    Returns
    -------
    DataFrame
        One row a line x part. Lines: "needs an answer" (help, complaint and idea together: the headline),
        then each intent as far as it occurs, and "challenge" (messages that take the brand to task, which are
        in the lines above too). Parts of each line, in this order:

        - answered soon : within `soon`
        - answered : within `within`
        - acknowledged, thanked, moved : answered within `within` by a reply that acknowledges or apologises,
          that thanks, that offers another venue
        - grade : the share of the four parts (answered, acknowledged, thanked, moved) that were met
        - passed : all four were met

        Columns: line, part, n (messages whose whole window was watched), n_met (messages; for the grade,
        parts met), share (n_met / n; for the grade n_met / 4 n), low, high (95 %, by people).

    Notes
    -----
    The four parts are those of the test's author: a quick answer that acknowledges, thanks and offers to move
    to another venue. Who was not answered meets none. Only the first answer is read. Thanks and another venue
    are not called for by every message, so read the parts before the grade. Intervals resample people.

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.example()
    >>> intents = ins.conversations.intents(mentions, ins.find_signals(mentions))
    >>> waits = ins.first_responses(mentions, intents)
    >>> found = twitter_test(waits, ins.conversations.reply_acts(mentions), min_people=1)
    >>> found[["line", "part", "n", "n_met"]].head(3)
                  line           part  n  n_met
    0  needs an answer  answered soon  4      1
    1  needs an answer       answered  4      2
    2  needs an answer   acknowledged  4      2
    """
    need_columns(responses, "responses", _NEEDED)
    need_columns(acts, "acts", ["mention_id", "act"])
    hours = {
        "answered soon": duration(soon, name="soon") / HOUR,
        "answered": duration(within, name="within") / HOUR,
    }
    judged = responses[responses["watched_hours"] >= max(hours.values())].reset_index(drop=True)
    met = pd.DataFrame(
        {part: judged["responded"] & (judged["wait_hours"] <= most) for part, most in hours.items()}
    )
    for part, names in _ACTS.items():
        done = judged["response_id"].isin(acts.loc[acts["act"].isin(names), "mention_id"])
        met[part] = met["answered"] & done
    met["grade"] = met[list(PARTS)].sum(axis=1)
    met["passed"] = met["grade"] == len(PARTS)
    rows = []
    for line, chosen in _lines(judged).items():
        for part in met.columns:
            hits, each = met.loc[chosen, part], len(PARTS) if part == "grade" else 1
            found = shares(hits, each, by=judged.loc[chosen, "author_id"], min_people=min_people)
            rows.append((line, part, int(chosen.sum()), int(hits.sum()), *found.first()))
    return pd.DataFrame(rows, columns=["line", "part", "n", "n_met", "share", "low", "high"])


def _lines(judged: pd.DataFrame) -> dict[str, pd.Series]:
    lines = {"needs an answer": judged["needs_answer"].astype(bool)}
    lines |= {name: (judged["intent"] == name).fillna(False).astype(bool) for name in INTENTS}
    lines["challenge"] = judged["challenge"].astype(bool)
    return {name: chosen for name, chosen in lines.items() if chosen.any() or name == "needs an answer"}
