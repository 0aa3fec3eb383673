"""What is measured of topics: trends, groups, quality; what people change in them; how they go on."""

from __future__ import annotations

import dataclasses
import itertools
import types

import numpy as np
import pandas as pd
import pytest
from bertopic import BERTopic
from bertopic.cluster import BaseCluster
from bertopic.dimensionality import BaseDimensionalityReduction
from sklearn.metrics import adjusted_rand_score

import insight as ins
from insight.topics import evaluate as card
from insight.topics import layout, trends, words
from insight.topics import previous as history

PLANTED = {
    "leak": (
        (
            "my kettle leaks",
            "water drips from the lid",
            "the kettle is leaking water",
            "puddle under my kettle",
        ),
        ("all over the counter", "after every boil", "since last week", "when I pour", "from the seal"),
    ),
    "refund": (
        ("where is my refund", "still no money back", "I want a refund", "refund for the returned order"),
        ("after three weeks", "on my card", "as you promised", "for the broken one", "answer my mail"),
    ),
    "app": (
        ("the app does not pair", "bluetooth pairing fails", "app crashes while pairing", "app disconnects"),
        ("on my phone", "since the update", "with the new version", "every morning", "again and again"),
    ),
    "taste": (
        ("coffee tastes bitter", "espresso is sour", "the coffee tastes burnt", "coffee has no crema"),
        ("with fresh beans", "on a fine grind", "whatever roast I choose", "even with milk", "every cup"),
    ),
}
TEXTS = [f"{a} {b}" for starts, ends in PLANTED.values() for a, b in itertools.product(starts, ends)]
TRUTH = np.repeat(list(PLANTED), 20)


@pytest.fixture(scope="module")
def mentions():
    """Eighty people over ten months; refunds are spoken of from the sixth month on alone."""
    month = np.tile(np.arange(10), 8)
    month[TRUTH == "refund"] = 5 + np.arange(20) % 5
    days = pd.Timestamp("2025-01-10", tz="UTC") + pd.to_timedelta(30 * month, unit="D")
    return pd.DataFrame(
        {
            "mention_id": [f"x:{n:02}" for n in range(80)],
            "text": TEXTS,
            "author_id": [f"p{n}" for n in range(80)],
            "created_at": days,
            "platform": np.where(TRUTH == "leak", "mail", "x"),
        }
    )


@pytest.fixture(scope="module")
def topics(mentions):
    return ins.fit_topics(mentions, n_topics=4)


def main_topic(topics, what):
    return int(topics.assignments["topic"][what == TRUTH].mode()[0])


def test_levels_nest_and_every_level_predicts_what_it_assigned(topics):
    levels = topics.levels
    assert levels["subtopic"].is_unique
    assert levels.groupby("subtopic")["topic"].nunique().max() == 1
    assert levels.groupby("topic")["theme"].nunique().max() == 1
    topic_of = levels.set_index("subtopic")["topic"]
    placed = topics.assignments[topics.assignments["topic"] >= 0]
    assert (placed["subtopic"].map(topic_of) == placed["topic"]).all()
    np.testing.assert_array_equal(
        topics.predict(TEXTS, level="subtopic"), topics.assignments["subtopic"].to_numpy()
    )
    theme = levels.drop_duplicates("topic").set_index("topic")["theme"]
    np.testing.assert_array_equal(topics.predict(TEXTS, level="theme"), placed["topic"].map(theme))
    assert levels.groupby("topic")["n"].sum().to_dict() == placed["topic"].value_counts().to_dict()


@pytest.mark.parametrize(("granularity", "low", "high"), [("coarse", 1, 12), ("medium", 3, 60)])
def test_granularity_bounds_the_number_of_topics(granularity, low, high):
    assert low <= len(ins.fit_topics(TEXTS, granularity=granularity).rule.numbers) <= high


def test_unknown_granularity_and_coverage_say_the_way_out():
    with pytest.raises(ins.InsightError, match=r"pass one of \['coarse', 'medium', 'fine'\]"):
        ins.fit_topics(TEXTS, granularity="rough")
    with pytest.raises(ins.InsightError, match=r"coverage is 1.5"):
        ins.fit_topics(TEXTS, coverage=1.5)


def test_coverage_is_kept_and_what_is_left_out_has_a_reason():
    short = ["kettle", "!!", "ok then"]
    topics = ins.fit_topics([*TEXTS, *short], coverage=0.7)
    reason = topics.assignments["reason"]
    assert (topics.assignments["topic"][:80] >= 0).mean() == pytest.approx(0.7, abs=0.02)
    assert ((reason == "") == (topics.assignments["topic"] >= 0)).all()
    assert reason[81] == "no words"
    assert set(reason[:80]) <= {"", "between two topics", "rare theme"}
    assert (ins.fit_topics(TEXTS, coverage=1.0).assignments["topic"] >= 0).all()


def test_a_text_in_another_language_says_so():
    german = "die Lieferung hängt seit Wochen irgendwo beim Zoll fest"
    topics = ins.fit_topics([*TEXTS, german], coverage=0.5)
    assert topics.assignments["topic"].iloc[-1] == -1
    assert topics.assignments["reason"].iloc[-1] == "other language"


def test_seeds_become_topics_beside_those_found():
    seeds = {"Money back": ["I want a refund", "no money back"], "Bluetooth": ["pairing"]}
    topics = ins.fit_topics(TEXTS, seeds=seeds)
    number = {name: topic for topic, name in topics.given.items()}
    assert set(number) == set(seeds)
    refunds = topics.assignments["topic"][TRUTH == "refund"] == number["Money back"]
    others = topics.assignments["topic"][TRUTH != "refund"] == number["Money back"]
    assert refunds.mean() > 0.6
    assert others.mean() < 0.1
    assert set(topics.table["name"]) >= set(seeds)
    assert len(topics.rule.numbers) > 2
    np.testing.assert_array_equal(topics.predict(TEXTS), topics.assignments["topic"])


def test_a_seed_that_nobody_speaks_of_is_said():
    with pytest.warns(ins.InsightWarning, match="no text is near the seed 'Quantum'"):
        ins.fit_topics(TEXTS, seeds={"Quantum": ["zzyzx qwrtp"]})


def test_topics_keep_their_numbers_next_month(topics):
    named = ins.rename_topics(topics, {main_topic(topics, "refund"): "Money back"})
    order = np.random.default_rng(1).permutation(80)[:70]
    later = ins.fit_topics([TEXTS[n] for n in order], n_topics=4, previous=named)
    kept = later.changes[later.changes["change"] == "kept"]
    assert len(kept) == 4
    assert (kept["topic"] == kept["previous"]).all()
    agree = later.assignments["topic"].to_numpy() == topics.assignments["topic"].to_numpy()[order]
    assert agree.mean() > 0.9
    assert "Money back" in set(later.table["name"])


def test_a_topic_keeps_its_name_only_while_the_words_still_describe_it(topics):
    numbers = topics.rule.numbers
    fresh = topics.table.set_index("topic")["name"]
    word = topics.terms.query("rank == 3").set_index("topic")["term"]
    called = {number: f"{word[number]}, {word[0]}" for number in numbers}
    called[3] = f"{word[3]}, umbrellas"
    where = dict(zip(topics.messages["text"], topics.assignments["topic"], strict=True))
    before = history.Remembered([*where], np.array([*where.values()]), {}, called)
    later = ins.fit_topics(TEXTS, n_topics=4, previous=before).table.set_index("topic")["name"]
    assert later[[1, 2]].to_dict() == {number: called[number] for number in (1, 2)}
    assert later[3] == fresh[3]


def test_edits_leave_the_names_of_other_topics(topics):
    terms = topics.terms.query("rank == 1").set_index("topic")["term"]
    before = history.Remembered(
        topics.texts,
        topics.assignments["topic"].to_numpy(),
        {},
        {n: f"{terms[n]}, {terms[0]}" for n in (1, 2, 3)},
    )
    later = ins.fit_topics(TEXTS, n_topics=4, previous=before)
    edited = ins.rename_topics(later, {0: "Mine"}).table.set_index("topic")["name"]
    assert edited[[1, 2, 3]].to_dict() == {n: f"{terms[n]}, {terms[0]}" for n in (1, 2, 3)}


def test_new_gone_split_and_merged_by_hand():
    jaccard = np.array([[0.9, 0.0, 0.0], [0.0, 0.4, 0.0], [0.0, 0.2, 0.0], [0.0, 0.0, 0.0]])
    share = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.9, 0.0], [0.0, 0.1, 0.0]])
    fates = history._without_partner(jaccard, share, [0, 1], ("split", "new"))
    assert fates == [(2, 1, "split", 0.2), (3, None, "new", 0.0)]
    lost = np.array([[0.0, 0.0, 0.8], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    ends = history._without_partner(jaccard.T, lost.T, [0, 1], ("merged", "gone"))
    assert ends == [(2, 0, "merged", 0.0)]
    assert history._without_partner(jaccard.T, lost.T * 0, [0, 1], ("merged", "gone")) == [
        (2, None, "gone", 0.0)
    ]


def test_numbers_with_gaps_work_everywhere(topics):
    merged = ins.merge_topics(topics, [[1, 2]])
    assert merged.rule.numbers == [0, 1, 3]
    assert merged.table["n"].sum() == 80
    np.testing.assert_array_equal(merged.predict(TEXTS), merged.assignments["topic"])
    old = topics.assignments["topic"].replace(2, 1)
    np.testing.assert_array_equal(merged.assignments["topic"], old)
    assert merged.model.topics_ == [{0: 0, 1: 1, 3: 2}[n] for n in old]
    assert ins.topics.topic_map(merged)["topic"].nunique() == 3
    with pytest.raises(ins.InsightError, match=r"no topics \[2\]; there are \[0, 1, 3\]"):
        ins.merge_topics(merged, [[0, 2]])


def test_names_and_merges_live_in_a_file(topics, tmp_path):
    path = tmp_path / "topics.toml"
    a, b = main_topic(topics, "leak"), main_topic(topics, "taste")
    edited = ins.rename_topics(topics, {a: 'Leaks "and" drips'}, path=path)
    edited = ins.merge_topics(edited, [[a, b]], path=path)
    again = ins.topics.apply_edits(ins.fit_topics(TEXTS[::-1], n_topics=4), path)
    assert again.table["name"].tolist() == edited.table["name"].tolist()
    assert 'Leaks "and" drips' in set(again.table["name"])
    np.testing.assert_array_equal(again.predict(TEXTS), edited.predict(TEXTS))
    path.write_text('[[topic]]\nname = "Trains"\nwords = ["late train", "platform"]\n')
    with pytest.warns(ins.InsightWarning, match=r"no topic fits 1 entries of topics.toml: \['Trains'\]"):
        ins.topics.apply_edits(topics, path)
    path.write_text("names = 3")
    with pytest.raises(ins.InsightError, match=r"holds \['names'\]"):
        ins.topics.apply_edits(topics, path)


def test_one_name_for_two_topics_is_refused(topics):
    with pytest.raises(ins.InsightError, match="two topics would have the name 'Same'"):
        ins.rename_topics(topics, {0: "Same", 1: "Same"})


def test_a_model_names_only_what_no_person_named_and_bad_answers_are_left(topics):
    asked = []

    def ask(prompt):
        asked.append(prompt)
        return ["Fine name.", "Fine name", ""][len(asked) - 1]

    mine = ins.rename_topics(topics, {3: "By hand"})
    with pytest.warns(ins.InsightWarning, match="is no name of its own") as caught:
        named = ins.topics.name_topics(mine, ask=ask)
    assert len(asked) == 3
    assert len(caught) == 2
    assert {"Fine name", "By hand"} < set(named.table["name"])
    assert all(text in TEXTS for prompt in asked for text in prompt.split("\n- ")[1:])


def test_shares_over_time_are_of_people_and_the_planted_change_is_found(mentions, topics):
    trend = ins.topics_over_time(mentions, topics)
    assert len(trend) == trend["topic"].nunique() * trend["period"].nunique()
    assert trend.groupby("topic")["n"].sum().to_dict() == topics.table.set_index("topic")["n"].to_dict()
    own = trend[trend["topic"] == main_topic(topics, "refund")].reset_index(drop=True)
    assert own.loc[own["n"] > 0, "period"].min() >= pd.Timestamp("2025-06-01", tz="UTC")
    assert own["change"].sum() == 1
    assert own.loc[own["change"], "period"].iloc[0] == own.loc[own["n"] > 0, "period"].min()
    steady = trend[trend["topic"] == main_topic(topics, "taste")]
    assert not steady["change"].any()
    assert {"refund", "money"} & set(itertools.chain(*own["words"]))
    shuffled = ins.topics_over_time(mentions.sample(frac=1, random_state=0), topics)
    pd.testing.assert_frame_equal(shuffled, trend, check_exact=True)


def test_one_person_counts_once_a_period(mentions, topics):
    loud = mentions.assign(author_id="same")
    trend = ins.topics_over_time(loud, topics)
    assert trend["n_people"].max() == 1
    assert trend["total"].max() == 1


def test_groups_by_hand(mentions, topics):
    table = ins.topics_by(mentions, topics, by="platform").set_index(["topic", "group"])
    leak = main_topic(topics, "leak")
    assert table.loc[(leak, "mail"), "total"] == 20
    assert table.loc[(leak, "mail"), "n"] == ((topics.assignments["topic"] == leak) & (TRUTH == "leak")).sum()
    assert table.loc[(leak, "mail"), "p_adjusted"] < 0.001
    assert table["share"].between(table["low"], table["high"]).all()
    with pytest.raises(ins.InsightError, match=r"lack the columns \['country'\]"):
        ins.topics_by(mentions, topics, by="country")
    with pytest.raises(ins.InsightError, match="none of the 80 rows"):
        ins.topics_by(mentions.assign(mention_id="other"), topics, by="platform")


def test_even_counts_give_no_change_points():
    rng = np.random.default_rng(0)
    totals = np.full(24, 400)
    counts = rng.binomial(totals, 0.1, size=(200, 24))
    assert trends._change_points(counts, totals).any(axis=1).mean() < 0.03
    counts[:20, 12:] = rng.binomial(totals[12:], 0.2, size=(20, 12))
    found = trends._change_points(counts, totals)
    assert found[:20].any(axis=1).all()
    assert np.abs(found[:20].argmax(axis=1) - 12).max() <= 2
    assert found[20:].any(axis=1).mean() < 0.05


def test_card_agrees_with_what_was_planted(topics):
    values = ins.topics.evaluate_topics(topics, labels=TRUTH.tolist()).set_index("measure")["value"]
    assert values["n_topics"] == 4
    assert values["coverage"] >= 0.9
    assert values["ami"] > 0.8
    assert values["purity"] > 0.9
    assert 0 < values["stability"] <= 1
    assert 0 < values["agreement"] <= 1
    assert -1 <= values["npmi"] <= 1
    assert 0 < values["diversity"] <= 1
    assert values["seconds"] > 0
    assert "seed_agreement" not in values
    scrambled = ins.topics.evaluate_topics(
        topics, labels=TRUTH[np.random.default_rng(0).permutation(80)].tolist()
    )
    assert scrambled.set_index("measure")["value"]["ami"] < 0.2
    with pytest.raises(ins.InsightError, match="3 labels for 80 messages"):
        ins.topics.evaluate_topics(topics, labels=["a", "b", "c"])


def test_what_is_drawn_has_an_interval_and_seeds_are_compared(topics):
    card = ins.topics.evaluate_topics(topics, seeds=2).set_index("measure")
    drawn = card.loc[["stability", "agreement", "seed_agreement"]]
    assert (drawn["low"] <= drawn["value"]).all()
    assert (drawn["value"] <= drawn["high"]).all()
    assert card.drop(drawn.index)[["low", "high"]].isna().all(axis=None)
    assert card.loc["stability", "value"] == pytest.approx(topics.stability["stability"].mean())
    others = [ins.fit_topics(TEXTS, n_topics=4, random_state=seed).assignments["topic"] for seed in (1, 2)]
    scores = [adjusted_rand_score(topics.assignments["topic"], other) for other in others]
    assert card.loc["seed_agreement", "value"] == pytest.approx(np.mean(scores))
    with pytest.raises(ins.InsightError, match="seeds needs topics that fit_topics found"):
        ins.topics.evaluate_topics(dataclasses.replace(topics, search=None), seeds=1)


def test_npmi_by_hand():
    held, terms = words.count_words(["tea milk", "tea milk", "cup", "cup spoon"])
    npmi = card._npmi(held)
    at = {term: place for place, term in enumerate(terms)}
    assert npmi[at["tea"], at["milk"]] == pytest.approx(1)
    assert npmi[at["tea"], at["cup"]] == -1
    # p(cup) = 1/2, p(spoon) = 1/4 = p(both): log((1/4) / (1/8)) / -log(1/4) = 1/2
    assert npmi[at["cup"], at["spoon"]] == pytest.approx(0.5)
    pairs, vectors = card._topic_coherence(np.eye(2), [0, 1])
    assert (pairs, vectors) == pytest.approx((0, 0.5**0.5))


def test_bertopic_is_taken_over():
    y = [0] * 20 + [1] * 20 + [-1] * 20 + [2] * 20
    model = BERTopic(
        umap_model=BaseDimensionalityReduction(), hdbscan_model=BaseCluster(), language="multilingual"
    )
    model.fit(TEXTS, embeddings=np.eye(4)[[value % 4 for value in y]], y=y)
    wanted = list(model.topics_)
    topics = ins.Topics.from_bertopic(model, TEXTS)
    assert topics.assignments["topic"].tolist() == wanted
    assert topics.table["n"].sum() == 80
    assert (topics.predict(TEXTS)[:20] == wanted[0]).mean() > 0.9
    with pytest.raises(ins.InsightError, match="knows 80 documents, but docs has 3"):
        ins.Topics.from_bertopic(model, TEXTS[:3])


def test_map_shows_every_message_and_discs_do_not_overlap(topics):
    points = ins.topics.topic_map(topics)
    assert sorted(points["mention_id"]) == sorted(
        topics.assignments.loc[topics.assignments["topic"] >= 0, "mention_id"]
    )
    centre = points.groupby("topic")[["x", "y"]].mean()
    radius = np.sqrt(points.groupby("topic").size())
    for one, other in itertools.combinations(centre.index, 2):
        assert np.hypot(*(centre.loc[one] - centre.loc[other])) > 0.9 * (radius[one] + radius[other])
    with pytest.warns(ins.InsightWarning, match="the map shows 20 of"):
        assert ins.topics.topic_map(topics, max_texts=20)["topic"].nunique() == 4


def test_spread_pushes_discs_apart():
    place = layout._spread(np.zeros((5, 2)), np.array([3.0, 1, 1, 2, 2]))
    distance = np.sqrt(((place[:, None] - place[None, :]) ** 2).sum(axis=2))
    assert (distance + 10 * np.eye(5)).min() > 1.9


def test_german_names_hold_no_function_words():
    texts = [
        f"{a} {b}"
        for a in (
            "Ich warte auf die Erstattung",
            "Wo ist denn meine Erstattung",
            "Die Erstattung ist nicht da",
        )
        for b in (
            "seit drei Wochen",
            "und keiner hilft mir",
            "für den Kocher",
            "trotz der Zusage",
            "auf der Karte",
        )
    ]
    reader = words.Reader.of(texts)
    assert "de" in reader.stops
    content = reader.content(["ich", "warte", "auf", "die", "erstattung"])
    assert content == [False, True, False, False, True]
    english = reader.content(["the", "men", "die", "in", "a", "war"])
    assert english[1], "an English text is not read by German stop words"


def test_people_and_verbs_are_told_from_things():
    texts = [
        "Thanks Becky for the refund",
        "Hi Becky where is the refund",
        "I refund you",
        "the kettle of Becky",
    ]
    tokens = [words.find_words(text) for text in texts * 3]
    assert words.find_people(tokens) == {"becky"}
    nouns, _ = words.noun_likeness(
        [["the", "kettle"], ["I", "shipped", "the", "kettle"], ["we", "shipped", "it"]]
    )
    assert nouns["kettle"] > 0.7
    assert nouns["shipped"] < 0.3


def test_trend_words_follow_class_tfidf_by_hand():
    held, terms = words.count_words(["red cup", "red mug", "blue cup", "blue cup"])
    fake = types.SimpleNamespace(words=(held, terms))
    shown = trends._words(fake, np.arange(4), np.array([0, 0, 1, 1]), 3, 1)
    assert shown == [["red"], ["blue"], []] or shown == [["red"], ["blue cup"], []]


def test_one_topic_in_four_languages(multilingual):
    said = {
        "leak": (
            "the kettle leaks",
            "der Wasserkocher leckt",
            "la bouilloire fuit",
            "il bollitore perde acqua",
        ),
        "refund": ("where is my refund", "wo bleibt meine Erstattung", "où est mon remboursement"),
        "app": ("the app does not connect", "die App verbindet sich nicht", "l'app non si connette"),
    }
    when = ("1", "today", "heute", "again", "encore", "wieder", "stamattina", "nochmal")
    texts = [f"{a} {b}" for starts in said.values() for a in starts for b in when]
    truth = [name for name, starts in said.items() for _ in range(len(starts) * len(when))]
    topics = ins.fit_topics(texts, n_topics=3, encoder=multilingual)
    card = ins.topics.evaluate_topics(topics, labels=truth).set_index("measure")["value"]
    assert card["ami"] > 0.9
    np.testing.assert_array_equal(topics.predict(texts), topics.assignments["topic"])
