"""Needs found in sentences: what is grouped, what is named, what is left out and said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from insight.mentions import InsightError, as_mentions
from insight.needs import find_needs, name_needs
from insight.needs.phrases import as_name, cut_phrases, names_cause, stem
from insight.needs.sentences import brand_words, need_sentences, proper_names
from insight.signals.find_signals import find_signals as find_all_signals
from insight.timeline.own_words import own_words


def find_signals(mentions):
    return find_all_signals(mentions, layers=("patterns",))


def archive(texts, **columns):
    frame = pd.DataFrame({"text": texts, **columns})
    frame["mention_id"] = [f"m{i}" for i in range(len(frame))]
    if "author_id" not in frame:
        frame["author_id"] = [f"a{i}" for i in range(len(frame))]
    return as_mentions(frame.assign(side="customer"))


LID = [
    "The lid broke after a week",
    "My lid broke",
    "lid broke on day two",
    "the lid is broken",
    "Lid broke off",
]
LATE = [
    "My order is delayed",
    "The order was delayed again",
    "order delayed for two weeks",
    "Delayed order!",
    "Order still delayed",
]
TIMER = ["Please add a timer", "I wish it had a timer", "Please add a timer to the app", "Add a timer please"]
VAGUE = ["Worst company ever", "Never again", "Please fix this", "What a joke", "It is terrible"]
GLAD = ["I love the lid", "Great coffee this morning", "Off to work", "Sunny day in the garden"]


@pytest.fixture(scope="module")
def found():
    mentions = archive([*LID, *LATE, *TIMER, *VAGUE, *GLAD])
    return mentions, find_needs(mentions, find_signals(mentions), min_people=2)


def test_each_problem_is_one_need_with_a_short_name(found):
    _, needs = found
    named = needs.table.set_index("name")["n_people"]
    lid, late, timer = (
        next(name for name in named.index if word in name.lower()) for word in ("lid", "delayed", "timer")
    )
    assert named[[lid, late, timer]].tolist() == [5, 5, 4]
    for name in named.index:
        assert 2 <= len(name.split()) <= 7
        assert name[0].isupper()


def test_verdicts_without_a_cause_are_one_need_and_come_last(found):
    mentions, needs = found
    last = needs.table.iloc[-1]
    assert last["general"]
    assert last["need"] == "general"
    assert not needs.table["general"].iloc[:-1].any()
    voiced = needs.members[needs.members["need"] == "general"].merge(mentions, on="mention_id")
    assert set(voiced["text"]) <= set(VAGUE)


def test_a_message_of_two_problems_counts_for_both():
    both = archive([*LID, *LATE, *TIMER, "The lid broke. And my order was delayed.", *GLAD])
    needs = find_needs(both, find_signals(both), min_people=2)
    named = needs.table.set_index("name")["n_people"]
    assert sorted(
        named[[name for name in named.index if "lid" in name.lower() or "delayed" in name.lower()]]
    ) == [6, 6]


def test_sentences_point_into_their_text(found):
    mentions, needs = found
    texts = mentions.set_index("mention_id")["text"]
    for row in needs.members.itertuples():
        said = texts[row.mention_id][row.start : row.end]
        assert said
        assert said == said.strip()


def test_row_order_copies_and_names_of_people_change_nothing(found):
    mentions, needs = found
    mixed = mentions.sample(frac=1, random_state=3)
    again = find_needs(mixed, find_signals(mixed).sample(frac=1, random_state=4), min_people=2)
    pd.testing.assert_frame_equal(again.table, needs.table)
    pd.testing.assert_frame_equal(again.members, needs.members)
    copies = pd.concat([mentions] * 3, ignore_index=True)
    copies["mention_id"] = [f"{at}-{i}" for i, at in enumerate(copies["mention_id"])]
    thrice = find_needs(as_mentions(copies), find_signals(as_mentions(copies)), min_people=2)
    assert (
        thrice.table[["name", "n_people"]].values.tolist()
        == needs.table[["name", "n_people"]].values.tolist()
    )


def test_other_texts_are_placed_by_the_same_rule(found):
    _, needs = found
    placed = needs.predict(["my lid broke", "Worst company ever", "A walk along the river"])
    lid = needs.table.loc[needs.table["name"].str.contains("(?i)lid"), "need"].iloc[0]
    assert placed["need"].iloc[0] == lid
    assert placed["need"].iloc[1] == "general"
    assert pd.isna(placed["need"].iloc[2])


def test_part_of_the_messages_keeps_needs_and_names(found):
    mentions, needs = found
    part = needs.within(mentions.head(8))
    assert set(part.table["need"]) <= set(needs.table["need"])
    lid = needs.table.loc[needs.table["name"].str.contains("(?i)lid"), "need"].iloc[0]
    own = part.members[part.members["need"] == lid]
    assert 1 < own["mention_id"].nunique() == part.table.set_index("need").loc[lid, "n_people"] <= 5
    assert part.table.attrs["n_people"] == 8


@pytest.mark.parametrize(
    "texts",
    [[], ["Off to work", "Sunny day"], ["Der Deckel ist kaputt", "Bitte einen Timer einbauen"]],
    ids=["nothing", "no need", "a language the signals do not know"],
)
def test_no_need_is_an_empty_table_of_the_usual_columns(found, texts):
    mentions = archive(texts)
    needs = find_needs(mentions, find_signals(mentions))
    assert needs.table.empty
    assert needs.table.dtypes.to_dict() == found[1].table.dtypes.to_dict()
    assert needs.table.attrs["n_people"] == len(texts)
    assert ("English" in needs.reason) == bool(texts and "Deckel" in texts[0])
    assert needs.reason
    assert found[1].reason == ""
    assert needs.predict(["The lid broke"])["need"].isna().all()


def test_one_person_or_copies_of_one_message_make_no_need():
    one = archive(["The lid broke"] * 30, author_id=["ann"] * 30)
    needs = find_needs(one, find_signals(one))
    assert needs.table.empty
    assert needs.table.attrs["n_in_no_need"] == 1


def test_a_form_that_many_fill_in_is_no_need():
    form = ["What is the problem?", "What is the error message?", "Describe the bug in a few words."]
    mentions = archive([f"{text}. {' '.join(form)}" for text in [*LID, *LATE]])
    people = own_words(mentions)
    rows = need_sentences(people, find_signals(mentions), brands=frozenset())
    assert rows.loc[rows["said"].isin(form), "form"].all()
    assert not rows.loc[~rows["said"].isin(form), "form"].any()
    again = archive([*LID * 6, *TIMER])
    assert not need_sentences(own_words(again), find_signals(again), brands=frozenset())["form"].any()


def test_a_run_on_is_cut_and_only_its_need_is_kept():
    text = (
        "I bought this for my sister who lives by the sea and she was very glad to have it in the house, "
        "but the lid broke off on the very first morning and we had to wrap it in tape for the whole week"
    )
    mentions = archive([text])
    rows = need_sentences(own_words(mentions), find_signals(mentions), brands=frozenset())
    assert any("lid broke off" in said for said in rows["said"])
    assert not any("sister" in said for said in rows["said"])
    assert all(text[a:b] == said for a, b, said in zip(rows["start"], rows["end"], rows["said"], strict=True))


def test_a_sentence_that_only_points_back_borrows_the_one_before_for_its_vector():
    mentions = archive(["I set the timer last night. It does not work."])
    (row,) = need_sentences(own_words(mentions), find_signals(mentions), brands=frozenset()).itertuples()
    assert row.said == "It does not work."
    assert "timer" in row.compared


def test_names_of_brands_channels_and_places_carry_no_weight():
    mentions = archive(["@pellwickhelp the lid broke", "Pellwick lid broke"] * 40, channel=["kettlers"] * 80)
    assert {"pellwickhelp", "pellwick", "kettlers"} <= brand_words(mentions)
    said = pd.Series(["we flew to Denver last night and the lid broke"] * 5 + ["the lid broke in Denver"] * 5)
    assert proper_names(said) == {"denver"}


@pytest.mark.parametrize(
    ("sentence", "phrases"),
    [
        ("I just can't cancel my snoozed alarm anymore", ["cannot cancel snoozed alarm"]),
        ("and it won't open since the update", ["will not open", "update"]),
        ("I wish there was a dark mode", ["no dark mode"]),
        ("My mother loves it", []),
        ("why?", []),
        ("You should be ashamed of how you treated my wife", []),
    ],
)
def test_phrases_are_trimmed_of_who_when_and_how_much(sentence, phrases):
    assert cut_phrases(sentence) == phrases


def test_words():
    assert stem("delayed") == stem("delays") == stem("delay")
    assert names_cause(["lid", "broke"])
    assert not names_cause(["worst", "company", "ever"])
    assert as_name("no ios update") == "No iOS update"


def test_a_model_of_ones_own_names_needs_and_nonsense_changes_nothing(found):
    mentions, needs = found
    named = name_needs(needs, model=lambda said: f"About {len(said)} sentences", mentions=mentions)
    assert named.table["name"].str.startswith("About").any()
    assert named.table["n_people"].tolist() == needs.table["n_people"].tolist()
    kept = name_needs(needs, model=lambda said: "", mentions=mentions)
    assert kept.table["name"].tolist() == needs.table["name"].tolist()
    with pytest.raises(InsightError, match="function"):
        name_needs(needs, model="gpt", mentions=mentions)


def test_names_are_kept_from_run_to_run_and_can_be_given(found):
    mentions, needs = found
    first = needs.table["name"].iloc[0]
    given = find_needs(mentions, find_signals(mentions), min_people=2, names={first: "My own name"})
    assert "My own name" in set(given.table["name"])
    later = find_needs(mentions.iloc[1:], find_signals(mentions.iloc[1:]), min_people=2, previous=given)
    assert "My own name" in set(later.table["name"])


def test_needs_of_one_given_name_are_one(found):
    mentions, needs = found
    names = needs.table.loc[~needs.table["general"], "name"].tolist()[:2]
    people = needs.table.loc[needs.table["name"].isin(names), "n_people"].sum()
    merged = find_needs(mentions, find_signals(mentions), min_people=2, names=dict.fromkeys(names, "Both"))
    assert merged.table.set_index("name").loc["Both", "n_people"] == people


def test_every_person_with_a_need_is_counted_somewhere(found):
    mentions, needs = found
    listed = (
        needs.members[needs.members["need"].notna()].merge(mentions, on="mention_id")["author_id"].nunique()
    )
    everyone = needs.members.merge(mentions, on="mention_id")["author_id"].nunique()
    assert listed + needs.table.attrs["n_in_no_need"] == everyone
    assert np.isfinite(needs.table["opportunity"]).all()
