"""Topics: the tables, the rule behind them, and how they are put together."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.text.clean import clean_text
from insight.text.encode import Encoder

from .cluster import Found, Search, stability_table
from .communities import topic_stability
from .counts import count_topics, grow_tree, nest_levels
from .names import describe, read_phrases
from .rule import Rule, find_reasons
from .words import count_words

if TYPE_CHECKING:
    from bertopic import BERTopic
    from scipy import sparse


@dataclass(frozen=True, repr=False)
class Topics:
    """Topics of an archive: the tables, and one rule that gives any text its topic.

    A text belongs to the topic of the largest score, a linear one learnt from the clusters; to none (-1) when
    its cosine to the topic's centroid is below `rule.floor` or the text has no letter. The same rule serves
    `assignments`, `predict` and `model`; `save` and `load` keep it.

    Attributes
    ----------
    table : DataFrame
        One row a topic, largest first, -1 last: topic (int), name, n (messages), n_people (distinct
        author_id), share (of all people in the input who are known; of messages where no author is known),
        low, high (95 %, Wilson).
    assignments : DataFrame
        One row a message in the order of the input, with its index, so that
        `mentions.assign(topic=topics.assignments["topic"])` is right: mention_id, topic, similarity (cosine
        to the topic's centroid, 0 where the text has no letter), margin (of its score above that of any other
        topic), subtopic, reason (why there is no topic: no words, too short, other language, between two
        topics, rare theme; else empty).
    terms : DataFrame
        topic, rank (from 1), term, weight (class-based TF-IDF).
    tree : DataFrame
        Ward's hierarchy of the centroids, one row a node: node (the topics' own numbers, then joins), parent
        (missing at the root), distance (at which its children join, 0 for a topic), n_topics, topics (list),
        name.
    levels : DataFrame
        One row a subtopic: subtopic, topic, theme, subtopic_name, topic_name, theme_name, n (messages). Every
        subtopic lies in one topic and every topic in one theme.
    stability : DataFrame
        topic, n (trials), stability (mean over the trials of the best Jaccard index when random 80 % of the
        texts are clustered again), low, high (2.5th and 97.5th percentile of the trials).
    changes : DataFrame
        Against `previous`: topic, previous (its number then), change (kept, new, gone, split, merged),
        overlap (Jaccard index of their texts). Empty without `previous`.
    rule : Rule
        `.centroids`, `.floor` and `.space`, whose `.fidelity` is the mean cosine, 0 to 1, between the
        student's vectors and the encoder's on texts held out from the student.
    messages : DataFrame
        mention_id, text (as it was compared), author_id; the order of the input.
    drawn : list of str
        The different texts that were clustered.
    resampled : ndarray of int, shape (texts drawn, trials)
        Group of each text in each trial; -2 where it was left out, -1 where it fell in none.
    given : dict
        Names that people gave, by topic.
    silent : list of str
        Words that name nothing, as the brand's own name.
    search : Search or None
        What was looked for; None where the topics were not found here.
    cost : dict
        seconds and peak_mb (of the process) of the fit.
    """

    table: pd.DataFrame
    assignments: pd.DataFrame
    terms: pd.DataFrame
    tree: pd.DataFrame
    levels: pd.DataFrame
    stability: pd.DataFrame
    changes: pd.DataFrame
    rule: Rule
    messages: pd.DataFrame
    drawn: list[str]
    resampled: npt.NDArray[np.int64]
    given: dict[int, str]
    silent: list[str]
    search: Search | None = None
    cost: dict[str, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Topics of {len(self.messages)} messages\n{self.table.to_string(index=False)}"

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False, float_format="{:.3f}".format))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("model", "words")}

    @property
    def texts(self) -> list[str]:
        """The messages as they were compared, in the order of the input."""
        return self.messages["text"].tolist()

    def predict(self, texts: pd.Series | Iterable[str], *, level: str = "topic") -> npt.NDArray[np.int64]:
        """Return the topic (or subtopic, or theme) of each text, -1 for none; the same rule as in the fit."""
        cleaned = clean_text(texts)
        distinct = sorted(set(cleaned))
        placed = self.rule.place(distinct)
        found = placed["subtopic" if level == "subtopic" else "topic"]
        if level == "theme":
            theme = self.levels.drop_duplicates("topic").set_index("topic")["theme"]
            found = found.map(theme).fillna(-1).astype(np.int64)
        of = dict(zip(distinct, found.tolist(), strict=True))
        return np.array([of[text] for text in cleaned], dtype=np.int64)

    @functools.cached_property
    def words(self) -> tuple[sparse.csr_array, npt.NDArray[np.object_]]:
        """Which message holds which term, and the terms (made when first asked for)."""
        return count_words(self.texts, silent=self.silent)

    @functools.cached_property
    def model(self) -> BERTopic:
        """The same topics as a fitted `bertopic.BERTopic` (made when first asked for).

        What BERTopic 0.17.4 cannot do with such a model, or only with umap, is refused with what to call
        instead. Of what find_topics returns read the order alone: the topic that the rule gives the phrase
        comes first.
        """
        from .bridge import to_bertopic

        names = self.table.set_index("topic")["name"]
        return to_bertopic(self.rule, self.assignments["topic"].tolist(), self.texts, names)

    def save(self, path: str | Path) -> Path:
        """Write the topics to one file, to be opened by `Topics.load`.

        It holds tables, arrays and the messages, never code. Keep it as safe as the archive.
        """
        from .saved import write_topics

        return write_topics(path, vars(self))

    @classmethod
    def load(cls, path: str | Path, *, encoder: str | Path | Encoder | None = None) -> Topics:
        """Read topics that `save` wrote; `encoder` is the one that they were fitted with.

        A file that was changed, or that a newer version wrote, is refused.
        """
        from .saved import read_topics

        return cls(**read_topics(path, encoder=encoder))

    @classmethod
    def from_bertopic(
        cls,
        model: BERTopic,
        docs: Sequence[str],
        *,
        encoder: Any = None,  # noqa: ANN401
    ) -> Topics:
        """Return the topics of a fitted BERTopic over the documents that it was fitted to.

        The assignments are the model's own; new texts go by a rule learnt from them in our space.
        """
        from .bridge import read_bertopic

        messages, found = read_bertopic(model, docs, encoder=encoder)
        return assemble(messages, found, changes=no_changes(), silent=[])


def no_changes() -> pd.DataFrame:
    """Return the table of changes where there is no earlier archive."""
    return pd.DataFrame(columns=["topic", "previous", "change", "overlap"])


def assemble(messages: pd.DataFrame, found: Found, *, changes: pd.DataFrame, silent: list[str]) -> Topics:
    """Make the tables of what was found; `found.places` has one row a different text that holds a letter."""
    texts, rule = messages["text"], found.rule
    distinct = pd.unique(texts).tolist()
    empty = {"topic": -1, "subtopic": -1, "similarity": 0.0, "margin": 0.0}
    places = found.places.reindex(pd.Index(distinct, dtype=object)).fillna(empty)
    places = places.astype({"topic": np.int64, "subtopic": np.int64})
    places["reason"] = find_reasons(distinct, places, rule)
    assignments = places.loc[texts].set_axis(messages.index)
    assignments.insert(0, "mention_id", messages["mention_id"].to_numpy())
    assignments = assignments[["mention_id", "topic", "similarity", "margin", "subtopic", "reason"]]
    numbers = rule.numbers
    own = places.loc[found.drawn]
    position = {number: row for row, number in enumerate(numbers)}
    labels = np.array([position.get(topic, -1) for topic in own["topic"].tolist()], dtype=np.int64)
    reading = read_phrases(found.drawn, silent=silent)
    earlier = {position[topic]: name for topic, name in found.earlier.items()}
    terms, named = describe(reading, labels, len(numbers), earlier=earlier)
    terms["topic"] = np.array([numbers[row] for row in terms["topic"]], dtype=np.int64)
    names = dict(zip(numbers, named, strict=True)) | found.given
    rows = messages.assign(topic=assignments["topic"])
    part = assignments["subtopic"]
    stability = stability_table(topic_stability(labels, trials_of(found.resampled), k=len(numbers)))
    return Topics(
        table=count_topics(rows, names),
        assignments=assignments,
        terms=terms,
        tree=grow_tree(rule, names),
        levels=nest_levels(rule, own, reading, names, subtopics=part),
        stability=stability.assign(topic=np.array(numbers, dtype=np.int64)),
        changes=changes,
        rule=rule,
        messages=messages[["mention_id", "text", "author_id"]],
        drawn=found.drawn,
        resampled=found.resampled,
        given=found.given,
        silent=silent,
    )


def trials_of(resampled: npt.NDArray[np.int64]) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Return of each trial the rows that it held and their groups."""
    return [(np.flatnonzero(column != -2), column[column != -2]) for column in resampled.T]


def peak_memory() -> float:
    """Return the most memory that the process has held so far, in MB; NaN where the system does not say."""
    try:
        import resource
    except ImportError:
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
