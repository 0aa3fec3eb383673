"""Which accounts write automatically: the rules of `timeline.people` on any engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight.mentions import BOT_NAME
from insight.timeline.persons import A_DAY, MANY_MESSAGES

if TYPE_CHECKING:
    import ibis.expr.types as ir

_DAY_SECONDS = 86_400


def is_marked(table: ir.Table) -> ir.BooleanValue:
    """Return which messages the file itself marks as automatic."""
    import ibis

    return table.automated.fill_null(False) if "automated" in table.columns else ibis.literal(False)


def is_called_a_bot(table: ir.Table) -> ir.BooleanValue:
    """Return whose name is a machine's."""
    import ibis

    if "author_name" not in table.columns:
        return ibis.literal(False)
    return table.author_name.re_search(f"(?i){BOT_NAME}").fill_null(False)


def automated_accounts(table: ir.Table) -> ir.Table:
    """Return the author_id of each account that only ever writes automatically."""
    named = table.filter(table.author_id.notnull())
    named = named.mutate(marked=is_marked(named), called=is_called_a_bot(named))
    seconds = named.created_at.max().epoch_seconds() - named.created_at.min().epoch_seconds()
    seen = named.group_by("author_id").agg(
        brand=(named.side == "brand").fill_null(False).any(),
        automated=named.called.any() | named.marked.all(),
        n=named.created_at.count(),
        seconds=seconds,
    )
    busy = (seen.n >= MANY_MESSAGES) & (seen.n * _DAY_SECONDS > A_DAY * seen.seconds)
    return seen.filter(~seen.brand & (seen.automated | busy)).select("author_id")
