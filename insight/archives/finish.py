"""Loose rows of all files -> one table: ids, duplicates, threads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from .mapping import COUNTS

_CONTENT = ("created_at", "text", "title", "url", "rating", "channel")


@dataclass
class Dropped:
    """Messages left out on the way, by reason: file, row, reason, detail, text."""

    rows: list[tuple[str, int, str, str, str]]

    def add(self, table: pd.DataFrame, reason: str, details: list[str]) -> None:
        columns = (table["source_file"], table["row"], details, table["text"])
        self.rows += [
            (file, int(row), reason, detail, text[:200])
            for file, row, detail, text in zip(*columns, strict=True)
        ]


# ------------------------------------------------------------------------------------------------------------- ids


def give_ids(loose: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Give every row its mention_id and turn the ids that it names into mention ids."""
    table = loose.copy()
    table["space"] = _spaces(table, notes)
    own = table["id"].to_numpy(object).copy()
    own[_useless(table, notes)] = ""
    bare = own == ""
    if bare.any():
        own[bare] = _content_ids(table[bare])
    reply = table["is_reply"].to_numpy(bool)
    if reply.any():
        place = pd.MultiIndex.from_frame(table[["source_file", "row"]])
        parents = dict(zip(place[~reply], own[~reply], strict=True))
        own[reply] = [f"{parents[key]}#reply" for key in place[reply]]
        table.loc[reply, "reply_to"] = [parents[key] for key in place[reply]]
    prefix = table["space"] + ":"
    table["mention_id"] = _prefixed(prefix, own)
    for word, column in (("reply_to", "reply_to_id"), ("reposted", "reposted_id"), ("quoted", "quoted_id")):
        table[column] = _prefixed(prefix, table[word].to_numpy(object))
        table.loc[table[column] == table["mention_id"], column] = ""
    table.loc[table["reposted_id"] != "", "reply_to_id"] = ""
    table["label"] = _prefixed(prefix, table["conversation"].to_numpy(object))
    return table


def _prefixed(prefix: pd.Series, ids: npt.NDArray[np.object_]) -> list[str]:
    return [
        "" if not own else own if own.startswith(lead) else lead + own
        for lead, own in zip(prefix, ids, strict=True)
    ]


def _spaces(table: pd.DataFrame, notes: list[str]) -> pd.Series:
    """Keep files apart whose ids count from 1 each: the same id, but another author, time or text."""
    local = table["local_ids"].to_numpy(bool) & (table["id"] != "").to_numpy(bool)
    if not local.any() or table.loc[local, "source_file"].nunique() < 2:
        return table["platform"]
    rows = table[local]
    message = pd.util.hash_pandas_object(rows[["author", "created_at", "text"]], index=False)
    shared = rows.assign(message=message).groupby(["platform", "id"], sort=False).agg(
        n_files=("source_file", "nunique"), n_messages=("message", "nunique")
    )  # fmt: skip
    clash = shared[(shared["n_files"] > 1) & (shared["n_messages"] > 1)]
    if clash.empty:
        return table["platform"]
    notes.append(
        f"{len(clash):,} ids stand for different messages in different files (each file counts from 1), so ids and "
        "authors are kept apart by file."
    )
    stem = table["source_file"].str.replace(r"^.*[/!]", "", regex=True).str.replace(r"\.\w+$", "", regex=True)
    return table["platform"].where(~table["local_ids"], table["platform"] + "/" + stem)


def _useless(table: pd.DataFrame, notes: list[str]) -> npt.NDArray[np.bool_]:
    """Find the files whose id column does not tell messages apart; their rows get ids from their content."""
    useless = np.zeros(len(table), dtype=bool)
    local = table[table["local_ids"] & (table["id"] != "")]
    for file, rows in local.groupby("source_file", sort=True):
        different = rows.drop_duplicates(["id", "author", "created_at", "text"])
        n_shared = int(different["id"].duplicated().sum())
        if n_shared > 0.02 * len(rows):
            useless |= (table["source_file"] == file).to_numpy(bool)
            notes.append(
                f"{file}: {n_shared:,} of {len(rows):,} rows share their id with another message; ids come from the content."
            )
    return useless


def _content_ids(rows: pd.DataFrame) -> list[str]:
    """Make ids from what a message says, so that neither row order nor the pseudonym key can change them.

    Authors enter only as their rank among those who wrote the very same words at the very same time: a hash of a
    handle could be guessed. Without author or date, copies inside one file are different messages, numbered.
    """
    columns = [rows[column].astype(object).where(rows[column].notna(), "") for column in _CONTENT]
    said = [" \x1f".join(map(str, values)) for values in zip(*columns, strict=True)]
    text = pd.Series(said, index=rows.index)
    rank = rows["author"].groupby(text, sort=False).rank("dense").astype(int)
    vague = (rows["author"] == "") | (rows["time_precision"] != "s")
    copy = text.groupby([text, rows["author"], rows["source_file"], rows["is_reply"]], sort=False).cumcount()
    copy = copy.where(vague, 0)
    return [
        hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=8).hexdigest()
        + (f".{author}" if author > 1 else "")
        + (f"+{number}" if number else "")
        for said, author, number in zip(said, rank, copy, strict=True)
    ]


# ------------------------------------------------------------------------------------------------------ duplicates


def merge_duplicates(table: pd.DataFrame, dropped: Dropped) -> pd.DataFrame:
    """Keep one row a mention_id: the earliest text, the latest counts (for reviews also the latest text)."""
    twice = table["mention_id"].duplicated(keep=False)
    if not twice.any():
        return table
    order = ["mention_id", "retrieved_at", *COUNTS, "created_at", "text", "source_file", "row"]
    copies = table[twice].sort_values(order, na_position="first", kind="stable")
    latest = copies.groupby("mention_id", sort=False)[list(COUNTS)].last()
    newest = copies["keep"].eq("latest")
    copies = pd.concat([copies[newest][::-1], copies[~newest]])
    first = ~copies["mention_id"].duplicated()
    kept = copies[first].copy()
    for word in COUNTS:
        kept[word] = latest[word].reindex(kept["mention_id"]).to_numpy()
    where = dict(
        zip(kept["mention_id"], kept["source_file"] + " row " + kept["row"].astype(str), strict=True)
    )
    again = copies[~first]
    dropped.add(again, "duplicate", [f"the same message as {where[own]}" for own in again["mention_id"]])
    return pd.concat([table[~twice], kept], ignore_index=True)


# --------------------------------------------------------------------------------------------------------- threads


def give_threads(table: pd.DataFrame, notes: list[str]) -> pd.Series:
    """Find the thread of every row: joined by replies and by the source's own thread ids.

    A thread is named by its first message: the root of the chain of replies, even when it lies outside the file,
    the thread id itself where the source names threads by message, else the earliest message.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ids, parents, labels = (table[word].to_numpy(object) for word in ("mention_id", "reply_to_id", "label"))
    n = len(table)
    names = np.concatenate([ids, parents, np.where(labels != "", "label " + labels, "")])
    codes, distinct = pd.factorize(names)
    own, parent, label = codes[:n], codes[n : 2 * n], codes[2 * n :]
    parent = _without_cycles(table, own, parent, parents != "", len(distinct), notes)
    answered, labelled = parent >= 0, labels != ""
    start = np.concatenate([own[answered], own[labelled]])
    end = np.concatenate([parent[answered], label[labelled]])
    graph = coo_array((np.ones(len(start), np.int8), (start, end)), shape=(len(distinct),) * 2)
    part = pd.Series(connected_components(graph, directed=False)[1][own], index=table.index)
    root = pd.Series(distinct[_roots(own, parent, len(distinct))], index=table.index)
    by_time = table.sort_values(["created_at", "mention_id"], na_position="last", kind="stable").index
    has_label = pd.Series(labelled, index=table.index).groupby(part).transform("any")
    earliest = table.loc[by_time, "mention_id"].groupby(part.loc[by_time], sort=False).first()
    named = table["label"].where(pd.Series(labelled, index=table.index) & table["labels_are_messages"])
    named = named.groupby(part).transform("min")
    return named.fillna(part.map(earliest).where(has_label, root))


def _roots(own: npt.NDArray, parent: npt.NDArray, n: int) -> npt.NDArray:
    """Follow every chain of replies to its end by doubling the steps."""
    up = np.arange(n)
    up[own[parent >= 0]] = parent[parent >= 0]
    for _ in range(max(int(np.ceil(np.log2(max(n, 2)))), 1)):
        up = up[up]
    return up[own]


def _without_cycles(
    table: pd.DataFrame,
    own: npt.NDArray,
    parent: npt.NDArray,
    answered: npt.NDArray,
    n: int,
    notes: list[str],
) -> npt.NDArray:
    parent = np.where(answered, parent, -1)
    up = np.arange(n)
    up[own[answered]] = parent[answered]
    end = _roots(own, parent, n)
    looping = np.flatnonzero(up[end] != end)
    if not len(looping):
        return parent
    position = dict(zip(own[looping], looping, strict=True))
    by_time = table.iloc[looping].sort_values(["created_at", "mention_id"], kind="stable").index
    seen: set[int] = set()
    n_cut = 0
    for at in (table.index.get_loc(label) for label in by_time):
        node, path = own[at], []
        while node not in seen and node in position:
            seen.add(node)
            path.append(node)
            node = parent[position[node]]
        if node in path:
            cycle = path[path.index(node) :]
            order = {own_: rank for rank, own_ in enumerate(own[table.index.get_indexer(by_time)])}
            parent[position[min(cycle, key=order.__getitem__)]] = -1
            n_cut += 1
    notes.append(f"{n_cut:,} chains of replies ran in a circle; each was cut at its earliest message.")
    return parent
