"""Needs in a file of their own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from insight.files import Bundle, read_bundle, write_bundle
from insight.text.encode import Encoder, load_encoder
from insight.topics.space import put_together, take_apart

from .groups import Groups
from .wording import Wording

_VERSION = 3


def write_needs(
    path: str | os.PathLike[str],
    *,
    tables: Mapping[str, pd.DataFrame],
    groups: Groups,
    about: Mapping[str, Any],
) -> Path:
    """Write tables, the rule that places sentences, and what else is known of them."""
    arrays, rule = _take_apart(groups)
    bundle = Bundle(tables, arrays, {**about, "rule": rule})
    return write_bundle(path, bundle, kind="needs", version=_VERSION)


def read_needs(
    path: str | os.PathLike[str], encoder: str | Path | Encoder | None
) -> tuple[Mapping[str, pd.DataFrame], Groups, Mapping[str, Any]]:
    """Read what `write_needs` wrote."""
    found = read_bundle(path, kind="needs", version=_VERSION)
    groups = _put_together(
        found.arrays, found.facts["rule"], load_encoder("problems" if encoder is None else encoder)
    )
    return found.tables, groups, found.facts


def _take_apart(groups: Groups) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    wording = groups.wording
    arrays, space = take_apart(groups.space)
    arrays |= {
        "centres": groups.centres,
        "enough": groups.enough,
        "verdicts": groups.verdicts,
        "problems": groups.problems,
    }
    arrays["words"] = wording.vectors
    return arrays, {
        "labels": groups.labels,
        "names": list(groups.names.items()),
        "coherence": list(groups.coherence.items()),
        "wrong": sorted(wording.wrong),
        "things": sorted(wording.things),
        "quiet": sorted(wording.quiet),
        "weight": wording.weight,
        "place": wording.place,
        "space": space,
    }


def _put_together(arrays: Mapping[str, np.ndarray], rule: Mapping[str, Any], encoder: Encoder) -> Groups:
    wording = Wording(
        frozenset(rule["wrong"]),
        rule["weight"],
        rule["place"],
        arrays["words"],
        frozenset(rule["things"]),
        frozenset(rule["quiet"]),
    )
    return Groups(
        space=put_together(arrays, rule["space"], encoder),
        wording=wording,
        labels=rule["labels"],
        centres=arrays["centres"],
        enough=arrays["enough"],
        verdicts=arrays["verdicts"],
        problems=arrays["problems"],
        names=dict(rule["names"]),
        coherence=dict(rule["coherence"]),
    )
