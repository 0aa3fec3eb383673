"""Ids that hold across files: from the source where it has sound ones, else from what a message says."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
import pandas as pd

from .archive_facts import Whole
from .converters import objects
from .mapping import COUNTS, WORDS

CONTENT = ("created_at", "text", "title", "url", "rating", "channel")

Texts = npt.NDArray[np.object_]


def give_ids(loose: pd.DataFrame, whole: Whole) -> pd.DataFrame:
    """Give every row its mention_id and turn the ids that it names into mention ids."""
    table = loose.assign(space=spaces(loose, apart=whole.ids_clash))
    own = table["id"].to_numpy(object, copy=True)
    own[(table["local_ids"] & table["source_file"].isin(whole.useless_ids)).to_numpy(bool)] = ""
    reply = table["is_reply"].to_numpy(bool)
    bare = (own == "") & ~reply
    if bare.any():
        own[bare] = _content_ids(table[bare])
    if reply.any():
        place = list(zip(table["source_file"], table["row"], strict=True))
        parents = {place[at]: own[at] for at in np.flatnonzero(~reply)[::-1]}  # several a row: the first
        answered = [parents[place[at]] for at in np.flatnonzero(reply)]
        own[reply] = [f"{parent}#reply" for parent in answered]
        table.loc[reply, "reply_to"] = answered
    lead = table["space"].to_numpy(object) + ":"
    mention = prefixed(lead, own)
    reposted = _named(lead, table["reposted"], mention)
    named = {
        "mention_id": mention,
        "reposted_id": reposted,
        "quoted_id": _named(lead, table["quoted"], mention),
        "reply_to_id": np.where(reposted == "", _named(lead, table["reply_to"], mention), ""),
        "label": prefixed(lead, table["conversation"].to_numpy(object)),
    }
    return table.assign(**{column: objects(ids, table.index) for column, ids in named.items()})


def prefixed(lead: Texts, ids: Texts) -> Texts:
    """Put the space before every id that does not carry it yet; "" stays."""
    if not ids.any():
        return ids
    pairs = zip(lead, ids, strict=True)
    return np.array(
        ["" if not own else own if own.startswith(at) else at + own for at, own in pairs], dtype=object
    )


def _named(lead: Texts, ids: pd.Series, mention: Texts) -> Texts:
    """Turn the ids that rows name into mention ids; nothing answers or passes on itself."""
    named = prefixed(lead, ids.to_numpy(object))
    return np.where(named == mention, "", named)


def spaces(table: pd.DataFrame, *, apart: bool) -> pd.Series:
    """Name where the ids and authors of each row hold: the platform; the file where ids count from 1 each."""
    if not apart:
        return table["platform"]
    stem = table["source_file"].str.replace(r"^.*[/!]", "", regex=True).str.replace(r"\.\w+$", "", regex=True)
    return table["platform"].where(~table["local_ids"], table["platform"] + "/" + stem)


def _content_ids(rows: pd.DataFrame) -> list[str]:
    """Make ids from what a message says, so that neither row order nor the pseudonym key can change them.

    Authors enter only as their rank among those who wrote the very same words at the very same time: a hash
    of a handle could be guessed. Without author, or with coarser times than seconds, equal rows of one file
    are different messages and are numbered.
    """
    columns = [rows[word].astype(object).where(rows[word].notna(), "") for word in CONTENT]
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
