"""A widget to label sentences by hand; every answer is saved before the next sentence is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from insight.signals.label import NONE, SIGNALS, resume_labels, save_labels, score_signals

from .explorer import Explorer, output_of


def labels(drawn: pd.DataFrame, *, path: str | Path) -> Explorer:
    """Label sentences one by one and see how well each signal is heard in this archive.

    Parameters
    ----------
    drawn : DataFrame
        From `draw_sentences`.
    path : str or Path
        CSV file of the labels, the one that `insight label` keeps too; what it holds is not asked again.

    Returns
    -------
    Explorer
        Controls signals (none chosen: the sentence carries none) and save; below them how many are done, the
        sentence, and `score_signals` of the labels so far. Without ipywidgets the sentences alone; fill the
        column label of the file, or use `insight label`.

    Examples
    --------
    >>> import tempfile
    >>> drawn = pd.DataFrame({
    ...     "mention_id": ["a"], "sentence": [0], "text": ["The lid broke"], "heard": ["complaint"],
    ...     "rate": [1.0], "label": [""],
    ... })
    >>> seen = labels(drawn, path=f"{tempfile.mkdtemp()}/labels.csv")
    >>> seen.controls["signals"].value = ("complaint",)
    >>> seen.controls["save"].click()
    >>> seen.output.outputs[0]["data"]["text/plain"]
    '1 of 1 sentences labelled'
    """
    labels = resume_labels(path, drawn)
    shown = _shown(labels)
    try:
        import ipywidgets
    except ImportError:
        return Explorer({}, None, (*shown, labels[["text", "heard", "label"]]))
    signals = ipywidgets.SelectMultiple(options=SIGNALS, rows=len(SIGNALS), description="signals")
    save = ipywidgets.Button(description="Save and next", disabled=_next(labels) is None)
    output = ipywidgets.Output(outputs=output_of(shown))

    def keep(_: object) -> None:
        nonlocal labels
        at = _next(labels)
        if at is None:
            return
        said = " ".join(signals.value) or NONE
        labels = labels.assign(label=labels["label"].where(labels.index != at, said))
        save_labels(path, labels)
        signals.value, save.disabled = (), _next(labels) is None
        output.outputs = output_of(_shown(labels))

    save.on_click(keep)
    return Explorer({"signals": signals, "save": save}, output, shown)


def _next(labels: pd.DataFrame) -> Any:  # noqa: ANN401
    left = labels.index[labels["label"] == ""]
    return left[0] if len(left) else None


def _shown(labels: pd.DataFrame) -> tuple[Any, ...]:
    at, n_done = _next(labels), int((labels["label"] != "").sum())
    told: list[Any] = [f"{n_done:,} of {len(labels):,} sentences labelled"]
    if at is not None:
        told.append(str(labels.at[at, "text"]))
    return (*told, score_signals(labels)) if n_done else tuple(told)
