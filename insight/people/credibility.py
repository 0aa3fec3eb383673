"""How far extreme criticism carries: flagged beside the rest, and what the author's peers make of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.mentions import is_repost, need_columns
from insight.stats import shares
from insight.text.patterns import has_cue, read_cues
from insight.timeline.persons import by_people
from insight.timeline.rows import timeline

from .ties import peer_answers

_CRITICAL = ("complaint", "leaving")
_FLAGS = ["extreme", "detail", "hearsay", "proxy", "sarcasm"]
STANCES = ("defend", "doubt", "support", "other")


@dataclass(frozen=True)
class Credibility:
    """Criticism with its extreme part flagged beside it; nothing is left out.

    Attributes
    ----------
    messages : DataFrame
        One row a critical message, oldest first: mention_id, the flags extreme, detail, hearsay, proxy and
        sarcasm (bool, as `find_signals` sets them), n_peers (different people who answered it) and, of
        these, n_defend, n_doubt, n_support, n_other.
    totals : DataFrame
        One row a part: "all" criticism, "without extreme", "extreme", and of it "extreme with detail" and
        "extreme without detail". n (messages), n_people (who wrote them), n_spoke (people who wrote
        anything), share, low, high (n_people of n_spoke), n_answered (messages that a peer answered).
    stances : DataFrame
        One row a part and stance (defend, doubt, support, other): n (different peers who answered messages of
        the part), n_stance (those who took this stance at least once), share, low, high.
    """

    messages: pd.DataFrame
    totals: pd.DataFrame
    stances: pd.DataFrame


def credibility(mentions: pd.DataFrame, signals: pd.DataFrame) -> Credibility:
    """Show every total of criticism with and without the extreme part, and whether peers bear it out.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; the brand and what is only passed on are left out.
    signals : DataFrame
        `find_signals` of the same mentions, with its flags; a message with a complaint, or one that says it
        leaves, is criticism.

    Returns
    -------
    Credibility
        Tables messages, totals and stances. Shares are of people, with Wilson's 95 % interval; deleted
        accounts are in n and in no count of people.

    Notes
    -----
    A peer is another person, the brand aside, who answers the message itself. One who says "me too" or
    complains as well supports; one who asks for proof or disbelieves doubts; one who speaks up for the brand
    defends; of several stances on one message the first of defend, doubt, support counts. The words are in
    `ideas.toml`, `people.toml` and `incidents.toml`, English. Whether a critic is right is not judged:
    silence of the peers is no disbelief, and anger no proof.

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.example()
    >>> found = credibility(mentions, ins.find_signals(mentions))
    >>> found.totals[["part", "n", "n_people", "n_spoke"]].head(3)
                  part  n  n_people  n_spoke
    0              all  4         4        6
    1  without extreme  4         4        6
    2          extreme  0         0        6
    """
    need_columns(signals, "signals", ["mention_id", "signal", *_FLAGS])
    ordered = timeline(mentions, undated=True)
    spoke = by_people(ordered) & ~is_repost(ordered)
    critical = signals[signals["signal"].isin(_CRITICAL)]
    flags = critical.groupby("mention_id", sort=False)[_FLAGS].any()
    rows = ordered.loc[
        spoke & ordered["mention_id"].isin(flags.index).to_numpy(), ["mention_id", "author_id"]
    ]
    messages = rows.join(flags, on="mention_id")
    peers = _peers(ordered, critical)
    peers = peers[peers["parent"].isin(messages.index)]
    taken = pd.crosstab(peers["parent"], peers["stance"])
    taken = taken.reindex(messages.index, columns=STANCES, fill_value=0).astype("int64")
    messages = messages.assign(n_peers=taken.sum(axis=1), **{f"n_{name}": taken[name] for name in STANCES})
    parts = {
        "all": messages,
        "without extreme": messages[~messages["extreme"]],
        "extreme": messages[messages["extreme"]],
        "extreme with detail": messages[messages["extreme"] & messages["detail"]],
        "extreme without detail": messages[messages["extreme"] & ~messages["detail"]],
    }
    return Credibility(
        messages.drop(columns="author_id").reset_index(drop=True),
        _totals(parts, n_spoke=ordered.loc[spoke, "author_id"].nunique()),
        _stances({name: peers[peers["parent"].isin(part.index)] for name, part in parts.items()}),
    )


def _peers(ordered: pd.DataFrame, critical: pd.DataFrame) -> pd.DataFrame:
    """Return one row a message and peer who answered it, with the stance that weighs most."""
    answers = peer_answers(ordered)
    text = ordered["text"].iloc[answers["row"]]
    cues = read_cues("people")
    agrees = has_cue(text, read_cues("ideas")["me_too"])
    complains = ordered["mention_id"].iloc[answers["row"]].isin(critical["mention_id"]).to_numpy()
    taken = [
        has_cue(text, read_cues("incidents")["defence"]),
        has_cue(text, cues["doubt"]),
        agrees | complains,
    ]
    answers["rank"] = np.select(taken, [0, 1, 2], default=3)
    peers = answers.groupby(["parent", "giver"], as_index=False)["rank"].min()
    return peers.assign(stance=np.array(STANCES, dtype=object)[peers["rank"].to_numpy()])


def _totals(parts: dict[str, pd.DataFrame], *, n_spoke: int) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "part": list(parts),
            "n": [len(part) for part in parts.values()],
            "n_people": [part["author_id"].nunique() for part in parts.values()],
            "n_spoke": n_spoke,
        }
    )
    answered = [int((part["n_peers"] > 0).sum()) for part in parts.values()]
    found = shares(table["n_people"], table["n_spoke"], min_people=1)
    return table.assign(**found.columns(), n_answered=answered)


def _stances(parts: dict[str, pd.DataFrame]) -> pd.DataFrame:
    rows = [
        (name, stance, part["giver"].nunique(), part.loc[part["stance"] == stance, "giver"].nunique())
        for name, part in parts.items()
        for stance in STANCES
    ]
    table = pd.DataFrame(rows, columns=["part", "stance", "n", "n_stance"])
    return table.assign(**shares(table["n_stance"], table["n"], min_people=1).columns())
