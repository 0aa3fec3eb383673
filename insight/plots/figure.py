"""A plotly figure with the house settings, its title and subtitle, and the measure whose result it draws."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from html import escape
from textwrap import wrap
from typing import Any, ParamSpec, TypeVar

import pandas as pd
import plotly.graph_objects as go

from insight.mentions import InsightError

from .theme import CONFIG, template

_Given = ParamSpec("_Given")
_Drawn = TypeVar("_Drawn")

_TITLE_LETTERS, _SUBTITLE_LETTERS = 64, 95
"""Letters of a line above a figure of 700 pixels."""
_TOP, _TITLE_LINE, _SUBTITLE_LINE = 48, 21, 18
"""Pixels above the plot for a title of one line, for each more, and for each line of the subtitle."""


class Figure(go.Figure):
    """What every function of `insight.plots` returns; use it as any plotly figure."""

    def show(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Show the figure with the house settings; takes what plotly's own `show` takes."""
        super().show(*args, **{"config": CONFIG, **kwargs})

    def _repr_mimebundle_(self, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        bundle = super()._repr_mimebundle_(*args, **{"config": CONFIG, **kwargs})
        return {"text/plain": self.layout.title.text or "Figure", **bundle}

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self._repr_mimebundle_(), raw=True)


def new_figure(title: str, *, x_title: str, y_title: str, subtitle: str = "") -> Figure:
    """Start a figure in the house theme; axis names carry their units, the subtitle says of how many."""
    figure = Figure(
        layout={
            "template": template(),
            "title": {"text": title},
            "xaxis": {"title": {"text": x_title}},
            "yaxis": {"title": {"text": y_title}},
        }
    )
    return set_subtitle(figure, subtitle) if subtitle else figure


def set_subtitle(figure: Figure, text: str) -> Figure:
    """Write the line below the title (already escaped), broken where a figure would cut it, and make room."""
    lines = wrap(text, _SUBTITLE_LETTERS)
    more_title = _TITLE_LINE * (figure.layout.title.text or "").count("<br>")
    top = max(figure.layout.margin.t or 0, _TOP + more_title + _SUBTITLE_LINE * len(lines))
    return figure.update_layout(title_subtitle_text="<br>".join(lines), margin_t=top)


def add_below(figure: Figure, words: str) -> Figure:
    """Add words (already escaped) to the line below the title."""
    known = (figure.layout.title.subtitle.text or "").replace("<br>", " ")
    return set_subtitle(figure, " · ".join(filter(None, [known, words])))


def caption(figure: Figure, *, title: str | None = None, source: str | None = None) -> Figure:
    """Copy a figure for pasting elsewhere: its title states the finding, its subtitle ends with the source.

    Parameters
    ----------
    figure : Figure
        From any function of `insight.plots`; not changed.
    title : str, optional
        The finding in one sentence; without it the question stays.
    source : str, optional
        Where the messages are from, such as "App Store reviews, Jan to Jun 2025".

    Returns
    -------
    Figure
        The copy; number of people and dates stay below the title.

    Examples
    --------
    >>> figure = new_figure("Who waits?", x_title="Share", y_title="", subtitle="n = 40 people")
    >>> pasted = caption(figure, title="Half of all questions wait a day", source="Mail, 2025")
    >>> pasted.layout.title.text, pasted.layout.title.subtitle.text
    ('Half of all questions wait a day', 'n = 40 people · Source: Mail, 2025')
    """
    copy = Figure(figure)
    if title is not None:
        copy.update_layout(title_text="<br>".join(wrap(escape(title, quote=False), _TITLE_LETTERS)))
    return add_below(copy, "" if source is None else escape(f"Source: {source}", quote=False))


def draws(measure: str) -> Callable[[Callable[_Given, _Drawn]], Callable[_Given, _Drawn]]:
    """Mark a figure with the measure whose result it draws, for the error where it was given another."""

    def decorate(plot: Callable[_Given, _Drawn]) -> Callable[_Given, _Drawn]:
        form = inspect.signature(plot)

        @functools.wraps(plot)
        def drawn(*args: _Given.args, **kwargs: _Given.kwargs) -> _Drawn:
            given = next(iter(form.bind(*args, **kwargs).arguments.values()))
            try:
                return plot(*args, **kwargs)
            except (AttributeError, KeyError, TypeError) as error:
                raise InsightError(
                    f"{plot.__name__} draws what {measure} returns; it was passed {_found(given)} "
                    f"({type(error).__name__}: {error})."
                ) from error

        return drawn

    return decorate


def _found(given: object) -> str:
    if isinstance(given, pd.DataFrame):
        return f"a table with the columns {sorted(map(str, given.columns))}"
    return f"a {type(given).__name__}"
