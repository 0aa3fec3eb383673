"""`%load_ext insight.explore.notebook`: cells say why they cannot run, and exports keep their figures."""

from __future__ import annotations

import ast
import base64
import gzip
import uuid
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from insight.mentions import InsightError, InsightWarning

if TYPE_CHECKING:
    from types import TracebackType

    from IPython.core.interactiveshell import InteractiveShell

MAX_LETTERS = 280
"""Of a message in a table; pandas cuts at 50, which is half a quote."""


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Set a notebook up: whole quotes, figures that survive an export, one line in place of a traceback.

    Only an `InsightError`, and a name that is missing because the cell that makes it ended with one, become
    a line. The cell still counts as failed: whether the next one runs is for Jupyter's own tag
    `raises-exception` to say. Everything else keeps its traceback.
    """
    from plotly import io

    pd.set_option("display.max_colwidth", MAX_LETTERS)
    io.renderers["insight"] = _renderer()
    io.renderers.default = "plotly_mimetype+insight"
    _show(_template().render(packed=_packed()), "Plotly's script, for exports of this notebook")
    warnings.formatwarning = _as_a_line(warnings.formatwarning)
    shell.set_custom_exc((InsightError, NameError), _Reasons())


class _Reasons:
    """Says why a cell could not run, and again of each cell that needs what it would have made."""

    def __init__(self) -> None:
        self.missing: dict[str, str] = {}

    def __call__(
        self,
        shell: InteractiveShell,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
        tb_offset: int | None = None,
    ) -> None:
        reason = self.missing.get(error.name or "") if isinstance(error, NameError) else str(error)
        if reason is None:
            shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
            return
        self.missing |= dict.fromkeys(_assigned(shell.user_ns["In"][-1]), reason)
        _show(None, f"Not available: {reason}")


def _assigned(source: str) -> set[str]:
    return {
        node.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _as_a_line(usual: Callable[..., str]) -> Callable[..., str]:
    """Return a formatter that spares the reader the path and the code beside a warning of ours."""

    def formatted(message: Warning | str, category: type[Warning], *place: object) -> str:
        ours = issubclass(category, InsightWarning)
        return f"Caution: {message}\n" if ours else usual(message, category, *place)

    return formatted


def _renderer() -> Any:  # noqa: ANN401
    """Return a renderer that adds to each figure what an exported page can draw without a network."""
    from plotly.io import base_renderers, to_json

    class Exported(base_renderers.MimetypeRenderer):
        def to_mimebundle(self, fig_dict: dict[str, Any]) -> dict[str, str]:
            figure = to_json(fig_dict, validate=False).replace("<", "\\u003c")
            return {"text/html": _template().render(name=f"figure-{uuid.uuid4()}", figure=figure)}

    return Exported()


def _packed() -> str:
    from plotly.offline import get_plotlyjs

    return base64.b64encode(gzip.compress(get_plotlyjs().encode(), 9, mtime=0)).decode()


def _template() -> Any:  # noqa: ANN401
    import jinja2

    source = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
    return jinja2.Environment(autoescape=False).from_string(source)


def _show(html: str | None, text: str) -> None:
    from IPython.display import display

    display({"text/plain": text} | ({} if html is None else {"text/html": html}), raw=True)
