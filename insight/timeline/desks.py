"""Accounts that a file calls customers and that write like a help desk."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from insight.text.patterns import has_cue, read_cues

from .persons import by_people
from .threads import parent_rows

_SIGNED = re.compile(r"(?:\^\s?\w{1,12}|[-–—~*/]\s?[A-Z][A-Z.]{0,3})\s*(?:https?://\S+\s*)*$")
_LINKS = re.compile(r"https?://")
_DESK = ("apologise", "ask", "move offline", "acknowledge")
FEWEST_MESSAGES = 3
MOSTLY = 0.5


def desk_like(line: pd.DataFrame) -> pd.DataFrame:
    """Find authors on the customers' side of a timeline that sign, link and answer like a desk.

    Returns author_id, n (messages), and the shares of them that are signed, that link, and that answer
    another customer as a desk would (apologise, ask for details, move to a private channel). Two of the three
    in at least half of three messages or more make an author desk-like; most messages first.
    """
    spoken = line[by_people(line) & line["person"].notna().to_numpy() & line["own"].to_numpy(bool)]
    parents = parent_rows(line)
    to_customer = by_people(line) & (parents >= 0) & by_people(line)[parents]
    to_customer &= (line["author_id"] != line["author_id"].take(np.maximum(parents, 0)).to_numpy()).to_numpy()
    cues = read_cues("conduct")
    acts = np.logical_or.reduce([has_cue(spoken["text"], cues[name]) for name in _DESK if name in cues])
    marks = pd.DataFrame(
        {
            "signed": spoken["text"].str.contains(_SIGNED).to_numpy(bool),
            "links": spoken["text"].str.contains(_LINKS).to_numpy(bool),
            "answers": acts & to_customer[spoken.index],
        }
    )
    shares = marks.groupby(spoken["author_id"].to_numpy(), sort=False).mean()
    shares.insert(0, "n", marks.groupby(spoken["author_id"].to_numpy(), sort=False).size())
    often = (shares[["signed", "links", "answers"]] >= MOSTLY).sum(axis=1) >= 2
    found = shares[often & (shares["n"] >= FEWEST_MESSAGES)].rename_axis("author_id").reset_index()
    return found.sort_values("n", ascending=False, kind="stable", ignore_index=True)
