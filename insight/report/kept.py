"""Files that outlive a run: what deleted people said or signed is taken out before they are read again."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from pathlib import Path

import pandas as pd

from insight.archives import Archive
from insight.archives.privacy.guard import Guard
from insight.files import read_cells, write_file, write_table
from insight.mentions import InsightWarning
from insight.needs.idea_ledger import forget, read_ledger, write_ledger
from insight.needs.runs import read_run, run_bytes
from insight.signals.label import read_labels, save_labels

from .corrections import IDEAS, NOTES, TOPICS, shown_ledger

_WORD = re.compile(r"\w+")
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


def sweep_kept(
    guard: Guard, *, edits: Path | None = None, run: Path | None = None, labels: Path | None = None
) -> None:
    """Take deleted people out of the folder of edits, the file of an earlier run and the labels."""
    if not guard.deleted:
        return
    sweeps = {run: _sweep_run, labels: _sweep_labels}
    if edits is not None:
        sweeps |= {edits / TOPICS: _sweep_topics, edits / IDEAS: _sweep_ideas, edits / NOTES: _sweep_notes}
    for path, sweep in sweeps.items():
        if path is not None and path.is_file() and (n := sweep(path, guard)):
            warnings.warn(
                f"{path.name} held {n:,} entries of people on the deletion list; they are out of it now.",
                InsightWarning,
                stacklevel=3,
            )


def draw_labels(archive: Archive, path: Path, *, n: int, progress: bool = False) -> pd.DataFrame:
    """Draw sentences for the labels at `path`, named as files name messages; what is labelled there stays."""
    from insight.signals.find_signals import find_signals
    from insight.signals.label import draw_sentences

    guard, mentions = archive.guard, archive.mentions
    sweep_kept(guard, labels=path)
    if path.is_file():
        labels = read_labels(path)
        shown = labels["mention_id"].map(guard.shown)
        if _n_changed(labels["mention_id"], shown):
            save_labels(path, labels.assign(mention_id=shown))
    drawn = draw_sentences(mentions, find_signals(mentions, progress=progress), n=n)
    return drawn.assign(mention_id=drawn["mention_id"].map(guard.shown))


def _sweep_run(path: Path, guard: Guard) -> int:
    run = read_run(path)
    theirs = run.people["author_id"].isin(guard.deleted.people | guard.gone)
    kept = run.people[~theirs].reset_index(drop=True)
    said = {word: _erased(kept[word], kept["author_id"], guard) for word in ("text", "need")}
    n = int(theirs.sum()) + sum(_n_changed(kept[word], said[word]) for word in said)
    kept = kept.assign(**said)
    given = {topic: guard.deleted.erase(name) for topic, name in run.given.items()}
    if n or given != run.given:
        others = _words(" ".join(kept["text"].dropna()))  # names are made of people's words
        theirs = [
            name for name in {*run.names.values(), *kept["need"].dropna()} if not _words(name) <= others
        ]
        names = {topic: name for topic, name in run.names.items() if name not in theirs}
        kept = kept[~kept["need"].isin(theirs)]
        write_file(path, run_bytes(replace(run, people=kept, given=given, names=names)))
    return n


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _sweep_labels(path: Path, guard: Guard) -> int:
    labels = read_labels(path)
    kept = labels[~labels["mention_id"].isin(guard.gone)].reset_index(drop=True)
    said = _erased(kept["text"], kept["mention_id"], guard)
    n = len(labels) - len(kept) + _n_changed(kept["text"], said)
    if n:
        save_labels(path, kept.assign(text=said))
    return n


def _sweep_topics(path: Path, guard: Guard) -> int:
    text = path.read_text(encoding="utf-8")
    said = _STRING.sub(lambda match: f'"{guard.deleted.erase(match[1])}"', text)
    if said != text:
        write_file(path, said.encode())
    return sum(old != new for old, new in zip(text.split("\n"), said.split("\n"), strict=True))


def _sweep_ideas(path: Path, guard: Guard) -> int:
    ledger = shown_ledger(read_ledger(path), guard)
    kept = forget(ledger, ids=guard.gone, people=guard.deleted.people)
    said = {word: _erased(kept[word], kept["mention_ids"], guard) for word in ("name", "note")}
    before = ledger.set_index("entry").loc[kept["entry"]]
    n = len(ledger) - len(kept) + _n_changed(before["mention_ids"], kept["mention_ids"])
    n += sum(_n_changed(before[word], said[word]) for word in said)
    if n:
        write_ledger(kept.assign(**said), path)
    return n


def _sweep_notes(path: Path, guard: Guard) -> int:
    notes = read_cells(path, what="the notes", way_out="Keep mention_id and note.")
    if not {"mention_id", "note"} <= set(notes.columns):
        return 0
    kept = notes[~notes["mention_id"].isin(guard.gone)].reset_index(drop=True)
    said = _erased(kept["note"], kept["mention_id"], guard)
    n = len(notes) - len(kept) + _n_changed(kept["note"], said)
    if n:
        write_table(path, kept.assign(note=said))
    return n


def _erased(texts: pd.Series, names: pd.Series, guard: Guard) -> pd.Series:
    """Take deleted people out of texts, each of the messages or the writer that `names` gives."""
    rows = zip(texts, names, strict=True)
    said = [
        text if pd.isna(text) else guard.erase(text, *([by] if isinstance(by, str) else by))
        for text, by in rows
    ]
    return pd.Series(said, index=texts.index, dtype=object)


def _n_changed(before: pd.Series, after: pd.Series) -> int:
    pairs = zip(before.fillna(""), after.fillna(""), strict=True)
    return sum(old != new for old, new in pairs)
