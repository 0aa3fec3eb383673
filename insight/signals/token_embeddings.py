"""Sentences as the bundled encoder holds them half-way: how a thing is said, which its last layer forgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from insight.text.encode import Vectors, open_session

Read = TypeVar("Read")

WIDTH = 3 * 384
"""Numbers a token has: those of three layers."""
_LAYERS = [f"layer_{number}" for number in (2, 4, 6)]


def read_tokens(
    texts: Sequence[str], then: Callable[[Vectors], Read], *, progress: bool = False
) -> list[Read]:
    """Return what `then` makes of the tokens of each text, shape (tokens, 1152).

    A token's numbers are those it has after the second, fourth and last layer of the bundled encoder. The
    last was trained to say what a sentence is about. Whether it asks, wishes or compares stands in the
    layers below (Jawahar, Sagot and Seddah 2019), and often in one token of many.
    """
    session, tokenizer, workers = open_session()

    def read(text: str) -> Read:
        tokens = np.array(tokenizer.encode(text.encode(errors="replace").decode()).ids, dtype=np.int64)
        return then(np.concatenate(session.run(_LAYERS, {"tokens": tokens}), axis=1))

    distinct = list(dict.fromkeys(texts))
    # a worker a core: more threads below `then` would wait for each other
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(workers) as pool:
        done = tqdm(pool.map(read, distinct), "Encoding", len(distinct), unit="text", disable=not progress)
        found = dict(zip(distinct, done, strict=True))
    return [found[text] for text in texts]
