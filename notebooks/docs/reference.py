"""Adds the reference to the site: one page a package, each public name with its docstring."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

import insight as ins

DIRECTIVE = "::: {path}\n    options:\n      heading: {name}\n      toc_label: {name}\n"


def packages() -> dict[str, Any]:
    """Return the packages by name: those that `ins.` shows, and the one whose function is shown instead."""
    names = [name for name in ins.__all__ if inspect.ismodule(getattr(ins, name))]
    return {name: importlib.import_module(f"insight.{name}") for name in sorted([*names, "timeline"])}


def public(package: Any) -> Iterator[tuple[str, str]]:
    """Yield the name of everything that a package offers, and where it is defined.

    Its path in the package would not do: a function is often called like the module that defines it.
    """
    for name, thing in vars(package).items():
        documented = inspect.isfunction(thing) or inspect.isclass(thing)
        if documented and not name.startswith("_") and thing.__module__.startswith(package.__name__):
            yield name, f"{thing.__module__}.{thing.__qualname__}"


def page(title: str, package: Any) -> str:
    """Return a page in Markdown."""
    parts = [DIRECTIVE.format(path=path, name=name) for name, path in public(package)]
    return "\n".join([f"# {title}\n", f"{inspect.getdoc(package)}\n", *parts])


def on_config(config: MkDocsConfig) -> None:
    """Name the pages in the menu."""
    config.nav.append({"Reference": [{name: f"reference/{name}.md"} for name in packages()]})


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Make the pages."""
    for name, package in packages().items():
        content = page(f"insight.{name}", package)
        files.append(File.generated(config, f"reference/{name}.md", content=content))
