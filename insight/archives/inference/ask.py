"""`insight map`: each role shown with its evidence, and another column taken where the user names one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from insight.archives.instructions import guess_column, way_out
from insight.mentions import InsightError

from .headers import guess_role
from .propose import Inferred, propose_map

_ASKED = ("text", "created_at", "author", "rating", "reply")
"""Roles that are asked for even if no column was found."""
_SHOWN, _WIDTH = 3, 48


def summary(proposal: Inferred) -> list[str]:
    """Say in lines what was decided and why, what is uncertain, and which columns are not used."""
    lines = [
        f"{one.role:16} {', '.join(one.columns)}  ({one.reason}{'' if one.sure else '; uncertain'})"
        for one in proposal.decision.found
    ]
    lines += [f"! {warning}" for warning in proposal.decision.warnings]
    if unused := proposal.unused:
        listed = ", ".join(map(repr, unused[:12])) + (", ..." if len(unused) > 12 else "")
        lines.append(f"! not used: {listed}. {way_out(guess_role(unused[0]), unused[0])}")
    return lines


def ask_roles(path: Path, *, ask: Callable[[str], str], say: Callable[[str], None]) -> Inferred:
    """Propose each role with its evidence and some values; take Enter, or other columns."""
    proposal = propose_map(path)
    names = list(proposal.sample)
    say("\n".join(f"{at:4}  {name}: {_values(proposal, name)}" for at, name in enumerate(names, 1)))
    say("\nEnter keeps what is proposed; else the number or name of a column, several with /, - for none.")
    found = {one.role: one for one in proposal.decision.found}
    answers: dict[str, tuple[str, ...]] = {}
    for role in (*found, *(role for role in _ASKED if role not in found)):
        one = found.get(role)
        is_open = role == "text" and bool(proposal.decision.questions)
        say(f"\n{'open questions' if is_open else role}: {', '.join(one.columns) if one else 'no column'}")
        if one:
            say(f"    {one.reason}{'' if one.sure else '; uncertain'}")
            say("\n".join(f"    {_values(proposal, name)}" for name in one.columns))
        taken = _taken(names, role, ask, say)
        if taken is not None and taken != (one.columns if one else ()):
            answers["questions" if role == "text" and (is_open or len(taken) > 1) else role] = taken
    return propose_map(path, answers) if answers else proposal


def _taken(
    names: Sequence[str], role: str, ask: Callable[[str], str], say: Callable[[str], None]
) -> tuple[str, ...] | None:
    """Ask until the answer names columns; None keeps what is proposed."""
    while True:
        said = ask(role).strip()
        if not said:
            return None
        if said == "-" and role != "text":
            return ()
        given = [said] if said in names else [part.strip() for part in said.split("/")]
        try:
            return tuple(
                names[int(part) - 1]
                if part.isdigit() and 0 < int(part) <= len(names)
                else guess_column(part, names)
                for part in given
            )
        except InsightError as error:
            say(f"  {error}")


def _values(proposal: Inferred, name: str) -> str:
    """Show some values of a column, shortened."""
    parts = [proposal.sample.get(part, ()) for part in name.split(" + ")]
    values = dict.fromkeys(" ".join(value.split()) for value in (parts[0] if parts else ()) if value.strip())
    return " | ".join(
        value if len(value) <= _WIDTH else f"{value[: _WIDTH - 1]}…" for value in [*values][:_SHOWN]
    )
