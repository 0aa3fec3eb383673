"""Loose rows -> mentions: ids, duplicates, privacy, threads, sides, language; all rows, or part by part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from insight.mentions import COLUMNS, as_mentions
from insight.text.clean import MAX_READ, detect_language

from .archive_facts import Whole, checksum
from .converters import Notes, objects
from .ids import give_ids
from .mapping import COUNTS, WORDS
from .placeholders import without_placeholders
from .privacy.deletion import Deleted, erase_deleted, find_deleted, is_deleted
from .privacy.pseudonyms import People, give_pseudonyms, hide_columns, pseudonym, redact
from .repeated import cut_repeated
from .sides import Brands, give_sides
from .thread_ids import give_threads

_AT_ONCE = 5_000
_OF_A_THREAD = 3
_NEARLY_ALL = 0.8
_FALSE = ("false", "0", "no", "f", "n")


@dataclass(frozen=True)
class Choices:
    """What the caller asked for."""

    shareable: bool
    include_private: bool
    secret: bytes
    deleted: frozenset[str] = frozenset()
    progress: bool = False


@dataclass
class Dropped:
    """Messages left out on the way: file, row, reason, detail, text."""

    rows: list[tuple[str, int, str, str, str]] = field(default_factory=list)

    def add(self, table: pd.DataFrame, reason: str, details: list[str]) -> None:
        """Account for the rows of `table`."""
        columns = (table["source_file"], table["row"], details, table["text"])
        self.rows += [
            (file, int(row), reason, detail, text[:200])
            for file, row, detail, text in zip(*columns, strict=True)
        ]


def finish_rows(
    loose: pd.DataFrame,
    whole: Whole,
    *,
    people: People,
    choices: Choices,
    dropped: Dropped,
    notes: Notes,
) -> pd.DataFrame:
    """Turn loose rows into mentions; rows of one message, one thread or one made id must come together."""
    table = with_ids(loose, whole)
    if people.deleted:
        table = _drop_deleted(table, people.deleted, choices, dropped=dropped, notes=notes)
    table = _merge_duplicates(table, dropped)
    table = _drop_private(table, keep=choices.include_private, dropped=dropped, notes=notes)
    table["conversation_id"] = objects(give_threads(table, notes), table.index)
    table = cut_repeated(_cut_threads(table), whole.repeated, whole.brands)
    table = give_sides(table, whole.brands)
    table = table.assign(kind=_kinds(table), lang=_languages(table, whole, progress=choices.progress))
    if n_long := int((table["text"].str.len() > MAX_READ).sum()):
        notes[_TOO_LONG] += n_long
    return _mentions(table, whole.brands, people, choices, notes)


def with_ids(loose: pd.DataFrame, whole: Whole) -> pd.DataFrame:
    """Give loose rows their ids, once no placeholder stands for a person."""
    return give_ids(without_placeholders(_filled(loose), whole.brands), whole)


def gather_deleted(tables: Iterable[pd.DataFrame], whole: Whole, choices: Choices) -> Deleted:
    """Find in all loose rows, before the first is finished, what the deletion list names."""
    pseudonyms = partial(give_pseudonyms, key=choices.secret)
    rows = (with_ids(table, whole) for table in tables)
    return find_deleted(
        rows,
        choices.deleted,
        pseudonyms=pseudonyms,
        pseudonym=lambda name, space: pseudonym(name, space=space, key=choices.secret),
    )


_TOO_LONG = (
    f"{{n}} messages are longer than {MAX_READ:,} characters; they are shown and searched whole, but topics, "
    "needs and signals read no further."
)


def _cut_threads(table: pd.DataFrame) -> pd.DataFrame:
    """Mark all messages of the threads that are known to be longer than what is here."""
    if "thread_size" not in table:
        return table
    said = pd.to_numeric(table["thread_size"], errors="coerce").groupby(table["conversation_id"])
    here = table["conversation_id"].map(table["conversation_id"].value_counts())
    is_cut = table["conversation_id"].map(said.max()) > here
    marked = objects(("true" if cut else "" for cut in is_cut), table.index)
    return table.drop(columns="thread_size").assign(thread_is_cut=marked)


def _filled(loose: pd.DataFrame) -> pd.DataFrame:
    """Hold texts as plain objects without gaps; files differ in the extra columns that they bring."""
    open_ = (name for name, values in loose.items() if values.dtype == "str" or _has_gaps(values))
    texts = {name: loose[name].astype(object) for name in open_}
    return loose.assign(**{name: values.where(values.notna(), "") for name, values in texts.items()})


def _has_gaps(values: pd.Series) -> bool:
    return values.dtype == object and values.hasnans


def _merge_duplicates(table: pd.DataFrame, dropped: Dropped) -> pd.DataFrame:
    """Keep one row a mention_id: earliest text, latest counts; of an edited review the latest text.

    Where anything is merged, `n_copies` and `copy_formats` say how often and in which exports it came.
    """
    if "is_context" in table:
        again = table.sort_values("is_context", kind="stable").duplicated("mention_id")
        table = table[~again.reindex(table.index) | (table["is_context"] == "")].reset_index(drop=True)
    twice = table["mention_id"].duplicated(keep=False)
    if not twice.any():
        return table
    order = ["mention_id", "retrieved_at", *COUNTS, "created_at", *WORDS, "source_file", "row"]
    copies = table[twice].sort_values(order, na_position="first", kind="stable")
    latest = copies.groupby("mention_id", sort=False)[list(COUNTS)].last()
    newest = copies["keep"].eq("latest")
    copies = pd.concat([copies[newest][::-1], copies[~newest]])
    again = copies["mention_id"].duplicated()
    kept = copies[~again].copy()
    for word in COUNTS:
        kept[word] = latest[word].reindex(kept["mention_id"]).array
    groups = copies.groupby("mention_id", sort=False)["source_format"]
    kept["n_copies"] = groups.size().reindex(kept["mention_id"]).array
    named = groups.agg(lambda formats: "; ".join(sorted(set(formats))))
    kept["copy_formats"] = objects(named.reindex(kept["mention_id"]), kept.index)
    where = dict(
        zip(kept["mention_id"], kept["source_file"] + " row " + kept["row"].astype(str), strict=True)
    )
    details = [f"the same message as {where[own]}" for own in copies.loc[again, "mention_id"]]
    dropped.add(copies[again], "duplicate", details)
    single = table[~twice]
    single = single.assign(n_copies=1, copy_formats=single["source_format"])
    return pd.concat([single, kept], ignore_index=True)


def _drop_deleted(
    table: pd.DataFrame, deleted: Deleted, choices: Choices, *, dropped: Dropped, notes: Notes
) -> pd.DataFrame:
    """Leave out what the deletion list names and what passes it on; take it out of what others wrote."""
    named = is_deleted(table, deleted, pseudonyms=partial(give_pseudonyms, key=choices.secret))
    if named.any():
        dropped.add(table[named].assign(text=""), "deleted", ["on the deletion list"] * int(named.sum()))
        notes["{n} messages on the deletion list were left out."] += int(named.sum())
    return erase_deleted(table[~named].reset_index(drop=True), deleted)


def _drop_private(table: pd.DataFrame, *, keep: bool, dropped: Dropped, notes: Notes) -> pd.DataFrame:
    """Leave out what was not public, unless it was asked for; fill `is_public`."""
    private = table["is_public"].str.strip().str.casefold().isin(_FALSE).to_numpy(bool)
    table = table.assign(is_public=~private)
    if keep or not private.any():
        return table
    dropped.add(table[private], "private", ["not public"] * int(private.sum()))
    left_out = "{n} private messages were left out; --private (in Python include_private=True) keeps them."
    notes[left_out] += int(private.sum())
    return table[~private].reset_index(drop=True)


def _kinds(table: pd.DataFrame) -> pd.Series:
    """Take the kind that the source gives, else what the row does: repost, reply, quote, post."""
    kind = table["kind"]
    for column, name in (("reposted_id", "repost"), ("reply_to_id", "reply"), ("quoted_id", "quote")):
        kind = kind.mask((kind == "") & (table[column] != ""), name)
    return kind.mask(kind == "", "post")


def _languages(table: pd.DataFrame, whole: Whole, *, progress: bool) -> pd.Series:
    """Take the platform's own word for the language; guess it for files that have none at all.

    A thread is in the language of a few of its texts, if these agree, or if most are in the one that nearly
    all files are in; else each text is guessed. Beyond `MAX_GUESSED` distinct texts only a sample is guessed.
    Texts are chosen by what they say and not by their place; the language of the others stays open.
    """
    given = table["lang"].mask(table["lang"] == "", None)
    without = (table["lang"] == "") & (table["text"] != "") & table["source_file"].isin(whole.wordless)
    if not without.any():
        return given
    rows = table.loc[without, ["text", "conversation_id"]].reset_index(drop=True)
    sums = np.fromiter(map(checksum, rows["text"]), np.uint32, len(rows))
    thread = pd.factorize(rows["conversation_id"])[0]
    order = np.lexsort((sums, thread))
    place = np.empty(len(rows), np.intp)
    place[order] = pd.Series(thread[order]).groupby(thread[order]).cumcount()
    may, first = sums <= whole.guessed, place < _OF_A_THREAD
    languages = _guess(rows["text"][may & first], progress=progress)
    found = rows["text"][first].map(languages).where(lambda lang: lang != "und")
    said = found.groupby(thread[first]).agg(["nunique", "first", "count"])
    agree = said["nunique"] == 1
    usual = found.value_counts(normalize=True)
    if len(usual) and usual.iloc[0] > _NEARLY_ALL:
        most = 2 * (found == usual.index[0]).groupby(thread[first]).sum() > said["count"]
        said.loc[most, "first"], agree = usual.index[0], agree | most
    agreed = said.loc[agree & (np.bincount(thread) > _OF_A_THREAD)[said.index], "first"]
    shared = pd.Series(thread).map(agreed)
    languages |= _guess(rows["text"][may & ~first & shared.isna()], progress=progress)
    guessed = shared.where(shared.notna(), rows["text"].map(languages))
    return given.where(~without, pd.Series(guessed.to_numpy(object), index=table.index[without]))


def _guess(texts: pd.Series, *, progress: bool) -> dict[str, str]:
    from tqdm import tqdm

    sample, languages = list(texts.unique()), dict[str, str]()
    with tqdm(total=len(sample), desc="languages", unit="text", disable=not progress) as bar:
        for start in range(0, len(sample), _AT_ONCE):
            batch = sample[start : start + _AT_ONCE]
            languages |= zip(batch, detect_language(batch), strict=True)
            bar.update(len(batch))
    return languages


def _mentions(
    table: pd.DataFrame, brands: Brands, people: People, choices: Choices, notes: Notes
) -> pd.DataFrame:
    table = table.assign(
        author_id=give_pseudonyms(table, key=choices.secret),
        author_name=None
        if choices.shareable
        else table["handle"].mask(table["handle"] == "", table["author"]),
        source_row=table["row"],
        created_at=pd.DatetimeIndex(table["created_at"]).tz_localize("UTC"),
    )
    if choices.shareable:
        known = {column.name for column in COLUMNS} | {*WORDS, *_INNER, *_COUNTED}
        extra = [name for name in table if name not in known]
        table = hide_columns(redact(table, people, brands=brands, key=choices.secret), extra, notes)
    nullable = [column.name for column in COLUMNS if column.null and column.name in table]
    empty = {
        name: table[name].mask(table[name] == "", None) for name in nullable if table[name].dtype == object
    }
    marks = {"automated": table["automated"] != ""}
    unsaid = [word for word in EXTRAS if word in table and not (table[word] != "").any()]
    known = {column.name for column in COLUMNS} | (set(EXTRAS) - set(unsaid))
    inner = [word for word in (*WORDS, *_INNER, *unsaid) if word in table and word not in known]
    return as_mentions(table.assign(**empty, **marks).drop(columns=inner))


EXTRAS = ("automated", "placeholder", "words_cut")
"""Columns of mentions that are there where a message has something to say in them."""

_INNER = (
    "row", "is_reply", "local_ids", "labels_are_messages", "own_space", "brands_from_authors", "keep",
    "space", "label", "retrieved_at",
)  # fmt: skip
_COUNTED = ("n_copies", "copy_formats", "is_context")
