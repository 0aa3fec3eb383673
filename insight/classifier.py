"""Hear complaints and praise that no rule was written for: linear models on the bundled encoder's vectors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from .encode import Vectors

_FILE = Path(__file__).parent / "models" / "signals.json"


@dataclass(frozen=True)
class Classifier:
    """One signal's weights (384) and intercept on a sentence's vector, and the two numbers that calibrate it.

    `slope` and `shift` turn the score into a probability (Platt 1999), fitted to scores of held-out products
    and apps. `least` is the probability from which the signal counts as heard.
    """

    signal: str
    weights: Vectors
    intercept: float
    slope: float
    shift: float
    least: float

    def probability(self, vectors: Vectors) -> np.ndarray:
        """Return the chance that people would say the sentence carries the signal, one a row."""
        score = vectors.astype(np.float64) @ self.weights + self.intercept
        chances: np.ndarray = 1 / (1 + np.exp(-(self.slope * score + self.shift)))
        return chances


@cache
def read_classifiers() -> tuple[Classifier, ...]:
    """Return the shipped models; `models/README.md` tells what they were trained on."""
    table = json.loads(_FILE.read_text("utf-8"))["signals"]
    return tuple(
        Classifier(
            signal,
            np.array(model["weights"]),
            model["intercept"],
            model["slope"],
            model["shift"],
            model["least"],
        )
        for signal, model in table.items()
    )
