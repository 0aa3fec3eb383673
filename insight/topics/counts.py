"""The tables of a Topics: counts of messages and people, the tree, the levels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.mentions import READ_FIRST, InsightError, need_table
from insight.stats.intervals import wilson

from .communities import centroids_of, link
from .names import Reading, describe
from .rule import Rule

_PER_THEME = 4


def read_rows(mentions: pd.DataFrame | pd.Series | list[str]) -> pd.DataFrame:
    """Return mention_id, text (title before it) and author_id, one row a message, indexed as the input."""
    if isinstance(mentions, (pd.Series, list, tuple)):
        index = mentions.index if isinstance(mentions, pd.Series) else None
        texts = list(mentions)
        ids = [str(position) for position in range(len(texts))]
        return pd.DataFrame({"mention_id": ids, "text": texts, "author_id": None}, index=index)
    need_table(mentions, "mentions")
    missing = sorted({"mention_id", "text"} - set(mentions.columns))
    if missing:
        raise InsightError(
            f"mentions lack the columns {missing}; found {sorted(map(str, mentions.columns))}. "
            f"{READ_FIRST} Or give a list of texts."
        )
    text = mentions["text"].fillna("").astype(object)
    if "title" in mentions:
        title = mentions["title"].fillna("").astype(object)
        text = (title + ". " + text).where((title != "") & (title != text), text)
    return pd.DataFrame(
        {
            "mention_id": mentions["mention_id"].to_numpy(),
            "text": text.to_numpy(),
            "author_id": mentions["author_id"].to_numpy() if "author_id" in mentions else None,
        },
        index=mentions.index,
    )


def find_brands(mentions: pd.DataFrame | pd.Series | list[str]) -> list[str]:
    """Return the words of the names of the brands in the table."""
    if not isinstance(mentions, pd.DataFrame) or "brand" not in mentions:
        return []
    return sorted({word for name in mentions["brand"].dropna().unique() for word in str(name).split()})


def count_topics(rows: pd.DataFrame, names: Mapping[int, str]) -> pd.DataFrame:
    """Count messages and people of each topic; where no author is known, the share is of messages."""
    known = rows["author_id"].notna()
    table = rows.groupby("topic", sort=True).size().rename("n").reset_index()
    n_people = rows[known].groupby("topic")["author_id"].nunique().reindex(table["topic"], fill_value=0)
    table["n_people"] = n_people.to_numpy(dtype=np.int64)
    counted = table["n_people"] if known.any() else table["n"]
    total = rows["author_id"].nunique() if known.any() else len(rows)
    table["share"] = counted / max(total, 1)
    table["low"], table["high"] = wilson(counted, max(total, 1))
    table.insert(1, "name", [names[topic] if topic >= 0 else "No topic" for topic in table["topic"]])
    table["none"] = table["topic"] == -1
    table = table.sort_values(["none", "n_people", "n", "topic"], ascending=[True, False, False, True])
    return table.drop(columns="none").reset_index(drop=True)


def topic_centroids(rule: Rule) -> npt.NDArray[np.float64]:
    """Return one unit centroid a topic, in the order of its numbers (merged ones: the mean of theirs)."""
    position = {number: row for row, number in enumerate(rule.numbers)}
    return centroids_of(rule.centroids, np.array([position[n] for n in rule.topics.tolist()], dtype=np.int64))


def grow_tree(rule: Rule, names: Mapping[int, str]) -> pd.DataFrame:
    """Join the topics by Ward's method; one row a node, the topics first."""
    numbers = rule.numbers
    k, first = len(numbers), max(numbers, default=-1) + 1
    linked = link(topic_centroids(rule)) if k > 1 else np.zeros((0, 4))
    nodes = [*numbers, *range(first, first + len(linked))]
    members = [[topic] for topic in numbers]
    parent = pd.array([pd.NA] * len(nodes), dtype="Int64")
    for row, (left, right, _, _) in enumerate(linked, k):
        parent[[int(left), int(right)]] = nodes[row]
        members.append(sorted(members[int(left)] + members[int(right)]))
    return pd.DataFrame(
        {
            "node": np.array(nodes, dtype=np.int64),
            "parent": parent,
            "distance": [0.0] * k + linked[:, 2].tolist(),
            "n_topics": [len(topics) for topics in members],
            "topics": members,
            "name": [
                names[topics[0]] + (f" and {len(topics) - 1} more" if len(topics) > 1 else "")
                for topics in members
            ],
        }
    )


def nest_levels(
    rule: Rule,
    own: pd.DataFrame,
    reading: Reading,
    names: Mapping[int, str],
    *,
    subtopics: pd.Series,
) -> pd.DataFrame:
    """Return one row a subtopic with its topic and theme, their names and messages; each nests in the next.

    `own` are the places of the texts that were read, `subtopics` the subtopic of every message. Themes are
    the topics' Ward tree cut into about one for every four topics.
    """
    columns = ["subtopic", "topic", "theme", "subtopic_name", "topic_name", "theme_name", "n"]
    theme = _themes(rule)
    if not theme:
        return pd.DataFrame(
            {name: pd.Series(dtype="object" if "name" in name else "int64") for name in columns}
        )
    part = own["subtopic"].to_numpy()
    broad = np.array([theme.get(topic, -1) for topic in own["topic"].tolist()], dtype=np.int64)
    _, fine_names = describe(reading, part, len(rule.owners))
    _, theme_names = describe(reading, broad, max(theme.values()) + 1)
    only = pd.Series(rule.owners).value_counts()
    rows = []
    for subtopic, topic in enumerate(rule.owners.tolist()):
        of_topic = names[topic] if only[topic] == 1 else fine_names[subtopic]
        n = int((subtopics == subtopic).sum())
        broad_name = theme_names[theme[topic]]
        rows.append((subtopic, topic, theme[topic], of_topic, names[topic], broad_name, n))
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["theme", "topic", "subtopic"], ignore_index=True)


def _themes(rule: Rule) -> dict[int, int]:
    """Return the theme of each topic, numbered by its first topic."""
    from scipy.cluster.hierarchy import cut_tree

    numbers = rule.numbers
    if len(numbers) < 3:
        return dict.fromkeys(numbers, 0)
    n_themes = max(2, round(len(numbers) / _PER_THEME))
    cut = cut_tree(link(topic_centroids(rule)), n_clusters=[n_themes]).ravel().tolist()
    order = {old: new for new, old in enumerate(dict.fromkeys(cut))}
    return {number: order[old] for number, old in zip(numbers, cut, strict=True)}
