"""Brands beside each other, tagged beside untagged, and what the brand believes beside what people say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

import insight as ins
from insight.mentions import in_order
from insight.report.scope import customer_messages
from insight.signals.batches import signals_in_batches
from insight.timeline.persons import by_people

if TYPE_CHECKING:
    from insight.config import Config
    from insight.needs import Needs
    from insight.topics import Topics


def rivals(
    mentions: pd.DataFrame,
    elsewhere: pd.DataFrame,
    topics: Topics,
    signals: pd.DataFrame,
    tz: str,
    *,
    named: Sequence[str] = (),
) -> pd.DataFrame | None:
    """Compare the brands that were named, in the whole file; ours alone has none to be compared with."""
    everyone = in_order(pd.concat([mentions, elsewhere])) if len(elsewhere) else mentions
    spoken = everyone.loc[everyone["person"].notna(), ["brand", "person"]].dropna()
    named = [name for name in named if (spoken["brand"] == name).any()]
    if len(named) < 2 or everyone["created_at"].isna().all():
        return None
    others = customer_messages(elsewhere)
    assignments = topics.assignments
    if len(others):
        signals = pd.concat([signals, signals_in_batches(others)], ignore_index=True)
        placed = topics.predict(others["text"].tolist())
        guess = pd.DataFrame({"mention_id": others["mention_id"], "topic": placed})
        assignments = pd.concat([assignments, guess], ignore_index=True)
    table = ins.rivals(everyone, signals, assignments=assignments, tz=tz)
    table = table[table["brand"].astype(str).isin(named)]
    place = {name: number for number, name in enumerate(named)}
    return table.sort_values(
        "brand", key=lambda names: names.astype(str).map(place), kind="stable", ignore_index=True
    )


def streams(
    mentions: pd.DataFrame, signals: pd.DataFrame, *, topics: Topics | None = None
) -> pd.DataFrame | None:
    """Compare messages that tagged the brand with those that did not."""
    if mentions.loc[by_people(mentions), "addressed"].dropna().nunique() < 2:
        return None
    about = None if topics is None else topics.assignments
    names = None if topics is None else topics.table.set_index("topic")["name"]
    return ins.compare_streams(mentions, signals, assignments=about, names=names)


def beliefs(
    mentions: pd.DataFrame,
    customers: pd.DataFrame,
    config: Config,
    topics: Topics,
    *,
    voiced: Needs | None = None,
    own: str | None = None,
    minimum: int = 5,
) -> pd.DataFrame | None:
    """Set what insight.toml believes and what the brand posts about beside what people speak of."""
    names = topics.table.loc[topics.table["topic"] >= 0].set_index("topic")["name"]
    about = topics.assignments[["mention_id"]].assign(name=topics.assignments["topic"].map(names))
    needs = [] if voiced is None else [_voiced(voiced)]
    posts = _own_posts(mentions)
    subjects = pd.concat([about, *(needs if config.beliefs else [])], ignore_index=True)
    placed = None
    if len(posts) >= minimum:
        placed = pd.Series(topics.predict(posts.tolist())).map(names)
    if not config.beliefs and placed is None:
        return None
    found = [ins.needs.beliefs_gap(customers, subjects, beliefs=config.beliefs)] if config.beliefs else []
    if placed is not None:
        found.append(ins.needs.beliefs_gap(customers, about, posts=placed, min_people=minimum))
    table = pd.concat(found, ignore_index=True)
    return table if len(table) else None


def _voiced(voiced: Needs) -> pd.DataFrame:
    members = voiced.members[voiced.members["need"].notna()]
    return members[["mention_id"]].assign(name=members["need"].map(voiced.names))


def _own_posts(mentions: pd.DataFrame) -> pd.Series:
    """Return the words of the brand's posts that answer no one."""
    own = (mentions["role"] == "brand") & mentions["parent_id"].isna() & mentions["own"].astype(bool)
    return mentions.loc[own & (mentions["text"].str.strip() != ""), "text"]
