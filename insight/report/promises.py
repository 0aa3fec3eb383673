"""What people want of the brand, and whether it kept its word: sentences of the first screen."""

from __future__ import annotations

import pandas as pd

from . import format as wording
from .results import Results


def kept_word(results: Results) -> str:
    """Say whether the brand came back to those who asked: by its own ledger, else by its answers."""
    from insight.needs.idea_ledger import idea_progress

    ledger = results.dialogue.ledger
    if ledger is not None and results.as_of is not None and ledger["decided"].notna().any():
        told = idea_progress(ledger, as_of=str(results.as_of.date()))
        oldest = f", the oldest waits for {told['oldest_days']:.0f} days" if told["oldest"] else ""
        return (
            f"Of {wording.count(told['n'], 'idea')} in the ledger {wording.count(told['n_closed'])} "
            f"({wording.interval(told['low'], told['high'], rate=told['share'])}) came back to those who "
            f"asked{oldest}."
        )
    return "" if results.dialogue.loop is None else loop_sentence(results.dialogue.loop)


def loop_sentence(loop: pd.DataFrame) -> str:
    """Say how far ideas get."""
    stages = loop.set_index("stage")
    answered = stages.loc["answered"]
    ideas = wording.count(answered["n"], "idea")
    if answered["n"] < wording.FEW:
        return f"Of {ideas} in the file, sent to the brand or not, {int(answered['n_reached'])} answered."
    told = f"Of {ideas} in the file, sent to the brand or not, {wording.estimate_of(answered)} were answered"
    if pd.isna(stages.loc["informed", "n_reached"]):
        return f"{told}; what was decided, shipped and reported is not recorded."
    reached = stages.loc["informed"]
    return f"{told}, {wording.estimate_of(reached)} came back to those who asked."


def triage_sentence(results: Results) -> str:
    """Tell what people want when they write to the brand, and how much of it is answered within a day."""
    triage, rates = results.dialogue.triage, results.rate_by_intent
    if triage is None or rates is None:
        return ""
    verbs = {"help": "ask for help", "complaint": "complain", "idea": "suggest", "compliment": "praise"}
    shares, answered = triage.set_index("intent")["share"], rates.set_index("group")
    heard = [
        name
        for name in verbs
        if name in shares and name in answered.index and answered.loc[name, "n"] >= wording.FEW
    ]
    told = [
        f"{wording.share(shares[name])} {verbs[name]} ({wording.share(answered.loc[name, 'share'])}"
        f"{' answered within 24 hours' if name == heard[0] else ''})"
        for name in heard
    ]
    return f"Of messages to the brand {wording.listing(told)}." if told else ""
