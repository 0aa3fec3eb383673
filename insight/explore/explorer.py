"""An explorer: controls, and below them what `draw` shows for their values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd

from insight.mentions import InsightError

FIGURE = "application/vnd.plotly.v1+json"
MAX_LETTERS = 280
"""Of a message in a table."""

Options = list[tuple[str, Any]]
Draw = Callable[..., list[Any]]
Narrow = Callable[..., dict[str, Options]]

_TEXT = (pd.StringDtype, pd.CategoricalDtype)
_SHARES = {"share", "low", "high", "unanswered"}


@dataclass(frozen=True, repr=False)
class Explorer:
    """Controls and what they show; without ipywidgets, what is shown for the values at the start.

    Attributes
    ----------
    controls : dict of str to Widget
        Set a control's `value` in code and the rest follows. Empty without ipywidgets.
    output : ipywidgets.Output or None
        Holds the figure, the tables and the sentences.
    shown : tuple
        What was shown first: figures, tables, sentences.
    """

    controls: dict[str, Any]
    output: Any
    shown: tuple[Any, ...]

    def __repr__(self) -> str:
        return "\n\n".join(bundle(thing)["text/plain"] for thing in self.shown)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if self.output is None:
            for thing in self.shown:
                display(bundle(thing), raw=True)
            return
        from ipywidgets import HBox, Layout, VBox

        row = HBox(list(self.controls.values()), layout=Layout(flex_flow="row wrap"))
        display({**VBox([row, self.output])._repr_mimebundle_(), "text/plain": repr(self)}, raw=True)


def explore(controls: Mapping[str, Any], draw: Draw, *, narrow: Narrow | None = None) -> Explorer:
    """Join controls to a drawing.

    A control is given by its choices: a list of (label, value) offers one of them, first one first; a text is
    a field to type in; True or False a box to tick; (least, most) a slider. `narrow` returns the choices that
    are left for some of the controls.
    """

    def shown(values: Mapping[str, Any]) -> tuple[Any, ...]:
        try:
            return tuple(draw(**values))
        except InsightError as error:
            return (str(error),)

    start = {name: _start(given) for name, given in controls.items()}
    left = {} if narrow is None else narrow(**start)
    start |= {name: options[0][1] for name, options in left.items()}
    first = shown(start)
    try:
        import ipywidgets
    except ImportError:
        return Explorer({}, None, first)
    boxes = {name: _control(name, left.get(name, given)) for name, given in controls.items()}
    output = ipywidgets.Output(outputs=output_of(first))

    def redraw(_: object) -> None:
        with _unobserved(boxes, redraw):
            if narrow is not None:
                for name, options in narrow(**_values(boxes)).items():
                    _offer(boxes[name], options)
            output.outputs = output_of(shown(_values(boxes)))

    for box in boxes.values():
        box.observe(redraw, "value")
    return Explorer(boxes, output, first)


@contextmanager
def _unobserved(boxes: Mapping[str, Any], redraw: Callable[[object], None]) -> Iterator[None]:
    """Let one change lead to one drawing, whatever it changes in other controls."""
    for box in boxes.values():
        box.unobserve(redraw, "value")
    try:
        yield
    finally:
        for box in boxes.values():
            box.observe(redraw, "value")


def _values(boxes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: box.value for name, box in boxes.items()}


def output_of(shown: tuple[Any, ...]) -> tuple[dict[str, Any], ...]:
    """Say what is shown as a notebook stores it."""
    return tuple({"output_type": "display_data", "data": bundle(thing), "metadata": {}} for thing in shown)


def _start(given: Any) -> Any:  # noqa: ANN401
    if isinstance(given, list):
        return given[0][1]
    return given[0] if isinstance(given, tuple) else given


def _control(name: str, given: Any) -> Any:  # noqa: ANN401
    import ipywidgets

    look = {"description": name.replace("_", " "), "style": {"description_width": "initial"}}
    if isinstance(given, list):
        return ipywidgets.Dropdown(options=given, value=given[0][1], **look)
    if isinstance(given, tuple):
        least, most = given
        return ipywidgets.IntSlider(min=least, max=most, value=least, continuous_update=False, **look)
    if isinstance(given, bool):
        return ipywidgets.Checkbox(value=given, indent=False, **look)
    return ipywidgets.Text(value=given, continuous_update=False, **look)


def _offer(box: Any, options: Options) -> None:  # noqa: ANN401
    """Change what can be chosen, and keep the choice if it is still there."""
    if tuple(box.options) == tuple(options):
        return
    chosen = box.value
    box.options = options
    box.value = chosen if chosen in [value for _, value in options] else options[0][1]


def bundle(thing: Any) -> dict[str, Any]:  # noqa: ANN401
    """Say a figure, a table or a sentence in the types that a notebook knows, plain text among them."""
    if isinstance(thing, pd.DataFrame):
        return {"text/plain": readable(thing).to_string(index=False), "text/html": _html(thing)}
    if isinstance(thing, str):
        return {"text/plain": thing}
    from insight.plots.theme import CONFIG

    drawing = json.loads(thing.to_json())
    return {"text/plain": drawing["layout"]["title"]["text"], FIGURE: {**drawing, "config": CONFIG}}


def _html(table: pd.DataFrame) -> str:
    """Set words to the left and numbers to the right; escape both."""
    shown = readable(table)
    words = [head for head, name in zip(shown, table, strict=True) if isinstance(table[name].dtype, _TEXT)]
    number = hashlib.sha256(shown.to_csv().encode("utf-8", "replace")).hexdigest()[:8]
    style = shown.style.hide(axis="index").format(escape="html").set_uuid(number)
    left = [{"selector": "", "props": "text-align: left"}]
    return str(style.set_table_styles(dict.fromkeys(words, left)).to_html())


def readable(table: pd.DataFrame) -> pd.DataFrame:
    """Write a table's values as people do: 1,204; 19.2 %; 4 Mar 2025 10:00."""
    heads = {name: str(name).removeprefix("n_").replace("_", " ") for name in table}
    return pd.DataFrame({heads[name]: _words(str(name), table[name]) for name in table}, dtype=object)


def _words(name: str, values: pd.Series) -> list[str]:
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return ["–" if pd.isna(value) else f"{value:%d %b %Y %H:%M}" for value in values]
    share = name in _SHARES or name.startswith("share_") or name.startswith("satisfaction")
    return [_word(value, share) for value in values]


def _word(value: Any, share: bool) -> str:  # noqa: ANN401
    if pd.isna(value):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.1%}".replace("%", " %") if share else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else shorten(str(value))


def shorten(text: str, *, limit: int = MAX_LETTERS) -> str:
    """Keep a text on few lines."""
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 2].rsplit(' ', 1)[0]} …"
