"""Figures of who came from elsewhere and who was sent there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .expected import draws
from .marks import add_dots, add_rows, make_room, name_dots, share_figure
from .theme import PALETTE, VERMILION, new_figure

if TYPE_CHECKING:
    from .figure import Figure


@draws("escalations")
def escalations(found: pd.DataFrame) -> Figure:
    """Draw how many public messages a month came from people who had tried elsewhere, and how that is known.

    Parameters
    ----------
    found : DataFrame
        As `escalations` returns it.

    Returns
    -------
    Figure
        A plotly figure: messages a month; whoever cites a ticket or has a case is not counted as words too.

    Examples
    --------
    >>> columns = ["created_at", "says_so", "cites", "joins"]
    >>> [bars.name for bars in escalations(pd.DataFrame(columns=columns)).data]
    ['cites a ticket', 'had a private case', 'says so in words']
    """
    figure = new_figure("Who tried elsewhere before?", x_title="Month", y_title="Public messages")
    cites, joins = found["cites"].astype(bool), found["joins"].astype(bool)
    kinds = {
        "cites a ticket": cites,
        "had a private case": joins & ~cites,
        "says so in words": ~cites & ~joins,
    }
    for (name, chosen), colour in zip(kinds.items(), PALETTE, strict=False):
        figure.add_histogram(
            x=found.loc[chosen, "created_at"],
            name=name,
            xbins={"size": "M1"},
            marker={"color": colour},
            hovertemplate="%{x|%b %Y}: %{y:,} messages<extra>%{fullData.name}</extra>",
        )
    # A legend: the browser counts the bars, so no height is known to write a name at.
    figure.update_layout(barmode="stack", bargap=0.1)
    return make_room(figure, n_series=len(kinds))


@draws("handoffs")
def handoffs(handoffs: pd.DataFrame) -> Figure:
    """Draw how often a conversation is moved out of sight, and how often its people come back in public.

    Parameters
    ----------
    handoffs : DataFrame
        As `handoffs` returns it.

    Returns
    -------
    Figure
        A plotly figure: two dots a channel, circles for moved and diamonds for came back.

    Examples
    --------
    >>> columns = ["channel", "n", "n_moved", "share", "low", "high"]
    >>> more = ["n_judged", "n_back", "back_share", "back_low", "back_high"]
    >>> handoffs(pd.DataFrame(columns=columns + more)).layout.title.text
    'Moved out of sight, and settled there?'
    """
    figure = share_figure("Moved out of sight, and settled there?", "Share")
    places = pd.Series(range(len(handoffs)), dtype="float64")
    said = [f"{row.n_moved:,} of {row.n:,} answers offer another venue" for row in handoffs.itertuples()]
    add_dots(figure, handoffs, value="share", hover=said, rows=places - 0.2, name="moved")
    back = [f"{row.n_back:,} of {row.n_judged:,} came back in public" for row in handoffs.itertuples()]
    add_dots(
        figure, handoffs, value="back_share", low="back_low", high="back_high", hover=back,
        rows=places + 0.2, colour=VERMILION, symbol="diamond", name="came back",
    )  # fmt: skip
    add_rows(figure, [str(name) for name in handoffs["channel"]])
    return name_dots(figure, reach=(0, 1.02))
