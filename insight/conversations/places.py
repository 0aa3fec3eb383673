"""Where something was said: the name of the place, and whether others could hear it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

HELP_DESKS = ("zendesk", "freshdesk", "helpscout", "intercom", "gorgias", "kustomer")


def place_of(table: pd.DataFrame, by: str = "channel") -> pd.Series:
    """Return the channel, or another column; where it is missing, the platform."""
    named = table[by].astype(object)
    return named.where(named.notna(), table["platform"].astype(object)).astype("str")


def in_private(mentions: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which messages only the brand could read: tickets, notes, what the source marks as private.

    A help desk calls a comment public when the customer can read it; the rest of the world cannot.
    """
    desk = mentions["platform"].isin(HELP_DESKS) | mentions["kind"].isin(["ticket", "note"])
    return (desk | ~mentions["is_public"]).to_numpy(bool)
