"""What the whole page and each of its slices tell alike; in a large archive each core tells some slices."""

from __future__ import annotations

import functools
import pickle
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from insight.archives.privacy.guard import Guard

from . import first_screen as answers
from . import sections
from .actions import next_actions
from .dialogue import Dialogue
from .dialogue_evidence import collect_cohort_evidence, collect_dialogue_evidence
from .evidence import Lines, collect_evidence, voices
from .members import Members, members_sections
from .results import Results
from .rooms import dialogue_sections
from .slices import Slice, TopicSlice, cut_slices, run_slice, slice_size

if TYPE_CHECKING:
    from insight.archives import ImportReport

    Shared = tuple[Results, ImportReport, list[dict[str, Any]], Lines]

MANY_MESSAGES = 5_000
"""From here on a second core is worth the seconds that it takes to start."""


def tell(
    results: Results, report: ImportReport, *, tz: str, random_state: int
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Tell the whole archive, then each slice of it; the same words on any number of cores."""
    from joblib import Parallel, delayed

    seed: dict[str, Any] = {"tz": tz, "random_state": random_state}
    lines: Lines = {}
    whole = _tell(results, report, lines=lines, whole=None, **seed)
    bare = replace(results, members=Members(), dialogue=Dialogue(own=results.dialogue.own), guard=Guard())
    cuts = cut_slices(bare, tz=tz)
    topics = results.topics and TopicSlice(results.topics.table, results.topics.assignments)
    shared = replace(bare, topics=topics), report, whole["sections"], lines
    if len(results.mentions) < MANY_MESSAGES:
        return whole, [_tell_slice(cut, *shared, **seed) for cut in cuts]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "shared.pickle")
        path.write_bytes(pickle.dumps(shared))
        return whole, Parallel(n_jobs=-1)(delayed(_tell_apart)(cut, path, **seed) for cut in cuts)


def _tell_apart(cut: Slice, path: Path, *, tz: str, random_state: int) -> dict[str, Any]:
    """Tell a slice in a process of its own, which reads what all slices share once."""
    return _tell_slice(cut, *_read_shared(path), tz=tz, random_state=random_state)


@functools.lru_cache(maxsize=1)
def _read_shared(path: Path) -> Shared:
    shared: Shared = pickle.loads(path.read_bytes())
    return shared


def _tell_slice(
    cut: Slice,
    whole: Results,
    report: ImportReport,
    rooms: list[dict[str, Any]],
    lines: Lines,
    *,
    tz: str,
    random_state: int,
) -> dict[str, Any]:
    """Measure a slice and tell it in the `rooms` of the whole archive."""
    part = run_slice(cut, whole, tz=tz, random_state=random_state)
    told = _tell(part, report, tz=tz, random_state=random_state, lines=lines, whole=whole)
    anew = {room["id"]: room for room in told["sections"]}
    return {
        **told,
        "name": cut.name,
        "label": cut.label,
        "kind": cut.kind,
        "size": slice_size(part),
        "sections": [sections.with_gaps(anew.get(room["id"]), room) for room in rooms],
    }


def _tell(
    results: Results, report: ImportReport, *, tz: str, random_state: int, lines: Lines, whole: Results | None
) -> dict[str, Any]:
    """Tell answers, rooms, needs, actions and evidence."""
    actions = next_actions(results, tz=tz)
    needs = answers.shown_needs(results).head(sections.MAX_NEEDS)
    names = None if results.topics is None else results.topics.table.set_index("topic")["name"]
    found = collect_evidence(
        results, n=sections.MAX_NEEDS, tz=tz, random_state=random_state, lines=lines, whole=whole
    )
    return {
        "answers": answers.six_answers(results, report, tz=tz, actions=actions),
        "sections": [
            *sections.main_sections(results, tz=tz),
            *members_sections(results.members, period=results.period, minimum=results.minimum),
            *dialogue_sections(
                results.dialogue, rivals=results.rivals, names=names, minimum=results.minimum, tz=tz
            ),
        ],
        "needs": [_need(need, found) for _, need in needs.iterrows()],
        "actions": actions,
        "evidence": found
        | collect_cohort_evidence(results, tz=tz, random_state=random_state)
        | collect_dialogue_evidence(results, tz=tz, random_state=random_state),
    }


def _need(need: pd.Series, found: dict[str, Any]) -> dict[str, Any]:
    key = str(need["need"])
    told = [voices(need)]
    if bool(need["latent"]):
        told.append("shown, hardly ever asked for")
    if bool(need["tied_with_next"]):
        told.append("tied with the next")
    quotes = [quote for group in found[key]["groups"] for quote in group["quotes"]]
    return {
        "id": key,
        "claim": answers.need_claim(need),
        "voices": "; ".join(filter(None, told)),
        "quote": quotes[0] if quotes else None,
    }
