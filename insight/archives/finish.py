"""Loose rows of all files -> one table: ids, duplicates, privacy of rows, language."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from .converters import objects
from .mapping import COUNTS, WORDS

MAX_GUESSED = 100_000
_AT_ONCE = 5_000
_CONTENT = ("created_at", "text", "title", "url", "rating", "channel")
_FALSE = ("false", "0", "no", "f", "n")

Texts = npt.NDArray[np.object_]


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


# -------------------------------------------------------------------------------------------------------- ids


def give_ids(loose: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Give every row its mention_id and turn the ids that it names into mention ids."""
    table = loose.assign(space=_spaces(loose, notes))
    own = table["id"].to_numpy(object, copy=True)
    own[_useless(table, notes)] = ""
    reply = table["is_reply"].to_numpy(bool)
    bare = (own == "") & ~reply
    if bare.any():
        own[bare] = _content_ids(table[bare])
    if reply.any():
        place = list(zip(table["source_file"], table["row"], strict=True))
        parents = {place[at]: own[at] for at in np.flatnonzero(~reply)}
        answered = [parents[place[at]] for at in np.flatnonzero(reply)]
        own[reply] = [f"{parent}#reply" for parent in answered]
        table.loc[reply, "reply_to"] = answered
    lead = table["space"].to_numpy(object) + ":"
    mention = _prefixed(lead, own)
    reposted = _named(lead, table["reposted"], mention)
    named = {
        "mention_id": mention,
        "reposted_id": reposted,
        "quoted_id": _named(lead, table["quoted"], mention),
        "reply_to_id": np.where(reposted == "", _named(lead, table["reply_to"], mention), ""),
        "label": _prefixed(lead, table["conversation"].to_numpy(object)),
    }
    return table.assign(**{column: objects(ids, table.index) for column, ids in named.items()})


def _prefixed(lead: Texts, ids: Texts) -> Texts:
    pairs = zip(lead, ids, strict=True)
    return np.array(
        ["" if not own else own if own.startswith(at) else at + own for at, own in pairs], dtype=object
    )


def _named(lead: Texts, ids: pd.Series, mention: Texts) -> Texts:
    """Turn the ids that rows name into mention ids; nothing answers or passes on itself."""
    named = _prefixed(lead, ids.to_numpy(object))
    return np.where(named == mention, "", named)


def _spaces(table: pd.DataFrame, notes: list[str]) -> pd.Series:
    """Keep files apart whose ids count from 1 each: the same id, but another author, time or text."""
    rows = table[table["local_ids"].to_numpy(bool) & (table["id"] != "").to_numpy(bool)]
    if rows["source_file"].nunique() < 2:
        return table["platform"]
    different = rows.drop_duplicates(["platform", "id", "author", "created_at", "text"])
    groups = different.groupby(["platform", "id"], sort=False)["source_file"].agg(["nunique", "size"])
    n_clashes = int((groups.min(axis=1) > 1).sum())
    if not n_clashes:
        return table["platform"]
    notes.append(
        f"{n_clashes:,} ids stand for different messages in different files (each file counts from 1), so "
        "ids and "
        "authors are kept apart by file."
    )
    stem = table["source_file"].str.replace(r"^.*[/!]", "", regex=True).str.replace(r"\.\w+$", "", regex=True)
    return table["platform"].where(~table["local_ids"], table["platform"] + "/" + stem)


def _useless(table: pd.DataFrame, notes: list[str]) -> npt.NDArray[np.bool_]:
    """Find the files whose id column does not tell messages apart; their rows get ids from their content."""
    useless = np.zeros(len(table), dtype=bool)
    local = table[table["local_ids"].to_numpy(bool) & (table["id"] != "").to_numpy(bool)]
    for file, rows in local.groupby("source_file", sort=True):
        different = rows.drop_duplicates(["id", "author", "created_at", "text"])
        n_shared = int(different["id"].duplicated().sum())
        if n_shared > 0.02 * len(rows):
            useless |= (table["source_file"] == file).to_numpy(bool)
            notes.append(
                f"{file}: {n_shared:,} of {len(rows):,} rows share their id with another message, so ids "
                "are made from "
                "the content."
            )
    return useless


def _content_ids(rows: pd.DataFrame) -> list[str]:
    """Make ids from what a message says, so that neither row order nor the pseudonym key can change them.

    Authors enter only as their rank among those who wrote the very same words at the very same time: a hash
    of a handle could be guessed. Without author, or with coarser times than seconds, equal rows of one file
    are different messages and are numbered.
    """
    columns = [rows[word].astype(object).where(rows[word].notna(), "") for word in _CONTENT]
    said = ["\x1f".join(map(str, values)) for values in zip(*columns, strict=True)]
    ids = np.array(
        [hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest() for text in said], object
    )
    author = pd.Series(pd.factorize(rows["author"], sort=True)[0])
    rank = author.groupby(ids).rank("dense").astype(int).to_numpy()
    vague = ((rows["author"] == "") | (rows["time_precision"] != "s")).to_numpy()
    same = pd.DataFrame({"id": ids, "author": author, "file": rows["source_file"].to_numpy(object)})
    tied = np.flatnonzero(same.duplicated(keep=False) & vague)
    number = np.zeros(len(rows), dtype=int)
    if len(tied):
        whole = rows.iloc[tied][[*WORDS, *COUNTS]].reset_index(drop=True)
        order = whole.sort_values(list(whole.columns), kind="stable").index
        number[tied[order]] = same.iloc[tied[order]].groupby(["id", "author", "file"], sort=False).cumcount()
    return [
        id_ + (f".{of}" if of > 1 else "") + (f"+{copy}" if copy else "")
        for id_, of, copy in zip(ids, rank, number, strict=True)
    ]


# ------------------------------------------------------------------------------------------------- duplicates


def merge_duplicates(table: pd.DataFrame, dropped: Dropped) -> pd.DataFrame:
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


def drop_private(table: pd.DataFrame, *, keep: bool, dropped: Dropped, notes: list[str]) -> pd.DataFrame:
    """Leave out what was not public, unless it was asked for; fill `is_public`."""
    private = table["is_public"].str.strip().str.casefold().isin(_FALSE).to_numpy(bool)
    table = table.assign(is_public=~private)
    if keep or not private.any():
        return table
    n = int(private.sum())
    dropped.add(table[private], "private", ["not public"] * n)
    notes.append(f"{n:,} private messages were left out; include_private=True keeps them.")
    return table[~private].reset_index(drop=True)


# --------------------------------------------------------------------------------------------- kind, language


def kinds(table: pd.DataFrame) -> pd.Series:
    """Take the kind that the source gives, else what the row does: repost, reply, quote, post."""
    kind = table["kind"]
    for column, name in (("reposted_id", "repost"), ("reply_to_id", "reply"), ("quoted_id", "quote")):
        kind = kind.mask((kind == "") & (table[column] != ""), name)
    return kind.mask(kind == "", "post")


def languages(table: pd.DataFrame, notes: list[str], *, progress: bool = False) -> pd.Series:
    """Take the platform's own word for the language; guess it for files that have none at all.

    Guessing takes about 60 microseconds a text, so beyond `MAX_GUESSED` distinct texts only a sample is
    guessed, chosen by the text itself and not by its place; the language of the others stays open.
    """
    from tqdm import tqdm

    from ..text import detect_language

    given = table["lang"].mask(table["lang"] == "", None)
    without = given.isna().groupby(table["source_file"]).transform("all") & (table["text"] != "")
    if not without.any():
        return given
    texts = table.loc[without, "text"]
    distinct = sorted(texts.unique(), key=lambda text: (zlib.crc32(text.encode("utf-8", "replace")), text))
    sample = distinct[:MAX_GUESSED]
    with tqdm(total=len(sample), desc="languages", unit="text", disable=not progress) as bar:
        told: dict[str, str] = {}
        for start in range(0, len(sample), _AT_ONCE):
            batch = sample[start : start + _AT_ONCE]
            told |= zip(batch, detect_language(batch), strict=True)
            bar.update(len(batch))
    guessed = texts.map(told)
    most = guessed.value_counts(normalize=True)
    some = f", for a sample of {len(sample):,}" if len(sample) < len(distinct) else ""
    notes.append(
        f"the language of {len(texts):,} messages is not in their files; it was guessed from the text{some}: "
        f"{most.index[0]} in {most.iloc[0]:.0%}."
    )
    return given.where(~without, guessed)
