"""Topics: what was planted is found, and nothing that should not matter matters."""

from __future__ import annotations

import hashlib
import itertools
import pickle
import re
import shutil
import types

import numpy as np
import pandas as pd
import pytest
from bertopic import BERTopic
from scipy.sparse import csgraph
from sklearn.linear_model import Ridge
from sklearn.metrics import adjusted_mutual_info_score, homogeneity_score

import insight as ins
from insight.stats.intervals import wilson
from insight.topics import bridge, communities, names, rule, space, words

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
    "parcel": (
        ("parcel not delivered", "delivery is late", "courier lost the parcel", "my delivery never came"),
        ("says the tracking", "wrong address", "for the second time", "before the holidays", "at the depot"),
    ),
    "taste": (
        ("coffee tastes bitter", "espresso is sour", "the coffee tastes burnt", "coffee has no crema"),
        ("with fresh beans", "on a fine grind", "whatever roast I choose", "even with milk", "every cup"),
    ),
    "noise": (
        (
            "the grinder is so loud",
            "grinding noise wakes us",
            "machine rattles loudly",
            "awful grinder noise",
        ),
        ("at six in the morning", "like a drill", "in an open kitchen", "worse than before", "and it shakes"),
    ),
}
TEXTS = [f"{a} {b}" for starts, ends in PLANTED.values() for a, b in itertools.product(starts, ends)]
TRUTH = np.repeat(list(PLANTED), 20)


@pytest.fixture(scope="module")
def topics() -> ins.Topics:
    return ins.fit_topics([*TEXTS, "", "1234 !!"])


def same(one, other):
    for name in ("table", "assignments", "terms", "tree", "stability"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


def test_planted_topics_are_found_and_every_text_with_words_has_one(topics):
    found = topics.assignments["topic"].to_numpy()
    assert homogeneity_score(TRUTH, found[:-2]) > 0.85, "no topic mixes what was planted apart"
    assert len(topics.rule.centroids) <= 18
    assert (found[:-2] >= 0).all()
    assert found[-2:].tolist() == [-1, -1]
    assert topics.assignments["mention_id"].tolist() == [str(n) for n in range(122)]
    assert topics.assignments["similarity"].between(0, 1).all()


def test_names_are_made_of_the_topics_own_words(topics):
    table = topics.table.set_index("topic")["name"]
    assert table.is_unique
    assert table[-1] == "No topic"
    stop = words.stop_words()
    for topic, name in table.drop(-1).items():
        own = " ".join(np.array(TEXTS)[topics.assignments["topic"][:120] == topic]).lower()
        for phrase in re.split(", | and ", name.lower()):
            assert phrase in own
            assert not {phrase.split()[0], phrase.split()[-1]} & stop
    leak = topics.predict(["the kettle leaks"])[0]
    assert "kettle" in table[leak].lower()


def test_order_of_rows_changes_nothing(topics):
    order = np.random.default_rng(5).permutation(122)
    shuffled = ins.fit_topics([[*TEXTS, "", "1234 !!"][i] for i in order])
    for name in ("table", "terms", "tree", "stability"):
        pd.testing.assert_frame_equal(getattr(shuffled, name), getattr(topics, name), check_exact=True)
    np.testing.assert_array_equal(
        shuffled.assignments["topic"], topics.assignments["topic"].to_numpy()[order]
    )
    np.testing.assert_array_equal(
        shuffled.assignments["similarity"], topics.assignments["similarity"].to_numpy()[order]
    )


def test_reposts_shape_no_topic(topics):
    reposts = [f"RT @someone: {TEXTS[45]}"] * 300
    crowded = ins.fit_topics([*TEXTS, "", "1234 !!", *reposts])
    pd.testing.assert_frame_equal(crowded.assignments.head(122), topics.assignments, check_exact=True)
    pd.testing.assert_frame_equal(crowded.terms, topics.terms, check_exact=True)
    pd.testing.assert_frame_equal(crowded.stability, topics.stability, check_exact=True)
    assert crowded.assignments["topic"].tail(300).eq(topics.assignments["topic"][45]).all()
    assert crowded.table["n"].sum() == topics.table["n"].sum() + 300


def test_predict_gives_each_text_its_topic_alone_and_among_others(topics):
    texts = [*TEXTS, "", "1234 !!"]
    np.testing.assert_array_equal(topics.predict(texts), topics.assignments["topic"])
    np.testing.assert_array_equal(topics.predict(texts[::-1])[::-1], topics.assignments["topic"])
    assert [topics.predict([text])[0] for text in texts[::17]] == topics.assignments["topic"][::17].tolist()
    assert topics.predict([]).tolist() == []


def test_a_large_archive_is_placed_by_the_student(topics, monkeypatch):
    monkeypatch.setattr("insight.topics.cluster.READ_ALL", 90)
    monkeypatch.setattr("insight.topics.cluster.CLUSTERED", 90)
    large = ins.fit_topics(TEXTS)
    assert large.rule.space.encoder is None, "new texts cost no encoder"
    assert adjusted_mutual_info_score(TRUTH, large.assignments["topic"]) > 0.75
    np.testing.assert_array_equal(large.predict(TEXTS), large.assignments["topic"])
    same(ins.fit_topics(TEXTS), large)
    assert 0.3 < large.rule.space.fidelity < 1


def test_where_the_student_is_poor_the_encoder_reads_all(monkeypatch):
    """A teacher that no words explain: the first letter of a hash decides which of four it hears."""
    monkeypatch.setattr("insight.topics.cluster.READ_ALL", 60)
    monkeypatch.setattr("insight.topics.cluster.CLUSTERED", 60)

    def heard(text):
        return hashlib.sha256(text.encode()).digest()[0] % 4

    moody = types.SimpleNamespace(encode=lambda texts: np.eye(4)[[heard(text) for text in texts]])
    with pytest.warns(ins.InsightWarning, match=r"follows the encoder poorly .* has read all 120 texts"):
        topics = ins.fit_topics(TEXTS, encoder=moody, n_topics=4)
    truth = [heard(text) for text in TEXTS]
    assert adjusted_mutual_info_score(truth, topics.assignments["topic"]) == pytest.approx(1)
    np.testing.assert_array_equal(topics.predict(TEXTS), topics.assignments["topic"])


def test_vectors_are_kept_and_found_again_and_may_be_deleted(tmp_path):
    asked = []

    class Slow:
        def encode(self, texts):
            asked.extend(texts)
            return np.array([[text.count(letter) + 0.1 for letter in "abcdefgh"] for text in texts])

    first = ins.fit_topics(TEXTS, encoder=Slow(), cache=tmp_path / "kept")
    assert len(asked) > 100
    asked.clear()
    same(ins.fit_topics(TEXTS, encoder=Slow(), cache=tmp_path / "kept"), first)
    assert len(asked) < 3, "the probe that tells one encoder from another"
    shutil.rmtree(tmp_path / "kept")
    same(ins.fit_topics(TEXTS, encoder=Slow(), cache=tmp_path / "kept"), first)


def test_the_fewest_groups_that_are_as_firm_as_any_are_taken():
    """By hand: where every third row strays, a group of six shares four of eight rows with its like."""
    rows = np.arange(12)
    cuts = {1.0: rows // 6, 2.0: rows // 4, 4.0: rows // 2}
    assert communities._choose(cuts, {r: [cut] for r, cut in cuts.items()}, [rows]) == 1.0
    strays = {1.0: [np.where(rows % 3, rows // 6, 1 - rows // 6)], 2.0: [rows // 4], 4.0: [rows // 2]}
    assert communities._stability(cuts[1.0], [(rows, strays[1.0][0])]) == pytest.approx(0.5)
    assert communities._choose(cuts, strays, [rows]) == 4.0, "smoothed: 0.75, 0.83, 1"
    assert communities._choose(cuts, strays, [rows], 2) == 4.0, "the others are far less firm"
    assert communities._choose(cuts, {r: [cut] for r, cut in cuts.items()}, [rows], 4) == 2.0, "3 is nearest"
    assert communities._stability(np.where(rows < 6, 0, -1), [(rows, rows // 6)]) == 0.5, "half in no group"


@pytest.mark.parametrize(
    ("n", "bounds"), [(16, (8, 8)), (2_500, (8, 100)), (10_000, (10, 200)), (10**6, (30, 250))]
)
def test_larger_archives_are_looked_at_more_finely(n, bounds):
    assert communities.sensible("medium", n) == bounds
    assert communities.sensible("coarse", n) == (3, 12)


def test_scores_are_a_regression_on_the_labels():
    """Oracle: scikit-learn's ridge classifier at its own penalty, on two classes of unequal spread."""
    rng = np.random.default_rng(1)
    labels = np.repeat([0, 1, -1], [40, 20, 5])
    vectors = rng.normal(size=(65, 4)) + np.outer(labels, [2, 0, 0, 1])
    weights = rule.learn_weights(vectors, labels)
    wanted = Ridge(alpha=1.0).fit(vectors[:60], np.eye(2)[labels[:60]]).predict(vectors)
    np.testing.assert_allclose(vectors @ weights[:, :-1].T + weights[:, -1], wanted)
    np.testing.assert_allclose((vectors @ weights[:, :-1].T + weights[:, -1]).sum(axis=1), 1)


def test_six_asked_for_are_the_six_planted():
    found = ins.fit_topics(TEXTS, n_topics=6).assignments["topic"]
    assert adjusted_mutual_info_score(TRUTH, found) > 0.85


@pytest.mark.parametrize("n_topics", [1, 2, 7])
def test_asked_number_of_topics_is_given(n_topics):
    topics = ins.fit_topics(TEXTS, n_topics=n_topics)
    assert set(topics.table["topic"]) - {-1} == set(range(n_topics))
    assert topics.table["n"].sum() == len(TEXTS)
    assert len(topics.tree) == 2 * n_topics - 1
    np.testing.assert_array_equal(topics.predict(TEXTS), topics.assignments["topic"])


def test_more_topics_than_there_are_is_said():
    with pytest.warns(ins.InsightWarning, match="500 topics were asked for"):
        ins.fit_topics(TEXTS[:40], n_topics=500)


def test_min_topic_size_dissolves_smaller_ones():
    sizes = ins.fit_topics(TEXTS, min_topic_size=15).table["n"]
    assert sizes.min() >= 10
    assert sizes.sum() == len(TEXTS)


def test_people_are_counted_once_and_shares_carry_wilsons_interval():
    mentions = ins.as_mentions(
        pd.DataFrame(
            {
                "mention_id": [f"x:{n:03}" for n in range(120)],
                "text": TEXTS,
                "author_id": [None if n % 10 == 9 else f"p{n % 7}" for n in range(120)],
            }
        )
    )
    topics = ins.fit_topics(mentions)
    joined = mentions.merge(topics.assignments, on="mention_id")
    for row in topics.table.itertuples():
        own = joined[joined["topic"] == row.topic]
        assert row.n == len(own)
        assert row.n_people == own["author_id"].nunique()
        assert row.share == pytest.approx(row.n_people / 7)
        np.testing.assert_allclose((row.low, row.high), np.ravel(wilson(row.n_people, 7)))
    assert topics.assignments["mention_id"].tolist() == mentions["mention_id"].tolist()
    assert topics.table["n_people"].is_monotonic_decreasing


def test_title_is_read_with_the_text():
    mentions = pd.DataFrame(
        {"mention_id": ["1", "2"], "text": ["please help", "x"], "title": ["Kettle leaks", "x"]}
    )
    with pytest.warns(ins.InsightWarning, match="too few"):
        assert ins.fit_topics(mentions).texts == ["Kettle leaks. please help", "x"]


@pytest.mark.parametrize("texts", [[], [""], ["", "😡", "12"]])
def test_nothing_said_is_no_topic(texts):
    with pytest.warns(ins.InsightWarning, match="no text holds a word"):
        topics = ins.fit_topics(texts)
    assert topics.assignments["topic"].tolist() == [-1] * len(texts)
    assert topics.terms.empty
    assert topics.tree.empty
    assert topics.predict(["the kettle leaks"]).tolist() == [-1]
    with pytest.raises(ins.InsightError, match="no topic to give"):
        _ = topics.model


@pytest.mark.parametrize("n", [1, 2, 5, 19])
def test_few_texts_are_one_topic_with_a_warning(n):
    with pytest.warns(ins.InsightWarning, match=f"{n} different texts are too few"):
        topics = ins.fit_topics(TEXTS[::6][:n])
    assert topics.table[["topic", "n"]].to_numpy().tolist() == [[0, n]]
    assert topics.stability["stability"].isna().all()
    assert topics.predict(TEXTS[::6][:n]).tolist() == [0] * n


@pytest.mark.parametrize("n", [20, 30])
def test_thirty_texts_are_enough_to_try(n):
    topics = ins.fit_topics(TEXTS[::4][:n])
    assert topics.table["n"].sum() == n


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mentions": pd.DataFrame({"text": ["a"]})}, r"lack the columns \['mention_id'\]; found \['text'\]"),
        ({"mentions": TEXTS, "n_topics": 0}, "n_topics is 0"),
        ({"mentions": TEXTS, "min_topic_size": 0}, "min_topic_size is 0"),
        ({"mentions": TEXTS, "encoder": 7}, "encoder is a int"),
    ],
)
def test_wrong_input_says_the_way_out(arguments, message):
    with pytest.raises(ins.InsightError, match=message):
        ins.fit_topics(**arguments)


def test_input_is_not_changed():
    mentions = pd.DataFrame({"mention_id": [str(n) for n in range(40)], "text": TEXTS[::3]})
    before = mentions.copy()
    ins.fit_topics(mentions)
    pd.testing.assert_frame_equal(mentions, before)


def test_tree_joins_every_topic_once(topics):
    k = len(topics.rule.centroids)
    tree = topics.tree.set_index("node")
    assert tree["parent"].isna().sum() == 1
    root = tree.index[tree["parent"].isna()][0]
    assert tree.loc[root, "topics"] == list(range(k))
    for node, row in tree[tree.index >= k].iterrows():
        children = tree[tree["parent"] == node]
        assert sorted(itertools.chain(*children["topics"])) == row["topics"]
        assert (children["distance"] <= row["distance"]).all()


def test_stability_tells_planted_groups_from_an_even_cloud():
    rng = np.random.default_rng(2)
    firm = np.repeat(np.eye(6), 40, axis=0) + rng.normal(0, 0.05, (240, 6))
    even = rng.normal(size=(240, 6))
    mean = []
    for cloud in (firm, even):
        unit = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
        parts = communities.find_communities(unit, minimum=3, n_topics=6, bounds=(8, 31), random_state=0)
        mean.append(communities.topic_stability(parts.labels, parts.trials).mean())
    assert mean[0] == pytest.approx(1)
    assert mean[1] < 0.7


def test_jaccard_of_a_topic_by_hand():
    labels = np.array([0, 0, 0, 1, 1, -1])
    trial = (np.array([0, 1, 2, 3, 5]), np.array([0, 0, 1, 1, 1]))
    # topic 0 drew rows 0 1 2: best with {0 1}, 2 of 3; topic 1 drew row 3: best with {2 3 5}, 1 of 3
    np.testing.assert_allclose(communities.topic_stability(labels, [trial]), [[2 / 3], [1 / 3]])


def test_neighbour_graph_is_symmetric_and_weighs_by_shared_neighbours():
    rng = np.random.default_rng(0)
    cloud = np.vstack([rng.normal((9, 0), 1, (40, 2)), rng.normal((0, 9), 1, (40, 2))])
    unit = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    graph = communities._neighbour_graph(unit)
    assert abs(graph - graph.T).max() == pytest.approx(0)
    assert graph.data.min() > 0
    assert graph.data.max() <= 1
    assert csgraph.connected_components(graph)[0] >= 2


def test_draw_depends_on_content_alone():
    few = space.draw(TEXTS, 20, random_state=0)
    assert space.draw(TEXTS[::-1], 20, random_state=0) == few
    assert space.draw(TEXTS, 20, random_state=1) != few
    assert len(few) == 20
    assert set(space.draw(TEXTS, 21, random_state=0)) > set(few)


def test_student_follows_its_teacher(monkeypatch):
    """Oracle: a linear teacher, which a student of words can follow to the end."""
    words = sorted({word for text in TEXTS for word in text.split()})
    rows = np.array([[text.split().count(word) for word in words] for text in TEXTS], dtype=float)
    project = np.random.default_rng(0).normal(size=(len(words), 12))
    vectors = rows @ project
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    fitted = space.fit_space(TEXTS, vectors, teacher=None, whole=False, random_state=0)
    assert fitted.fidelity > 0.7
    wanted = vectors - fitted.centre
    cosines = (fitted.embed(TEXTS) * wanted).sum(axis=1) / np.linalg.norm(wanted, axis=1)
    assert cosines.mean() > 0.9
    assert not fitted.embed(["zzz yyy"]).any()


def test_terms_by_hand():
    """Two topics of two texts each: weight is share within the topic times log(1 + mean terms / total)."""
    reading = names.read_phrases(["red kettle", "red kettle", "blue cup", "blue mug"])
    terms, named = names.describe(reading, np.array([0, 0, 1, 1]), 2)
    assert named == ["red kettle", "blue cup"]
    first = terms[terms["topic"] == 0]
    assert first["term"].tolist() == ["red kettle"]
    # topic 0: red 2, kettle 2, red kettle 2; topic 1: blue 2, cup 1, mug 1, blue cup 1, blue mug 1: 6 and 6
    assert first["weight"].tolist() == pytest.approx([2 / 6 * np.log1p(6 / 2)])


def test_names_keep_the_usual_spelling_and_differ():
    texts = [
        "Wi-Fi at JFK is down",
        "JFK lounge",
        "lounge at JFK",
        "lounge food",
        "lounge again",
        "food in a lounge",
    ]
    _, named = names.describe(names.read_phrases(texts), np.array([0, 0, 0, 1, 1, 1]), 2)
    assert "JFK" in named[0]
    assert named[0] != named[1]


def test_a_topic_without_words_of_its_own_has_a_name_all_the_same():
    own = ["lid", "timer", "hose", "filter", "spout"]
    texts = [f"my kettle has a {word} here" for word in own for _ in range(4)] + ["my kettle"] * 4
    labels = np.repeat(np.arange(6), 4)
    terms, named = names.describe(names.read_phrases(texts), labels, 6)
    assert named[-1] == "kettle"
    assert terms.loc[terms["topic"] == 5, "term"].tolist() == ["kettle"]
    wordless = ["ok", "so so", "and?", "it is"]
    _, named = names.describe(names.read_phrases(wordless), np.array([0, 0, 1, 1]), 2)
    assert named == ["Messages with few words in common", "Messages with few words in common (2)"]
    _, named = names.describe(names.read_phrases(["a kettle"] * 4), np.array([0, 0, 1, 1]), 2)
    assert named == ["kettle", "kettle (2)"]


def test_model_is_a_bertopic_that_agrees_after_saving_and_loading(topics, tmp_path):
    texts = [*TEXTS, "", "1234 !!"]
    wanted = topics.assignments["topic"].tolist()
    model = topics.model
    assert isinstance(model, BERTopic)
    assert topics.model is model
    assert model.topics_ == wanted
    assert model.transform(texts)[0].tolist() == wanted
    info = model.get_topic_info().set_index("Topic")
    assert info["CustomName"].to_dict() == topics.table.set_index("topic")["name"].to_dict()
    assert info["Count"].to_dict() == topics.table.set_index("topic")["n"].to_dict()
    model.save(tmp_path / "m", serialization="safetensors", save_ctfidf=True, save_embedding_model=False)
    loaded = BERTopic.load(tmp_path / "m", embedding_model=model.embedding_model)
    assert loaded.transform(texts)[0].tolist() == wanted
    assert loaded.get_topic(0) == [list(pair) for pair in model.get_topic(0)]


def test_a_pickle_keeps_the_rule(topics):
    assert topics.model, "which stays behind"
    opened = pickle.loads(pickle.dumps(topics))
    same(opened, topics)
    np.testing.assert_array_equal(opened.predict(TEXTS), topics.predict(TEXTS))


def test_documented_methods_of_bertopic_work(topics):
    texts = [*TEXTS, "", "1234 !!"]
    model = topics.model
    days = pd.date_range("2025-01-01", periods=len(texts), freq="D").to_pydatetime().tolist()
    over_time = model.topics_over_time(texts, days, nr_bins=4)
    assert over_time["Frequency"].sum() == len(texts)
    as_text = [f"{day:%Y-%m-%d}" for day in days]
    assert model.topics_over_time(texts, as_text, nr_bins=4).equals(over_time)
    with pytest.raises(ins.InsightError, match=r"needs umap\. Draw the same with insight\.plots\.topic_map"):
        model.visualize_topics()
    with pytest.raises(ins.InsightError, match="needs reduced_embeddings="):
        model.visualize_documents(texts)
    per_class = model.topics_per_class(texts, ["x", "y"] * 61)
    assert per_class["Frequency"].sum() == len(texts)
    assert len(model.hierarchical_topics(texts)) == len(topics.rule.centroids) - 1
    assert model.find_topics("kettle leaks", top_n=1)[0] == [topics.predict(["kettle leaks"])[0]]
    assert len(model.get_document_info(texts)) == len(texts)
    assert model.get_representative_docs(0)
    figures = [
        model.visualize_barchart(top_n_topics=3),
        model.visualize_hierarchy(),
        model.visualize_heatmap(),
        model.visualize_term_rank(),
        model.visualize_topics_over_time(over_time),
        model.visualize_topics_per_class(per_class),
    ]
    assert all(len(figure.data) for figure in figures)


def test_methods_of_bertopic_that_read_or_change_the_model_work(topics, tmp_path):
    texts = [*TEXTS, "", "1234 !!"]
    k = len(topics.rule.numbers)

    def fresh():
        names = topics.table.set_index("topic")["name"]
        return bridge.to_bertopic(topics.rule, topics.assignments["topic"].tolist(), topics.texts, names)

    model = fresh()
    assert model.approximate_distribution(texts)[0].shape == (len(texts), k)
    assert len(model.generate_topic_labels(nr_words=2)) == k + 1
    assert model.get_topic_freq()["Count"].sum() == len(texts)
    assert set(model.get_topics()) == set(range(-1, k))
    assert model.get_topic_tree(model.hierarchical_topics(texts)).count("Topic:") == k
    for strategy in ("c-tf-idf", "embeddings", "distributions"):
        less = model.reduce_outliers(texts, model.topics_, strategy=strategy)
        assert less[:120] == model.topics_[:120]
    place = np.random.default_rng(0).random((len(texts), 2))
    assert len(model.visualize_documents(texts, reduced_embeddings=place).data)
    assert len(model.visualize_hierarchy(hierarchical_topics=model.hierarchical_topics(texts)).data)
    assert len(model.visualize_distribution(model.approximate_distribution(texts)[0][0]).data)
    model.update_topics(texts, n_gram_range=(1, 1))
    assert all(" " not in word for word, _ in model.get_topic(0))
    model.merge_topics(texts, [0, 1])
    assert len(set(model.topics_)) == k
    model.reduce_topics(texts, nr_topics=3)
    assert len(set(model.topics_)) == 3
    assert len(BERTopic.merge_models([fresh(), fresh()]).get_topics()) == k + 1, "twins merge"
    fresh().save(tmp_path / "model.pkl", serialization="pickle")
    opened = BERTopic.load(tmp_path / "model.pkl")
    assert opened.transform(texts)[0].tolist() == topics.assignments["topic"].tolist()


def test_words_that_name_a_thing_are_known_by_their_place():
    written = [
        "the light is on",
        "The orange light is on",
        "my orange light blinks",
        "in Paris we brew",
        "brew the tea",
        "to brew",
    ]
    alone, first = words.noun_likeness([words.find_words(text) for text in written])
    # light is a noun, so orange begins a phrase twice, and is a noun never
    assert first["orange"] == pytest.approx(3 / 4)
    assert alone["orange"] == pytest.approx(1 / 4)
    assert alone["paris"] == pytest.approx(2 / 3), "a capital after a small word"
    assert alone["brew"] == first["brew"] == pytest.approx(1 / 5), "after we and to, and before an article"


CYRILLIC = ("опять сегодня", "после обеда", "каждое утро", "уже неделю", "за прошлый месяц", "на новой кухне")


def test_words_of_any_script_reach_bertopic():
    texts = [f"{a} {b}" for a in ("чайник течёт", "верните деньги") for b in CYRILLIC]
    with pytest.warns(ins.InsightWarning, match=r"knows English, but .* ru \d+%"):
        model = ins.fit_topics(texts, n_topics=2).model
    words = {word for topic in (0, 1) for word, _ in model.get_topic(topic)}
    assert words & {"чайник", "деньги", "течёт", "верните"}
