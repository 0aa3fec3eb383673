"""What find_needs returns: needs, the sentences that voice them, their parts, the rule for other texts."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from insight.text.clean import clean_text
from insight.text.encode import Encoder
from insight.timeline.own_words import own_words

from .groups import Groups
from .parts import TIGHT
from .phrases import as_name, names_cause, words_of
from .scores import GENERAL, score_needs
from .sentences import without
from .stored import read_needs, write_needs

GENERAL_NAME = "General dissatisfaction (no cause named)"

_STR = pd.StringDtype("pyarrow", na_value=float("nan"))
_TIME = "datetime64[us, UTC]"
TABLE: dict[str, Any] = {
    "need": _STR, "rank": "int64", "name": _STR, "general": "bool", "latent": "bool", "n_people": "int64",
    "n_mentions": "int64", "n_sentences": "int64", "share": "float64", "low": "float64", "high": "float64",
    "n_complaint": "int64", "n_wish": "int64", "n_workaround": "int64", "n_praise": "int64",
    "satisfaction": "float64", "satisfaction_low": "float64", "satisfaction_high": "float64",
    "opportunity": "float64", "opportunity_low": "float64", "opportunity_high": "float64",
    "tied_with_next": "bool", "rating": "float64", "n_rated": "int64", "impact": "float64",
    "impact_low": "float64", "impact_high": "float64", "share_of_low": "float64", "coherence": "float64",
    "first_seen": _TIME, "last_seen": _TIME, "trend": _STR, "channels": _STR, "share_addressed": "float64",
}  # fmt: skip
MEMBERS = [
    "mention_id", "sentence", "start", "end", "signal", "need", "part", "similarity", "n_words", "borrowed",
    "echo",
]  # fmt: skip


_SETTINGS = ("min_people", "random_state", "coherent", "reason")
_STORED = ("table", "members", "praise", "tree")


@dataclass(frozen=True, repr=False)
class Needs:
    """Needs found by `find_needs`, which explains the tables.

    `keys` gives the need of each problem in `groups`, `names` the name of each need, `brands` the words that
    carry no weight. A group is shown if its sentences have at least the mean cosine `coherent`, two by two.
    `reason` says why there is no need, where there is none.
    """

    table: pd.DataFrame
    members: pd.DataFrame
    praise: pd.DataFrame
    tree: pd.DataFrame
    groups: Groups
    keys: dict[int, str]
    names: dict[str, str]
    brands: frozenset[str]
    min_people: int
    random_state: int
    coherent: float = TIGHT
    reason: str = ""

    def __repr__(self) -> str:
        shown = self.table[["need", "name", "n_people", "share"]]
        return f"Needs of {self.table.attrs.get('n_people', 0):,} people\n{shown.to_string(index=False)}"

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False, float_format="{:.3f}".format))

    def predict(self, texts: pd.Series | Iterable[str]) -> pd.DataFrame:
        """Return need, part and similarity of each text, taken as one sentence; need is missing for none."""
        plain = without(clean_text(texts), self.brands)
        placed = self.groups.place(plain)
        need = [
            self.keys.get(int(self.groups.problems[part])) if part >= 0 else None for part in placed["part"]
        ]
        vague = [bool(text) and not names_cause(words_of(text)) for text in plain]
        general = zip(need, vague, placed["verdict"], strict=True)
        need = [GENERAL if unsaid or verdict else own for own, unsaid, verdict in general]
        return placed.assign(need=pd.Series(need, dtype=_STR))[["need", "part", "similarity"]]

    def within(self, mentions: pd.DataFrame) -> Needs:
        """Count the same needs among some of the messages: a period, a channel, a brand."""
        people = own_words(mentions)
        members, praise = (
            rows[rows["mention_id"].isin(people["mention_id"])] for rows in (self.members, self.praise)
        )
        table = score_table(people, members, praise, self)
        return replace(
            self, table=table, members=members, praise=praise, tree=count_parts(members, people, self.groups)
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the needs to one file, to be loaded in another session.

        It holds no message, but the words of need sentences and names; up to some 100 MB for large archives.
        """
        return write_needs(
            path,
            tables={name: getattr(self, name) for name in _STORED},
            groups=self.groups,
            about={
                "keys": {str(problem): need for problem, need in self.keys.items()},
                "names": self.names,
                "brands": sorted(self.brands),
                "settings": {name: getattr(self, name) for name in _SETTINGS},
            },
        )

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, encoder: str | Path | Encoder | None = None) -> Needs:
        """Read needs that `save` wrote; InsightError if the file was changed or is of another version.

        encoder : the one that found them (see `load_encoder`).
        """
        tables, groups, about = read_needs(path, encoder)
        return cls(
            **{name: tables[name] for name in _STORED},
            groups=groups,
            keys={int(problem): need for problem, need in about["keys"].items()},
            names=about["names"],
            brands=frozenset(about["brands"]),
            **about["settings"],
        )

    def renamed(self, names: dict[str, str]) -> Needs:
        """Give needs other names, by their key ("need-1")."""
        named = self.names | names
        table = self.table.assign(name=self.table["need"].map(named).astype(_STR))
        table.attrs = dict(self.table.attrs)
        return replace(self, names=named, table=table)


def score_table(
    people: pd.DataFrame, members: pd.DataFrame, praise: pd.DataFrame, needs: Needs
) -> pd.DataFrame:
    """Score the needs among these people and put on their names."""
    facts = people.drop(columns=["text", "title"])
    voiced, glad = (rows.merge(facts, on="mention_id") for rows in (members[members["need"].notna()], praise))
    table = score_needs(people, voiced, glad, min_people=needs.min_people, random_state=needs.random_state)
    attrs = table.attrs
    table["name"] = table["need"].map(needs.names)
    table["coherence"] = table["need"].map(
        {needs.keys.get(at, f"p-{at}"): share for at, share in needs.groups.coherence.items()}
    )
    table["n_rated"] = table["n_rated"].fillna(0)
    table = table[list(TABLE)].astype(TABLE)
    table.attrs = attrs
    return table


def count_parts(members: pd.DataFrame, people: pd.DataFrame, groups: Groups) -> pd.DataFrame:
    """Return the tree: a row a need (no parent) and a row a sub-problem, with its people and sentences."""
    own = members[members["need"].notna() & ~members["echo"]].merge(
        people[["mention_id", "person"]], on="mention_id"
    )
    parts = (
        own[own["part"] >= 0]
        .groupby(["need", "part"])
        .agg(n_people=("person", "nunique"), n_sentences=("need", "size"))
    )
    parts = parts.reset_index().rename(columns={"need": "parent"})
    parts["need"] = [f"{parent}.{part}" for parent, part in zip(parts["parent"], parts["part"], strict=True)]
    parts["name"] = [as_name(groups.labels[part]) for part in parts["part"]]
    parts = parts.sort_values(["parent", "n_people", "part"], ascending=[True, False, True])
    return parts[["need", "parent", "part", "name", "n_people", "n_sentences"]].reset_index(drop=True)
