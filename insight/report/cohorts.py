"""The cohorts of newcomers one by one: how many they are, how many wrote again, and their first words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from insight.stats.intervals import wilson

from . import format as wording
from .exhibit import INTERVAL, Columns, as_rows
from .results import Results


def newcomers(results: Results) -> pd.DataFrame:
    """Say of each newcomer in which cohort they are and whether they wrote in a later period too."""
    if results.activity is None:
        return pd.DataFrame({"author_id": [], "cohort": [], "again": []})
    people = results.activity[~results.activity["left_truncated"]]
    words = people.filter(regex=r"^active_\d+$").to_numpy(np.uint64)
    again = np.bitwise_count(words).sum(axis=1) > 1
    return people[["author_id"]].assign(cohort=people["cohort"].astype(str), again=again)


def list_cohorts(results: Results) -> pd.DataFrame:
    """Count each cohort: cohort, n, n_again, share, low, high; no share of fewer than ten people."""
    told = newcomers(results).groupby("cohort")["again"].agg(n="size", n_again="sum").reset_index()
    low, high = wilson(told["n_again"], told["n"])
    enough = told["n"] >= wording.FEW
    rate = told["n_again"] / told["n"]
    return told.assign(
        share=rate.where(enough), low=np.where(enough, low, np.nan), high=np.where(enough, high, np.nan)
    )


def cohort_table(results: Results) -> list[tuple[str, dict[str, Any]]]:
    """List the cohorts that are shown; each leads to the first words of its people."""
    if results.activity is None or results.cohorts is None or results.cohorts.empty:
        return []
    rows = list_cohorts(results)
    shown = rows[rows["n"] >= results.minimum]
    columns: Columns = {
        "cohort": ("First wrote in", str),
        "n": ("People", wording.count),
        "n_again": (f"Wrote in a later {results.period} too", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
    }
    note = (
        f"So far: people of the newest {results.period}s had less time to come back. Who may have been there "
        "before the file begins is in no cohort."
    )
    opens = [cohort_key(cohort) for cohort in shown["cohort"]]
    return [("Newcomers, and their first words", as_rows(shown, columns, opens=opens) | {"definition": note})]


def cohort_key(cohort: str) -> str:
    """Name what the panel opens for a cohort."""
    return f"cohort-{cohort}"
