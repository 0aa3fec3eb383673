"""Problems of a run called as in the run before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from insight.needs.runs import Run
from insight.needs.scores import GENERAL
from insight.text.clean import clean_text
from insight.topics.counts import read_rows

if TYPE_CHECKING:
    from insight.needs import Needs

_WORD = re.compile(r"\w+")
_KEPT = 0.5
"""Share of an earlier need's messages that must be in a need for it to keep the name."""


def keep_names(
    needs: Needs, customers: pd.DataFrame, before: Run, names: Mapping[str, str] | None = None
) -> Needs:
    """Give needs the names of an earlier run; `names` that people give go first.

    An earlier name stays where at least half of its messages that are still here are in the need, if its
    words are still said: they may have been those of a person whose words were deleted since.
    """
    then = before.people.loc[before.people["kind"] == "need", ["text", "need"]].drop_duplicates()
    messages = read_rows(customers[customers["mention_id"].isin(needs.members["mention_id"])])
    text = dict(zip(messages["mention_id"], clean_text(messages["text"]), strict=True))
    now = needs.members.loc[needs.members["need"].notna(), ["mention_id", "need"]]
    now = now.assign(text=now["mention_id"].map(text))[["text", "need"]].drop_duplicates()
    here = then[then["text"].isin(now["text"])]
    both = now.merge(here, on="text", suffixes=("", "_then"))
    shared = both.groupby(["need", "need_then"]).size().sort_values(ascending=False, kind="stable")
    sizes = here.groupby("need").size()
    said = set(_WORD.findall(" ".join(now["text"]).lower()))
    given, called = names or {}, dict(needs.names)
    settled = {need for need, name in called.items() if need == GENERAL or name in given.values()}
    for (need, earlier), n in shared.items():
        name = given.get(earlier, earlier)
        spoken = _WORD.findall(name.lower())
        others = {other for key, other in called.items() if key != need}
        if need in settled or name in others or n < _KEPT * sizes[earlier]:
            continue
        if name in given.values() or said.issuperset(spoken):
            called[need] = name
            settled.add(need)
    return needs.renamed(called)
