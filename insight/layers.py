"""Sentences as the bundled encoder holds them half-way: how a thing is said, which its last layer forgets."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import numpy as np

from .encode import BundledEncoder, Vectors, open_session

# what leaves the 2nd, 4th and 6th of six layers; export.py numbers the nodes
_SECOND, _FOURTH, _LAST = (f"layernormalization_{node}_0" for node in (89, 171, 253))
_MODEL, _OUTPUTS, _NAME = 7, 12, 1
"""Field numbers of onnx.proto: graph of ModelProto, output of GraphProto, name of ValueInfoProto."""


class LayerEncoder(BundledEncoder):
    """The bundled encoder, read at three depths: the means of its tokens there and their maximum half-way.

    Four vectors of length 1 side by side, shape (n, 1536). The last layer was trained to tell what a sentence
    is about. Whether it asks, wishes or compares stands in the layers below (Jawahar, Sagot and Seddah 2019).
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return layer_encoder, ()

    def _encode_one(self, sentence: str) -> Vectors:
        tokens = np.array(self.tokenizer.encode(sentence).ids, dtype=np.int64)
        second, fourth, last = self.session.run([_SECOND, _FOURTH, _LAST], {"tokens": tokens})
        parts = [second.mean(axis=0), fourth.mean(axis=0), fourth.max(axis=0), last.mean(axis=0)]
        told: Vectors = np.concatenate([part / np.linalg.norm(part) for part in parts])
        return told


@functools.cache
def layer_encoder() -> LayerEncoder:
    """Return the encoder, loaded once a process."""
    return LayerEncoder(*open_session(_outputs([_SECOND, _FOURTH, _LAST])))


def _outputs(names: Iterable[str]) -> bytes:
    """Return what makes a graph yield these tensors too: protobuf merges what is appended."""
    return _field(_MODEL, b"".join(_field(_OUTPUTS, _field(_NAME, name.encode())) for name in names))


def _field(number: int, content: bytes) -> bytes:
    """Write one field of bytes; all are shorter than 128 but the outermost."""
    low, high = len(content) & 127, len(content) >> 7
    length = bytes([low | 128, high]) if high else bytes([low])
    return bytes([number << 3 | 2]) + length + content
