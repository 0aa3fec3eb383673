"""Topics in a file of their own: tables, arrays and words, sealed by their hash; it holds no code."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from insight.files import write_file
from insight.mentions import InsightError
from insight.text.encode import Encoder, fingerprint, load_encoder

from .cluster import Search
from .rule import Rule
from .space import Space, new_vectorizer

FORMAT = 1
"""Number of the manner of the file; raised when older versions could no longer read it."""
_TABLES = ("table", "assignments", "terms", "tree", "levels", "stability", "changes", "messages")
_RULE = ("centroids", "weights", "topics", "fine", "owners")
_FACTS, _ARRAYS, _SEAL = "facts.json", "arrays.npz", "seal"


def write_topics(path: str | Path, fields: Mapping[str, Any]) -> Path:
    """Write the fields of a `Topics` to one file, whole or not at all."""
    rule: Rule = fields["rule"]
    arrays = {name: getattr(rule, name) for name in _RULE} | {"resampled": fields["resampled"]}
    search = fields["search"]
    facts = {name: fields[name] for name in ("drawn", "silent", "cost")}
    facts |= {
        "format": FORMAT,
        "floor": rule.floor,
        "given": list(fields["given"].items()),
        "search": None if search is None else asdict(search),
        "dtypes": {name: fields[name].dtypes.astype(str).to_dict() for name in _TABLES},
    }
    if rule.space is not None:
        space = rule.space
        arrays |= {"space_weights": space.weights, "space_centre": space.centre}
        facts["space"] = {
            "words": space.vectorizer.get_feature_names_out().tolist(),
            "fidelity": space.fidelity,
            "reads": space.encoder is not None,
            "encoder": fingerprint(space.teacher),
        }
    parts = {f"{name}.parquet": _as_parquet(fields[name]) for name in _TABLES}
    parts |= {
        _ARRAYS: _as_npz(arrays),
        _FACTS: json.dumps(facts, ensure_ascii=False).encode("utf-8", "surrogatepass"),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, part in {**parts, _SEAL: _seal(parts)}.items():
            file.writestr(zipfile.ZipInfo(name), part)
    return write_file(path, content.getvalue())


def read_topics(path: str | Path, *, encoder: str | Path | Encoder | None) -> dict[str, Any]:
    """Read the fields of a `Topics`, after checking the seal, the format and the encoder."""
    parts = _read_parts(Path(path))
    facts = json.loads(parts[_FACTS].decode("utf-8", "surrogatepass"))
    if facts["format"] > FORMAT:
        raise InsightError(
            f"'{path}' was saved by a newer version of insight (format {facts['format']}, this one reads "
            f"up to {FORMAT}). Update insight, or fit the topics again."
        )
    with np.load(io.BytesIO(parts[_ARRAYS]), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    fields: dict[str, Any] = {name: facts[name] for name in ("drawn", "silent", "cost")}
    for name in _TABLES:
        table = pd.read_parquet(io.BytesIO(parts[f"{name}.parquet"]))
        fields[name] = table.astype(facts["dtypes"][name])
    fields["tree"]["topics"] = fields["tree"]["topics"].map(list)
    fields["search"] = None if facts["search"] is None else Search(**facts["search"])
    fields["given"] = dict(facts["given"])
    fields["resampled"] = arrays.pop("resampled")
    space = _space(path, facts["space"], arrays, encoder) if "space" in facts else None
    fields["rule"] = Rule(space, **{name: arrays[name] for name in _RULE}, floor=facts["floor"])
    return fields


def _space(
    path: str | Path, facts: dict[str, Any], arrays: dict[str, Any], encoder: str | Path | Encoder | None
) -> Space:
    teacher = load_encoder(encoder)
    if fingerprint(teacher) != facts["encoder"]:
        raise InsightError(
            f"the topics in '{path}' were fitted with another encoder than "
            f"{'the bundled one' if encoder is None else 'the one given'}. Pass that encoder: "
            "Topics.load(path, encoder=...)."
        )
    vectorizer = new_vectorizer(facts["words"])
    reads = teacher if facts["reads"] else None
    weights, centre = arrays["space_weights"], arrays["space_centre"]
    return Space(reads, teacher, vectorizer, weights, centre, facts["fidelity"])


def _read_parts(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as file:
            parts = {name: file.read(name) for name in file.namelist()}
    except FileNotFoundError as error:
        raise InsightError(f"there is no file '{path}'; Topics.save(path) writes one.") from error
    except (OSError, zipfile.BadZipFile, EOFError) as error:
        raise InsightError(
            f"'{path}' cannot be read as topics ({error}). Topics.save(path) writes them."
        ) from error
    if parts.pop(_SEAL, b"") != _seal(parts) or _FACTS not in parts:
        raise InsightError(
            f"'{path}' holds no topics, or was changed after it was saved. Save or fit the topics again."
        )
    return parts


def _seal(parts: Mapping[str, bytes]) -> bytes:
    digests = [f"{name} {hashlib.sha256(part).hexdigest()}" for name, part in sorted(parts.items())]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest().encode()


def _as_parquet(table: pd.DataFrame) -> bytes:
    content: bytes = table.to_parquet()
    return content


def _as_npz(arrays: Mapping[str, Any]) -> bytes:
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()
