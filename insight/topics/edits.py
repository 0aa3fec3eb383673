"""Topics as people correct them: renamed, merged, kept in a small file, put on again next month."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from insight.files import read_toml, write_file
from insight.mentions import InsightError, InsightWarning

from .cluster import Found
from .fitted import Topics, assemble

_ALIKE = 0.3
_PROMPT = (
    "These messages of customers are about one thing. Name it in two to five words, as a person says it. "
    "Answer with the name alone.\n\nTelling words: {words}\n\nMessages:\n{examples}"
)


def rename_topics(topics: Topics, names: Mapping[int, str], *, path: str | Path | None = None) -> Topics:
    """Give topics names of your own.

    Parameters
    ----------
    topics : Topics
        As fitted; it is not changed.
    names : dict of str
        Name by topic number.
    path : str, Path or None
        TOML file in which to keep all names given so far, with each topic's words, for `apply_edits`; None
        keeps nothing.

    Returns
    -------
    Topics
        With the names in `.table`, `.tree`, `.levels` and `.given`.

    Raises
    ------
    InsightError
        If there is no such topic, or two topics would have one name.

    Examples
    --------
    >>> from insight.topics import fit_topics
    >>> when = ("today", "again", "since Monday", "at night", "twice", "after an hour", "in the office")
    >>> texts = [f"{what} {word}" for word in when for what in ("the kettle leaks", "where is my refund")]
    >>> topics = fit_topics(texts, n_topics=2)
    >>> rename_topics(topics, {0: "Leaking kettles"}).table["name"].iloc[0]
    'Leaking kettles'
    """
    _check(topics, list(names))
    given = topics.given | {int(topic): str(name) for topic, name in names.items()}
    every = topics.table.set_index("topic")["name"].to_dict() | given
    if len(set(every.values())) < len(every):
        twice = sorted({name for name in every.values() if list(every.values()).count(name) > 1})
        raise InsightError(
            f"two topics would have the name {twice[0]!r}; to make them one, use merge_topics."
        )
    renamed = _again(topics, topics.assignments, given)
    return _kept(renamed, path, merged=[])


def merge_topics(
    topics: Topics, groups: Sequence[Sequence[int]] | Sequence[int], *, path: str | Path | None = None
) -> Topics:
    """Make one topic of several; each group takes the number of its first topic.

    Parameters
    ----------
    topics : Topics
        As fitted; it is not changed.
    groups : list of list of int, or list of int
        Numbers of topics that belong together; a plain list is one group.
    path : str, Path or None
        TOML file in which to keep names and merges, for `apply_edits`; None keeps nothing.

    Returns
    -------
    Topics
        Counted and named again; a text goes to the topic of its largest score, and a merged topic has
        those of all its parts.

    Raises
    ------
    InsightError
        If there is no such topic, or one stands in two groups.

    Examples
    --------
    >>> from insight.topics import fit_topics
    >>> when = ("today", "again", "since Monday", "at night", "twice", "after an hour", "in the office")
    >>> texts = [f"{what} {word}" for word in when for what in ("the kettle leaks", "where is my refund")]
    >>> merge_topics(fit_topics(texts, n_topics=2), [[0, 1]]).table[["topic", "n"]].values.tolist()
    [[0, 14]]
    """
    several = [list(group) for group in groups if isinstance(group, Sequence)]
    plain = [int(group) for group in groups if not isinstance(group, Sequence)]
    if several and plain:
        raise InsightError(f"groups mixes lists and numbers; write [{plain}, {several[0]}, ...] or {plain}.")
    joined = [plain] if plain else several
    listed = [topic for group in joined for topic in group]
    _check(topics, listed)
    if len(set(listed)) < len(listed):
        raise InsightError("a topic stands in two groups; name each topic once.")
    number = {topic: topic for topic in topics.rule.numbers}
    for group in joined:
        number |= dict.fromkeys(group, group[0])
    assignments = topics.assignments.assign(
        topic=topics.assignments["topic"].map(number | {-1: -1}).astype(np.int64)
    )
    given = {topic: name for topic, name in topics.given.items() if number[topic] == topic}
    words = [[_words(topics, topic) for topic in group] for group in joined]
    merged = _again(replace(topics, rule=topics.rule.renumbered(number)), assignments, given)
    return _kept(merged, path, merged=words)


def name_topics(topics: Topics, *, ask: Callable[[str], str], n_examples: int = 5) -> Topics:
    """Let a language model name the topics that no person has named; nothing is sent but by your callable.

    Parameters
    ----------
    topics : Topics
        As fitted; it is not changed.
    ask : callable
        Takes a prompt, a str with a topic's words and messages, and returns a name. It holds your own key
        and so your consent; the package has no service of its own.
    n_examples : int
        Messages a prompt, those nearest to the topic's centre.

    Returns
    -------
    Topics
        Renamed where the answer is one line of at most 60 letters that no other topic has; an InsightWarning
        says which answers were not taken.

    Examples
    --------
    >>> from insight.topics import fit_topics
    >>> when = ("today", "again", "since Monday", "at night", "twice", "after an hour", "in the office")
    >>> texts = [f"{what} {word}" for word in when for what in ("the kettle leaks", "where is my refund")]
    >>> topics = fit_topics(texts, n_topics=2)
    >>> ask = lambda prompt: "Late refunds" if "refund" in prompt else "Leaking kettles"
    >>> sorted(name_topics(topics, ask=ask).table["name"])
    ['Late refunds', 'Leaking kettles']
    """
    names = topics.table.set_index("topic")["name"].drop(-1, errors="ignore").to_dict()
    answers: dict[int, str] = {}
    for topic in names:
        if topic in topics.given:
            continue
        examples = _typical(topics, topic, n_examples)
        words = ", ".join(_words(topics, topic))
        answer = str(ask(_PROMPT.format(words=words, examples="\n".join(f"- {text}" for text in examples))))
        answer = answer.strip().strip('"').rstrip(".")
        taken = {*(name for other, name in names.items() if other != topic), *answers.values()}
        if not answer or "\n" in answer or len(answer) > 60 or answer in taken:
            message = f"topic {topic} keeps its name {names[topic]!r}: {answer[:60]!r} is no name of its own."
            warnings.warn(message, InsightWarning, stacklevel=2)
        else:
            answers[topic] = answer
    return rename_topics(topics, answers)


def apply_edits(topics: Topics, path: str | Path) -> Topics:
    """Put names and merges that were kept in a file on topics of a new fit.

    Parameters
    ----------
    topics : Topics
        Of the same archive or a later one; a topic is known again by its words.
    path : str or Path
        TOML file that `rename_topics` or `merge_topics` wrote.

    Returns
    -------
    Topics
        Merged and renamed; an InsightWarning lists the entries whose topic was not found.

    Raises
    ------
    InsightError
        If there is no such file, or it cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from insight.topics import fit_topics
    >>> when = ("today", "again", "since Monday", "at night", "twice", "after an hour", "in the office")
    >>> texts = [f"{what} {word}" for word in when for what in ("the kettle leaks", "where is my refund")]
    >>> topics = fit_topics(texts, n_topics=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     edited = rename_topics(topics, {0: "Mine"}, path=f"{folder}/topics.toml")
    ...     apply_edits(topics, f"{folder}/topics.toml").table["name"].iloc[0]
    'Mine'
    """
    kept = _read(Path(path))
    unknown = []
    for merge in kept["merge"]:
        group = list(dict.fromkeys(t for words in merge["topics"] if (t := _find(topics, words)) is not None))
        if len(group) > 1:
            topics = merge_topics(topics, [group])
        elif not group:
            unknown.append(", ".join(merge["topics"][0][:3]))
    names = {}
    for entry in kept["topic"]:
        topic = _find(topics, entry["words"])
        if topic is None or topic in names:
            unknown.append(entry["name"])
        else:
            names[topic] = entry["name"]
    if unknown:
        message = f"no topic fits {len(unknown)} entries of {Path(path).name}: {unknown[:5]}."
        warnings.warn(message, InsightWarning, stacklevel=2)
    return rename_topics(topics, names)


def _check(topics: Topics, numbers: Sequence[int]) -> None:
    unknown = sorted(set(numbers) - set(topics.rule.numbers))
    if unknown:
        raise InsightError(f"there are no topics {unknown}; there are {topics.rule.numbers}.")


def _typical(topics: Topics, topic: int, n: int) -> list[str]:
    own = topics.assignments["topic"] == topic
    rows = pd.DataFrame({"text": topics.messages["text"][own], "near": topics.assignments["similarity"][own]})
    rows = rows.sort_values(["near", "text"], ascending=[False, True]).drop_duplicates("text")
    return rows["text"].head(n).tolist()


def _words(topics: Topics, topic: int) -> list[str]:
    return topics.terms.loc[topics.terms["topic"] == topic, "term"].tolist()


def _again(topics: Topics, assignments: pd.DataFrame, given: dict[int, str]) -> Topics:
    places = assignments.set_axis(pd.Index(topics.messages["text"], dtype=object))
    places = places.loc[~places.index.duplicated(), ["topic", "subtopic", "similarity", "margin"]]
    sizes, before = (table["topic"].value_counts() for table in (assignments, topics.assignments))
    names = topics.table.set_index("topic")["name"].drop(-1, errors="ignore")
    same = {topic: name for topic, name in names.items() if sizes.get(topic) == before.get(topic)}
    found = Found(topics.rule, topics.drawn, places, topics.resampled, given, earlier=same)
    made = assemble(topics.messages, found, changes=topics.changes, silent=topics.silent)
    return replace(made, search=topics.search, cost=topics.cost)


def _find(topics: Topics, words: Sequence[str]) -> int | None:
    """Return the topic whose words are most like these, by weighted share of words in common."""
    wanted = {word.lower() for phrase in words for word in phrase.split()}
    best, found = _ALIKE, None
    for topic in topics.rule.numbers:
        own = {word.lower() for phrase in _words(topics, topic) for word in phrase.split()}
        alike = len(own & wanted) / max(len(own | wanted), 1)
        if alike > best:
            best, found = alike, topic
    return found


def _kept(topics: Topics, path: str | Path | None, *, merged: list[list[list[str]]]) -> Topics:
    if path is None:
        return topics
    file = Path(path)
    before = _read(file)["merge"] if file.exists() else []
    lines = ["# Names and merges of topics, known again by their words. Made by insight; edit freely."]
    for topic, name in sorted(topics.given.items()):
        words = json.dumps(_words(topics, topic), ensure_ascii=False)
        lines += ["", "[[topic]]", f"name = {json.dumps(name, ensure_ascii=False)}", f"words = {words}"]
    for group in [*(merge["topics"] for merge in before), *merged]:
        lines += ["", "[[merge]]", f"topics = {json.dumps(group, ensure_ascii=False)}"]
    write_file(file, ("\n".join(lines) + "\n").encode())
    return topics


def _read(path: Path) -> dict[str, list[dict]]:
    read = read_toml(path, what="the edits of topics", way_out="Pass a file that rename_topics wrote.")
    unknown = sorted(set(read) - {"topic", "merge"})
    if unknown:
        raise InsightError(f"{path.name} holds {unknown}; only [[topic]] and [[merge]] are known.")
    kept = {"topic": read.get("topic", []), "merge": read.get("merge", [])}
    for kind, is_right in (("topic", _is_name), ("merge", _is_merge)):
        entries = kept[kind] if isinstance(kept[kind], list) else [kept[kind]]
        if wrong := [entry for entry in entries if not (isinstance(entry, dict) and is_right(entry))]:
            raise InsightError(
                f"{path.name} holds [[{kind}]] with {wrong[0]!r}; a topic has a name and a list of words, a "
                "merge has a list of topics, each a list of words."
            )
    return kept


def _is_name(entry: dict) -> bool:
    return isinstance(entry.get("name"), str) and _are_words(entry.get("words"))


def _is_merge(entry: dict) -> bool:
    groups = entry.get("topics")
    return isinstance(groups, list) and bool(groups) and all(map(_are_words, groups))


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)
