from dataclasses import replace

import pandas as pd

import insight as ins
from insight.report import format as wording
from insight.report.dialogue import Dialogue, triage
from insight.report.dialogue_evidence import _spans
from insight.report.exhibit import keyed
from insight.report.rooms import dialogue_sections
from insight.report.staying_room import drift_sentence
from insight.report.storm_room import _down


def test_triage_counts_messages_people_and_the_unanswered():
    """Of twelve read messages nine ask for help, by eight people; three of these were answered."""
    intents = pd.CategoricalDtype(["help", "complaint"], ordered=True)
    wants = ["help"] * 9 + ["complaint"] * 3 + [None]
    waits = pd.DataFrame(
        {
            "mention_id": list("abcdefghijklm"),
            "author_id": ["ann", "ann", *"bcdefghijkl"],
            "intent": pd.Series(wants).astype(intents),
            "responded": [True, False, True, True] + [False] * 8 + [True],
        }
    )
    table = triage(waits)
    counts = ["intent", "n", "n_people", "n_answered", "n_waiting"]
    assert table[counts].to_numpy().tolist() == [["help", 9, 8, 3, 6], ["complaint", 3, 3, 0, 3]]
    assert table["share"].tolist() == [0.75, 0.25]
    assert (table["low"] < table["share"]).all()
    assert (table["share"] < table["high"]).all()
    few = triage(waits.iloc[:9])
    assert few[["n", "n_people"]].to_numpy().tolist() == [[9, 8]]
    assert few[["share", "low", "high"]].isna().all(axis=None), "no share of fewer than ten people"


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


def test_the_ladder_is_told_of_enough_people_and_ideas_wherever_there_are_some(tmp_path):
    """Of fewer person-months than a share needs there is no figure; the ideas stand alone."""
    people = [f"p{number}" for number in range(12)]
    days = pd.to_datetime(["2026-01-05", "2026-02-05", "2026-03-05"], utc=True)
    rows = [(f"{who}-{day:%m}", who, day, f"I wish for a timer, {who}") for day in days for who in people]
    columns = ["mention_id", "author_id", "created_at", "text"]
    mentions = ins.as_mentions(pd.DataFrame(rows, columns=columns).assign(side="customer"))
    signals = ins.find_signals(mentions)
    climbs = ins.people.ladder(mentions, signals)
    few = climbs.assign(n=climbs["n"].clip(upper=wording.FEW - 1))
    told = {"minimum": 1, "tz": "UTC"}
    assert dialogue_sections(Dialogue(ladder=few), **told) == []
    [room] = dialogue_sections(Dialogue(ladder=climbs.assign(n=wording.FEW)), **told)
    assert [figure["id"] for figure in room["figures"]] == ["ladder-figure"]
    ideas = ins.needs.update_ledger(
        ins.needs.read_ledger(tmp_path / "ideas.csv"), ins.mine_ideas(mentions, signals)
    )
    [room] = dialogue_sections(Dialogue(ladder=few, ledger=ideas), **told)
    assert room["figures"] == []
    assert [name for name, _ in room["tables"]] == ["Idea ledger"]


def test_that_nobody_drifts_is_said_in_words():
    counts = pd.DataFrame(
        {"state": ["slowing", "steady", "quickening", "too few messages"], "n": [0, 9, 0, 5]}
    )
    assert drift_sentence(counts).endswith("none slows down or quickens beyond chance.")
    assert "2 slow down and 0 quicken" in drift_sentence(counts.assign(n=[2, 9, 0, 5]))
