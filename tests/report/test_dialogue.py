import pandas as pd

from insight.report.dialogue import triage
from insight.report.exhibit import keyed


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
