"""One archive as several: of each brand, or of each value of a column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from insight.mentions import InsightError
from insight.timeline.brands import speaking_brands

if TYPE_CHECKING:
    from insight.archives import Archive

MOST = 50
"""Values of a column that is still one of segments; more are names, ids or words."""


def split_archive(archive: Archive, by: str, *, min_people: int = 10) -> dict[str, Archive]:
    """Split an archive by brand, each time with that brand as the own one, or by the values of a column.

    Parameters
    ----------
    archive : Archive
        As `read_archive` returns it.
    by : str
        'brand', or a column of the mentions with at most 50 values (channel, platform, lang, or one of the
        file's own). What a brand says in a conversation goes with the customers of it, if it has no value of
        its own.
    min_people : int
        Segments of fewer people who wrote get no report.

    Returns
    -------
    dict of str to Archive
        By brand or value, the one of most people first.

    Examples
    --------
    >>> import insight as ins
    >>> archive = ins.read_archive("exports/")  # doctest: +SKIP
    >>> for channel, part in ins.report.split_archive(archive, "channel").items():  # doctest: +SKIP
    ...     ins.build_report(part, title=channel).save(f"{channel}.html")
    """
    parts = _by_brand(archive) if by == "brand" else _by_column(archive, by)
    sizes = {name: _n_people(part, by) for name, part in parts.items()}
    kept = sorted(
        (name for name in parts if sizes[name] >= min_people), key=lambda name: (-sizes[name], name)
    )
    if not kept:
        largest = max(sizes.values(), default=0)
        raise InsightError(f"no {by} has {min_people} people or more; the largest has {largest}.")
    return {name: parts[name] for name in kept}


def _by_brand(archive: Archive) -> dict[str, Archive]:
    named = archive.report.named
    speaking = [str(name) for name in speaking_brands(archive.mentions).index]
    names = [*named, *(name for name in speaking if name not in named)] if named else speaking
    others = {name: [other for other in (named or ()) if other != name] for name in names}
    return {
        name: replace(archive, report=replace(archive.report, named=(name, *others[name]))) for name in names
    }


def _by_column(archive: Archive, by: str) -> dict[str, Archive]:
    mentions = archive.mentions
    if by not in mentions.columns:
        few = [str(name) for name in mentions.columns if 1 < mentions[name].nunique() <= MOST]
        raise InsightError(f"the archive has no column {by!r}; with few values it has {few}, and 'brand'.")
    values = mentions[by].astype(object)
    if values.nunique() > MOST:
        raise InsightError(f"{by!r} has {values.nunique():,} values, more than {MOST}: it is no segment.")
    first = values[mentions["side"] != "brand"].groupby(mentions["conversation_id"]).first()
    answers = (mentions["side"] == "brand") & values.isna()
    values = values.where(~answers, mentions["conversation_id"].map(first))
    return {
        str(value): replace(archive, mentions=mentions[(values == value).to_numpy()].reset_index(drop=True))
        for value in values.dropna().unique()
    }


def _n_people(part: Archive, by: str) -> int:
    mentions = part.mentions
    customers = mentions[~mentions["side"].isin(["brand", "other"]).to_numpy()]
    if by == "brand":
        customers = customers[(customers["brand"].astype(object) == part.report.named[0]).to_numpy(bool)]
    return int(pd.Series(customers["author_id"]).nunique())
