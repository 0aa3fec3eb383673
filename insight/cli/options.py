"""What the commands that read an archive have in common: its arguments and options."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import plainly, shows_progress

if TYPE_CHECKING:
    from insight.config import Config

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bars; print only what is asked for.")]


@dataclasses.dataclass(frozen=True)
class Reading:
    """What the commands that read an archive have in common: each field is an argument or option."""

    archives: Annotated[
        list[str], typer.Argument(metavar="ARCHIVE...", help="Exported files, folders or patterns.")
    ]
    brand: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=@HANDLE,...",
            help="A brand and its handles, addresses or words; repeat it for rivals. The first is the own "
            "brand. A plain handle names itself.",
        ),
    ] = None
    tz: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="Zone of times that name none, and of the report. Default: UTC."),
    ] = None
    day_first: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help="What 3/4/2024 is, where the file does not say."),
    ] = None
    format: Annotated[
        str | None,
        typer.Option(
            help="Name of the export format, or a map (.toml) made by insight map, if it is not recognised."
        ),
    ] = None
    internal: Annotated[
        bool | None,
        typer.Option(
            "--internal/--shareable",
            help="Keep names and handles and show small groups, or (default) replace and hide them.",
        ),
    ] = None
    private: Annotated[
        bool, typer.Option("--private", help="Read private messages too: support tickets, direct messages.")
    ] = False
    deleted: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Who and what must not appear: a text file, one handle, author id or message id a line.",
        ),
    ] = None
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Settings that stay the same: brands, zone, hours, events. Default: insight.toml beside the "
            "archive. Options on this line win.",
        ),
    ] = None
    quiet: Quiet = False

    def settle(self) -> Config:
        """Lay the options over what insight.toml says."""
        from insight.config import Config, find_config, parse_brands, read_config

        path = self.config or find_config(self.archives)
        if path and not self.quiet:
            typer.echo(f"settings: {path}", err=True)
        config = read_config(path) if path else Config()
        privacy = {True: "internal", False: "shareable", None: config.privacy}[self.internal]
        return dataclasses.replace(
            config,
            brands=parse_brands(self.brand or []) or config.brands,
            tz=self.tz or config.tz,
            format=self.format or config.format,
            privacy=privacy,
            private=self.private or config.private,
            deleted=self.deleted or config.deleted,
        )

    def read(self, config: Config, *, to: Path | None = None) -> Any:  # noqa: ANN401
        """Read the archive; with `to`, write it there and return the account of the import alone."""
        from insight.archives import read_archive

        how: dict[str, Any] = {
            "format": config.format,
            "brands": config.brands or None,
            "tz": config.tz,
            "day_first": self.day_first,
            "privacy": "internal" if config.privacy == "internal" else "shareable",
            "include_private": config.private,
            "deleted": config.deleted,
            "progress": shows_progress(self.quiet),
        }
        return read_archive(self.archives, to=to, **how)


def reads(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the arguments and options of `Reading`, which it takes as one; say errors plainly."""
    shared = inspect.signature(Reading, eval_str=True).parameters.values()
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]

    @functools.wraps(command)
    def run(**given: Any) -> None:  # noqa: ANN401
        reading = Reading(**{parameter.name: given.pop(parameter.name) for parameter in shared})
        with plainly():
            command(reading, **given)

    ordered = sorted([*own, *shared], key=lambda parameter: parameter.default is not parameter.empty)
    keyword = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in ordered]
    run.__signature__ = inspect.Signature(keyword)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in keyword}
    return run
