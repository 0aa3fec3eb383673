"""Run the code of gallery.md and write gallery.html: each figure above the code that drew it.

python notebooks/gallery.py [ARCHIVE] [-o gallery.html]
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SAMPLE_BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}


def run(code: str, names: dict[str, Any]) -> Any:
    """Execute a block; its value is that of its last line, if that is an expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "gallery.md", "exec"), names)  # noqa: S102
    return None if last is None else eval(compile(ast.Expression(last.value), "gallery.md", "eval"), names)  # noqa: S307


def draw(archive: Path, *, source: str) -> list[dict[str, Any]]:
    """Turn the page into parts: headings, sentences, and blocks of code with their figures."""
    from insight.plots.theme import CONFIG

    names: dict[str, Any] = {"archive_path": archive, "brands": SAMPLE_BRANDS}
    names["events_path"] = HERE / "events.toml"
    parts: list[dict[str, Any]] = []
    for code, text in re.findall(r"```python\n(.*?)```|((?:(?!```python).)+)", source, re.S):
        if code:
            figure = run(code, names)
            number = len(parts)
            drawn = figure and figure.to_html(
                full_html=False,
                include_plotlyjs=False,
                include_mathjax=False,
                config=CONFIG,
                div_id=f"f{number}",
            )
            parts.append({"code": code.strip(), "figure": drawn})
            continue
        for block in filter(None, (block.strip() for block in text.split("\n\n"))):
            marks = len(block) - len(block.lstrip("#"))
            parts.append({"level": marks, "text": block.lstrip("# ").replace("`", "")})
    return parts


def main(arguments: list[str]) -> None:
    """Write the page."""
    import jinja2
    from plotly.offline import get_plotlyjs

    from insight.plots.theme import DARK, FONT, LIGHT
    from insight.plots.theme import template as template_of

    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("archive", nargs="?", type=Path, default=HERE.parent / "data" / "sample")
    reader.add_argument("-o", "--output", type=Path, default=Path("gallery.html"))
    asked = reader.parse_args(arguments)
    parts = draw(asked.archive, source=(HERE / "gallery.md").read_text(encoding="utf-8"))
    template = jinja2.Template((HERE / "gallery.html.jinja").read_text(encoding="utf-8"))
    colours = {"light": LIGHT, "dark": DARK, "templates": [template_of("light"), template_of("dark")]}
    page = template.render(parts=parts, library=get_plotlyjs(), font=FONT, **colours)
    asked.output.write_text(page, encoding="utf-8")
    print(f"{asked.output}: {sum(bool(part.get('figure')) for part in parts)} figures")


if __name__ == "__main__":
    main(sys.argv[1:])
