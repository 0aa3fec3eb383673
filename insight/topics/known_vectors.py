"""Encoders that know the vectors of some texts already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight.mentions import InsightError
from insight.text.encode import Encoder


@dataclass(frozen=True)
class Remembering:
    """An encoder that reads each text once."""

    teacher: Encoder
    known: dict[str, npt.NDArray[np.float32]]

    def encode(self, sentences: list[str]) -> npt.NDArray[np.float32]:
        """Return the vectors of the texts; those that are not known yet are the teacher's."""
        new = [text for text in sentences if text not in self.known]
        if new:
            self.known.update(zip(new, self.teacher.encode(new), strict=True))
        return np.array([self.known[text] for text in sentences])


def knowing(teacher: Encoder, texts: Sequence[str], embeddings: npt.ArrayLike) -> Remembering:
    """Give an encoder the vectors that it made of the texts before; it still reads any other text."""
    vectors = np.asarray(embeddings, dtype=np.float32)
    width = np.asarray(teacher.encode(["text"])).shape[1]
    if vectors.shape != (len(texts), width):
        raise InsightError(
            f"embeddings has the shape {vectors.shape}; expected one row for each of {len(texts):,} messages "
            f"and {width} columns, as the encoder gives. Pass the model that made them as encoder=."
        )
    return Remembering(teacher, dict(zip(texts, vectors, strict=True)))
