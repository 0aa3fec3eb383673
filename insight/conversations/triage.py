"""What the messages to the brand want, and which of them were ever answered."""

from __future__ import annotations

import pandas as pd

from insight.stats import shares


def triage(responses: pd.DataFrame) -> pd.DataFrame:
    """Count what the messages to the brand want, and which of them were ever answered.

    Parameters
    ----------
    responses : DataFrame
        As `first_responses` returns it with `intents`.

    Returns
    -------
    DataFrame
        One row an intent: intent, n (messages), n_people, share, low, high (of all whose language is read; by
        people), n_answered, n_waiting.

    Examples
    --------
    >>> asked = {"mention_id": ["a", "b"], "author_id": ["x", "y"], "responded": [True, False]}
    >>> wants = pd.Categorical(["help", "help"], ["help", "idea"])
    >>> triage(pd.DataFrame({**asked, "intent": wants}))[["intent", "n", "n_answered"]].values.tolist()
    [['help', 2, 1]]
    """
    read = responses[responses["intent"].notna()]
    person = read["author_id"].astype(object).where(read["author_id"].notna(), read["mention_id"])
    rows = []
    for name, part in read.groupby(read["intent"].astype(str), sort=False):
        n, n_answered = len(part), int(part["responded"].sum())
        share = shares(read["intent"].astype(str) == name, by=person).first()
        rows.append((name, n, person[part.index].nunique(), *share, n_answered, n - n_answered))
    names = ["intent", "n", "n_people", "share", "low", "high", "n_answered", "n_waiting"]
    table = pd.DataFrame(rows, columns=names)
    order = list(responses["intent"].cat.categories)
    return table.sort_values("intent", key=lambda names: names.map(order.index), ignore_index=True)
