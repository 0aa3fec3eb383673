"""Loose rows -> mentions: ids, duplicates, privacy, threads, sides, language; all rows, or part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..mentions import COLUMNS, as_mentions
from .converters import Notes, objects
from .ids import give_ids
from .mapping import COUNTS, WORDS
from .privacy import give_pseudonyms, redact
from .sides import Brands, give_sides
from .threads import give_threads
from .whole import Whole, checksum

_AT_ONCE = 5_000
_OF_A_THREAD = 3
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
    handles: Mapping[tuple[str, str], str],
    choices: Choices,
    dropped: Dropped,
    notes: Notes,
) -> pd.DataFrame:
    """Turn loose rows into mentions; rows of one message, one thread or one made id must come together.

    `handles` names the author behind (space, handle) where a source calls people by both.
    """
    table = give_ids(_filled(loose), whole)
    if choices.deleted:
        table = _drop_deleted(table, choices, dropped=dropped, notes=notes)
    table = _merge_duplicates(table, dropped)
    table = _drop_private(table, keep=choices.include_private, dropped=dropped, notes=notes)
    table["conversation_id"] = objects(give_threads(table, notes), table.index)
    table = give_sides(table, whole.brands)
    table = table.assign(kind=_kinds(table), lang=_languages(table, whole, progress=choices.progress))
    return _mentions(table, whole.brands, handles, choices)


def _filled(loose: pd.DataFrame) -> pd.DataFrame:
    """Hold texts as plain objects without gaps; files differ in the extra columns that they bring."""
    texts = {name: values.astype(object) for name, values in loose.items() if values.dtype in (object, "str")}
    return loose.assign(**{name: values.where(values.notna(), "") for name, values in texts.items()})


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


def _drop_deleted(table: pd.DataFrame, choices: Choices, *, dropped: Dropped, notes: Notes) -> pd.DataFrame:
    """Leave out what the deletion list names, by its writer or its id, and what passes such a message on."""
    people = [table[word].str.casefold() for word in ("author", "handle")]
    people.append(objects((name or "" for name in give_pseudonyms(table, key=choices.secret)), table.index))
    ids = [table[word].str.casefold() for word in ("id", "mention_id", "reposted_id")]
    named = pd.concat([column.isin(choices.deleted) for column in (*people, *ids)], axis=1).any(axis=1)
    if named.any():
        dropped.add(table[named].assign(text=""), "deleted", ["on the deletion list"] * int(named.sum()))
        notes["{n} messages on the deletion list were left out."] += int(named.sum())
    return table[~named].reset_index(drop=True)


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

    A thread is in the language of a few of its texts, if these agree; else each text is guessed. Beyond
    `MAX_GUESSED` distinct texts only a sample is guessed. Texts are chosen by what they say and not by their
    place; the language of the others stays open.
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
    told = _guess(rows["text"][may & first], progress=progress)
    heard = rows["text"][first].map(told).where(lambda lang: lang != "und")
    said = heard.groupby(thread[first]).agg(["nunique", "first"])
    agreed = said.loc[(said["nunique"] == 1) & (np.bincount(thread) > _OF_A_THREAD)[said.index], "first"]
    shared = pd.Series(thread).map(agreed)
    told |= _guess(rows["text"][may & ~first & shared.isna()], progress=progress)
    guessed = shared.where(shared.notna(), rows["text"].map(told))
    return given.where(~without, pd.Series(guessed.to_numpy(object), index=table.index[without]))


def _guess(texts: pd.Series, *, progress: bool) -> dict[str, str]:
    from tqdm import tqdm

    from ..text import detect_language

    sample, told = list(texts.unique()), dict[str, str]()
    with tqdm(total=len(sample), desc="languages", unit="text", disable=not progress) as bar:
        for start in range(0, len(sample), _AT_ONCE):
            batch = sample[start : start + _AT_ONCE]
            told |= zip(batch, detect_language(batch), strict=True)
            bar.update(len(batch))
    return told


def _mentions(
    table: pd.DataFrame, brands: Brands, handles: Mapping[tuple[str, str], str], choices: Choices
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
        table = redact(table, handles, brands=brands, key=choices.secret)
    nullable = [column.name for column in COLUMNS if column.null and column.name in table]
    empty = {
        name: table[name].mask(table[name] == "", None) for name in nullable if table[name].dtype == object
    }
    inner = [
        word
        for word in (*WORDS, *_INNER)
        if word in table and word not in {column.name for column in COLUMNS}
    ]
    return as_mentions(table.assign(**empty).drop(columns=inner))


_INNER = (
    "row", "is_reply", "local_ids", "labels_are_messages", "own_space", "brands_from_authors", "keep",
    "space", "label", "retrieved_at",
)  # fmt: skip
