"""Sentences as the bundled encoder holds them half-way: how a thing is said, which its last layer forgets."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from insight.text.encode import Vectors, open_session

Read = TypeVar("Read")

WIDTH = 3 * 384
"""Numbers a token has: those of three layers."""
# what leaves the 2nd, 4th and 6th of six layers; export_encoder.py numbers the nodes
_LAYERS = [f"layernormalization_{node}_0" for node in (89, 171, 253)]
_MODEL, _OUTPUTS, _NAME = 7, 12, 1
"""Field numbers of onnx.proto: graph of ModelProto, output of GraphProto, name of ValueInfoProto."""


def read_tokens(
    texts: Sequence[str], then: Callable[[Vectors], Read], *, progress: bool = False
) -> list[Read]:
    """Return what `then` makes of the tokens of each text, shape (tokens, 1152).

    A token's numbers are those it has after the second, fourth and last layer of the bundled encoder. The
    last was trained to say what a sentence is about. Whether it asks, wishes or compares stands in the
    layers below (Jawahar, Sagot and Seddah 2019), and often in one token of many.
    """
    session, tokenizer, workers = _session()

    def read(text: str) -> Read:
        tokens = np.array(tokenizer.encode(text.encode(errors="replace").decode()).ids, dtype=np.int64)
        return then(np.concatenate(session.run(_LAYERS, {"tokens": tokens}), axis=1))

    distinct = list(dict.fromkeys(texts))
    # a worker a core: more threads below `then` would wait for each other
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(workers) as pool:
        done = tqdm(pool.map(read, distinct), "Encoding", len(distinct), unit="text", disable=not progress)
        found = dict(zip(distinct, done, strict=True))
    return [found[text] for text in texts]


@functools.cache
def _session() -> tuple[Any, Any, int]:
    return open_session(_outputs(_LAYERS))


def _outputs(names: Iterable[str]) -> bytes:
    """Return what makes a graph yield these tensors too: protobuf merges what is appended."""
    return _field(_MODEL, b"".join(_field(_OUTPUTS, _field(_NAME, name.encode())) for name in names))


def _field(number: int, content: bytes) -> bytes:
    """Write one field of bytes; all are shorter than 128 but the outermost."""
    low, high = len(content) & 127, len(content) >> 7
    length = bytes([low | 128, high]) if high else bytes([low])
    return bytes([number << 3 | 2]) + length + content
