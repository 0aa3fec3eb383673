"""Needs in a file: a zip of Parquet, NumPy and JSON, sealed; nothing in it can run."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from insight.files import write_file
from insight.mentions import InsightError
from insight.text.encode import Encoder, encode, load_encoder
from insight.topics.space import Space

from .groups import Groups
from .wording import Wording

_VERSION = 1
_PROBE = "The kettle leaks; the lid came off."
_WORDS = r"\w+"
_ALIKE = 1e-3
"""Most that a number of the probe's vector may differ from machine to machine."""


def write_needs(
    path: str | os.PathLike[str],
    *,
    tables: Mapping[str, pd.DataFrame],
    groups: Groups,
    about: Mapping[str, Any],
) -> Path:
    """Write tables, the rule that places sentences, and what else is known of them."""
    files = {f"{name}.parquet": _parquet(table) for name, table in tables.items()}
    arrays, rule = _flat(groups)
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    files["rule.npz"] = content.getvalue()
    kinds = {name: {at: str(kind) for at, kind in table.dtypes.items()} for name, table in tables.items()}
    attrs = {name: table.attrs for name, table in tables.items()}
    files["about.json"] = json.dumps({**about, "rule": rule, "types": kinds, "attrs": attrs}).encode()
    files["seal.json"] = json.dumps({"insight needs": _VERSION, "sha256": _seal(files)}).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return write_file(path, packed.getvalue())


def read_needs(
    path: str | os.PathLike[str], encoder: str | Path | Encoder | None
) -> tuple[dict[str, pd.DataFrame], Groups, dict[str, Any]]:
    """Read what `write_needs` wrote; a file of another version, or that was changed, is refused."""
    file = Path(path)
    try:
        with zipfile.ZipFile(file) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        seal = json.loads(files.pop("seal.json"))
        version, sum_ = seal["insight needs"], seal["sha256"]
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise InsightError(
            f"'{file}' holds no needs; pass a file that Needs.save wrote ({type(error).__name__})."
        ) from error
    if version != _VERSION:
        raise InsightError(
            f"'{file}' is of version {version}, this package reads {_VERSION}; run find_needs again."
        )
    if sum_ != _seal(files):
        raise InsightError(f"'{file}' was changed or damaged after it was saved; run find_needs again.")
    about = json.loads(files["about.json"])
    tables = {name: _table(files[f"{name}.parquet"], about, name) for name in about["types"]}
    with np.load(io.BytesIO(files["rule.npz"]), allow_pickle=False) as arrays:
        groups = _deep(dict(arrays), about["rule"], load_encoder(encoder), file)
    return tables, groups, about


def _seal(files: Mapping[str, bytes]) -> str:
    return hashlib.sha256(
        b"".join(name.encode() + hashlib.sha256(files[name]).digest() for name in sorted(files))
    ).hexdigest()


def _parquet(table: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    bare = table.copy()
    bare.attrs = {}
    bare.to_parquet(content, index=False)
    return content.getvalue()


def _table(content: bytes, about: Mapping[str, Any], name: str) -> pd.DataFrame:
    table = pd.read_parquet(io.BytesIO(content)).astype(about["types"][name])
    table.attrs = about["attrs"][name]
    return table


def _flat(groups: Groups) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Take a rule apart into arrays and what JSON can hold."""
    wording, space = groups.wording, groups.space
    arrays: dict[str, np.ndarray] = {
        "centres": groups.centres, "verdicts": groups.verdicts, "problems": groups.problems,
        "words": wording.vectors,
    }  # fmt: skip
    rule: dict[str, Any] = {
        "labels": groups.labels,
        "names": {str(at): name for at, name in groups.names.items()},
        "coherence": {str(at): share for at, share in groups.coherence.items()},
        "wrong": sorted(wording.wrong),
        "usual": None if wording.usual is None else sorted(wording.usual),
        "weight": wording.weight,
        "place": wording.place,
        "space": None,
    }
    if space is not None:
        probe = encode([_PROBE], encoder=space.teacher)[0]
        arrays |= {"weights": space.weights, "centre": space.centre, "probe": probe}
        known = [str(word) for word in space.vectorizer.get_feature_names_out()]
        rule["space"] = {"whole": space.encoder is not None, "fidelity": space.fidelity, "known": known}
    return arrays, rule


def _deep(arrays: dict[str, np.ndarray], rule: dict[str, Any], encoder: Encoder, file: Path) -> Groups:
    """Put a rule together again."""
    from sklearn.feature_extraction.text import CountVectorizer

    space = None
    if rule["space"] is not None:
        probe = encode([_PROBE], encoder=encoder)[0]
        if probe.shape != arrays["probe"].shape or not np.allclose(probe, arrays["probe"], atol=_ALIKE):
            raise InsightError(f"'{file}' was made with another encoder; pass the same one as encoder=.")
        vectorizer = CountVectorizer(
            ngram_range=(1, 2), token_pattern=_WORDS, binary=True, dtype=np.float32,
            vocabulary=rule["space"]["known"],
        )  # fmt: skip
        whole = encoder if rule["space"]["whole"] else None
        space = Space(
            whole, encoder, vectorizer, arrays["weights"], arrays["centre"], rule["space"]["fidelity"]
        )
    usual = None if rule["usual"] is None else frozenset(rule["usual"])
    wording = Wording(frozenset(rule["wrong"]), rule["weight"], rule["place"], arrays["words"], usual)
    return Groups(
        space,
        wording,
        rule["labels"],
        arrays["centres"],
        arrays["verdicts"],
        arrays["problems"],
        {int(at): name for at, name in rule["names"].items()},
        {int(at): share for at, share in rule["coherence"].items()},
    )
