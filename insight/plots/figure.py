"""A plotly figure that shows itself with the house settings, and in words where it cannot be drawn."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from .theme import CONFIG


class Figure(go.Figure):
    """What every `plot_` function returns; use it as any plotly figure."""

    def show(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Show the figure with the house settings; takes what plotly's own `show` takes."""
        super().show(*args, **{"config": CONFIG, **kwargs})

    def _repr_mimebundle_(self, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        bundle = super()._repr_mimebundle_(*args, **{"config": CONFIG, **kwargs})
        return {"text/plain": self.layout.title.text or "Figure", **bundle}

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self._repr_mimebundle_(), raw=True)
