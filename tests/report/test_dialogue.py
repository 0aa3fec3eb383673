from dataclasses import replace

import pandas as pd

from insight.report.dialogue import triage
from insight.report.dialogue_evidence import _spans
from insight.report.exhibit import keyed
from insight.report.storm_room import _down


def test_triage_counts_messages_people_and_the_unanswered():
    """Of four read messages three ask for help, by two people; one of these was answered."""
    intents = pd.CategoricalDtype(["help", "complaint"], ordered=True)
    waits = pd.DataFrame(
        {
            "mention_id": list("abcde"),
            "author_id": ["ann", "ann", "ben", "cem", "dan"],
            "intent": pd.Series(["help", "help", "help", "complaint", None]).astype(intents),
            "responded": [True, False, False, False, True],
        }
    )
    table = triage(waits)
    columns = ["intent", "n", "n_people", "share", "n_answered", "n_waiting"]
    assert table[columns].to_numpy().tolist() == [["help", 3, 2, 0.75, 1, 2], ["complaint", 1, 1, 0.25, 0, 1]]
    assert (table["low"] <= table["share"]).all()
    assert (table["share"] <= table["high"]).all()


def test_marks_keep_what_their_hover_needs_when_they_lead_to_evidence():
    traces = [{"x": [1]}, {"x": [1, 2], "customdata": [[5], [6]]}, {"x": [3]}]
    shown = keyed({"plot": {"data": traces, "opens": ["a"]}}, [[], ["k1", "k2"], ["k3"]])
    assert [trace.get("customdata") for trace in shown["plot"]["data"]] == [
        None,
        [[5, "k1"], [6, "k2"]],
        ["k3"],
    ]
    assert shown["plot"]["opens"] == []


def test_of_two_outages_the_first_is_told_by_its_own_shares():
    """In the first all four ask for help; in the second nobody does."""
    rows = [(number, reaction) for number in (1, 2) for reaction in ("help", "anger", "joke")]
    outages = pd.DataFrame(rows, columns=["outage", "reaction"]).assign(
        start=pd.Timestamp("2025-03-03", tz="UTC"), hours=3, tier="all", n=4
    )
    outages["share"] = ((outages["outage"] == 1) & (outages["reaction"] == "help")).astype(float)
    told = _down(outages.assign(low=outages["share"], high=outages["share"]), tz="UTC")
    assert "of 4 people who spoke then 100 % (100–100 %) ask for help, 0 %" in told.replace("\xa0", " ")


def test_a_signal_in_a_title_marks_no_words_of_the_text(results):
    signals = pd.DataFrame(
        {"mention_id": ["a", "b"], "sentence": [-1, 0], "signal": "complaint", "start": 0, "end": 4}
    )
    assert _spans(replace(results, signals=signals), "complaint") == {"a": [], "b": [(0, 4)]}
