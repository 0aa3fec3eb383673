"""What a figure draws: the result of one measure, which is named where something else was passed."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import pandas as pd

from insight.mentions import InsightError

_Given = ParamSpec("_Given")
_Drawn = TypeVar("_Drawn")


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
