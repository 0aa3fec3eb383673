"""From an archive to a report: the plan is run and its results are written up as one page."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insight.mentions import InsightError

from .corrections import find_edits
from .plan import caught_warnings, run_plan
from .report import Report
from .results import Results
from .scope import customer_messages, period_of
from .stages import Stages

if TYPE_CHECKING:
    import pandas as pd

    from insight.archives import Archive
    from insight.config import Config
    from insight.needs import Needs
    from insight.needs.runs import Run
    from insight.text.encode import Encoder
    from insight.timeline.engine import Cluster
    from insight.topics import Topics


def build_report(
    archive: Archive | pd.DataFrame,
    *,
    title: str | None = None,
    encoder: Encoder | str | None = None,
    tz: str | None = None,
    config: Config | None = None,
    compare_to: str | os.PathLike[str] | None = None,
    edits: str | os.PathLike[str] | None = None,
    labels: pd.DataFrame | str | os.PathLike[str] | None = None,
    topics: Topics | None = None,
    signals: pd.DataFrame | None = None,
    needs: Needs | None = None,
    since: str | pd.Timestamp | None = None,
    until: str | pd.Timestamp | None = None,
    random_state: int = 0,
    cache: str | os.PathLike[str] | None = None,
    cluster: Cluster | None = None,
    progress: bool = False,
) -> Report:
    """Run every measure on an archive and arrange the results as one offline page.

    Parameters
    ----------
    archive : Archive or DataFrame
        From `read_archive`; or a table of mentions, which is taken as it is, names and all. With
        `privacy="internal"`, and of a table, needs and topics of fewer than five people are shown, unless
        `config` says another minimum.
    title : str, optional
        Heading of the page; by default that of `config`, else the own brand's name or that of the first file.
    encoder : Encoder or str, optional
        Handed to `fit_topics`; by default the bundled encoder.
    tz : str, optional
        The zone in which dates are printed and months begin; by default that of `config`, else UTC.
    config : Config, optional
        From `read_config`: title, zone, minimum, opening hours and events.
    compare_to : str or path, optional
        What `Report.save_run` left of an earlier run. Topics keep their numbers and names, problems their
        names, and the page says what changed since: people by topic and by need, waits answered, people who
        came back.
        By default the last complete period is compared with the one before.
    edits : str or path, optional
        Folder of what people corrected without code: topics.toml (names and merges), ideas.csv (what became
        of each idea), notes.csv (mention_id, note). `Report.save_edits` writes it, ready to be edited; by
        default the folder insight-edits beside insight.toml, if there is one.
    labels : DataFrame, str or path, optional
        Sentences of this archive labelled by hand, as `insight label` keeps them. The page then gives
        precision, recall and the corrected share of each signal; without, it says that nothing was checked.
    topics, signals, needs : Topics, DataFrame, Needs, optional
        What `fit_topics`, `find_signals` and `find_needs` found in these messages, to be used as it is.
    since, until : str or Timestamp, optional
        Only messages from `since` on and before `until` count; one without a zone is in `tz`. Messages
        without a date are then left out.
    random_state : int
        Seed of every random step.
    cache : str or path, optional
        Folder in which topics, signals and problems are kept, and found again while the messages, settings
        and the program are the same; made if missing, for its owner alone, 2 GB at most. It holds customers'
        words under pseudonyms: keep it as safe as the archive. None keeps nothing.
    cluster : Cluster, optional
        `insight.timeline.engine.Cluster.open(master)`: signals, waits and activity are found by its workers;
        the same tables, row by row. All else is measured here.
    progress : bool
        Show bars on stderr.

    Returns
    -------
    Report
        `.page.memo` to read, `.save(path)` to write. The same mentions in any order give the same bytes.

    Raises
    ------
    InsightError
        If the archive holds no message, the zone does not exist, or the labels are of another archive.

    Notes
    -----
    A measure that cannot be made (no authors, no dates, no message by the brand) leaves its reason on the
    page. Topics and problems are found in original messages by customers and unknown sides.

    Examples
    --------
    >>> import insight as ins
    >>> report = ins.build_report(ins.read_archive("exports/"), title="Acme, spring")  # doctest: +SKIP
    >>> report.save("acme.html")  # doctest: +SKIP
    PosixPath('acme.html')
    """
    from insight.archives import Archive
    from insight.archives.as_archive import as_archive
    from insight.config import Config, check_zone

    from .page_facts import write_page

    archive = archive if isinstance(archive, Archive) else as_archive(archive)
    config = config or Config()
    zone = check_zone(tz or config.tz or "UTC")
    archive = _between(archive, since, until, zone)
    if archive.mentions.empty:
        raise InsightError("the archive holds no message; see archive.report for the rows skipped and why.")
    kept = _Kept(find_edits(config.path) if edits is None else Path(edits), compare_to, labels)
    given = {"fitted": topics, "signals": signals, "voiced": needs, "encoder": encoder}
    settings = given | {"random_state": random_state, "progress": progress, "tz": zone, "cluster": cluster}
    stages = None if cache is None else Stages.open(Path(cache), archive.guard.deleted.entries)
    line = _line(archive)
    archive = replace(archive, mentions=archive.mentions[[]])  # a large one is held once
    results = _measure(line, archive, config, kept, settings, stages)
    heading = title or config.title or _default_title(archive, results)
    page = write_page(results, archive.report, title=heading, random_state=random_state)
    parameters = {
        "brands": archive.report.brands if archive.report.privacy == "internal" else [*archive.report.brands],
        "encoder": encoder if isinstance(encoder, str) else type(encoder).__name__ if encoder else "bundled",
        "minimum": results.minimum,
        "privacy": archive.report.privacy,
        "random_state": random_state,
        "title": page.title,
        "tz": zone,
    }
    return Report(page.title, page, results, archive.report, parameters)


@dataclass(frozen=True)
class _Kept:
    """What outlives a run and is read again: the folder of edits, an earlier run, labels."""

    edits: Path | None
    compare_to: str | os.PathLike[str] | None
    labels: pd.DataFrame | str | os.PathLike[str] | None


@dataclass(frozen=True)
class _Line:
    """The timeline of an archive: what is about the own brand and what is not, and what was warned of it."""

    mentions: pd.DataFrame
    elsewhere: pd.DataFrame
    own: str | None
    n_brands: int
    warned: list[str]


def _line(archive: Archive) -> _Line:
    """Make the timeline, and part it by the own brand."""
    from insight.timeline.brands import concerns, speaking_brands

    from .own_brand import warn_of, whose_messages

    everyone, own = whose_messages(archive)
    with caught_warnings() as warned:
        warn_of(everyone, own, archive.report.named)
    ours, n_brands = concerns(everyone, own), len(speaking_brands(everyone))
    mentions = everyone if ours.all() else everyone[ours].reset_index(drop=True)
    return _Line(mentions, everyone[~ours], own, n_brands, warned)


def _measure(
    line: _Line,
    archive: Archive,
    config: Config,
    kept: _Kept,
    settings: dict[str, Any],
    stages: Stages | None,
) -> Results:
    """Run the plan on the messages that are about the own brand."""
    from insight.needs.runs import read_run

    from .checked import check_labels
    from .kept import sweep_kept

    run = None if kept.compare_to is None else Path(kept.compare_to)
    labels = Path(kept.labels) if isinstance(kept.labels, str | os.PathLike) else None
    sweep_kept(archive.guard, edits=kept.edits, run=run, labels=labels)
    mentions = line.mentions
    dated = mentions["created_at"].dropna()
    internal = archive.report.privacy == "internal"
    before = None if run is None else read_run(run)
    base: dict[str, Any] = {
        "mentions": mentions,
        "customers": customer_messages(mentions),
        "as_of": dated.max() if len(dated) else None,
        "period": period_of(mentions),
        "own": line.own,
        "tz": settings["tz"],
        "minimum": config.min_people or (1 if internal else 5),
        "config": config,
        "guard": replace(archive.guard, shareable=not internal),
    }
    more = {"elsewhere": line.elsewhere, "named": archive.report.named, "edits": kept.edits, "before": before}
    measured = run_plan(base | more | settings, stages=stages, progress=settings["progress"])
    results = Results(
        **base,
        n_brands=line.n_brands,
        imported=archive.report,
        found=measured.found,
        reasons=measured.reasons,
        warnings=(*dict.fromkeys(line.warned), *measured.warnings),
    )
    if kept.labels is not None:
        scores = check_labels(kept.labels, results.mentions, results.signals, guard=results.guard)
        results = replace(results, found={**results.found, "labelled": scores})
    return results if before is None else _since_run(results, before)


def _since_run(results: Results, before: Run) -> Results:
    """Compare with an earlier run, instead of with the last period."""
    from insight.needs.runs import compare_runs

    from .take_run import take_run

    if results.topics is None or results.signals is None or results.as_of is None:
        return results
    changes = compare_runs(take_run(results), before, predict=results.topics.predict)
    results = replace(results, found={**results.found, "changes": changes})
    first = results.mentions["created_at"].min()
    if first.floor("D") > before.as_of.floor("D"):
        return results
    overlap = (
        f"the archive begins on {first:%d %b %Y}, before the earlier run ended ({before.as_of:%d %b %Y}): "
        "what lies between counts in both, so that a change looks smaller than it is."
    )
    return replace(results, warnings=(*results.warnings, overlap))


def _between(
    archive: Archive, since: str | pd.Timestamp | None, until: str | pd.Timestamp | None, tz: str
) -> Archive:
    """Cut an archive by date."""
    import pandas as pd

    if since is None and until is None:
        return archive
    at = archive.mentions["created_at"]
    keep = at.notna()
    for moment, side in ((since, "from"), (until, "before")):
        if moment is None:
            continue
        try:
            stamp = pd.Timestamp(moment)
        except ValueError as error:
            raise InsightError(f"{moment!r} is no date; write one such as '2026-03-01'.") from error
        stamp = stamp.tz_localize(tz) if stamp.tz is None else stamp
        keep &= at >= stamp if side == "from" else at < stamp
    if not keep.any():
        raise InsightError(
            f"no message lies between {since} and {until}; the archive runs from {at.min()} to {at.max()}."
        )
    return replace(archive, mentions=archive.mentions[keep].reset_index(drop=True))


def _default_title(archive: Archive, results: Results) -> str:
    if results.own is not None:
        return f"What people say about {results.own}"
    return f"What people say in {Path(str(archive.report.files['source_file'].iloc[0])).name}"
