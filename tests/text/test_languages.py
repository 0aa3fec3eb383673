"""Many texts at once against py3langid one by one."""

from __future__ import annotations

import numpy as np
import pytest

from insight.text.language import LANGUAGES, classify

TEXTS = [
    "the kettle never pairs with the app", "die maschine ist schon wieder kaputt", "o", "",
    "el hervidor no funciona desde ayer", "お湯が沸かないので困っています", "чайник снова не работает",
    "čajnik opet ne radi kako treba", "lo-fi " * 300, "naïve café déjà vu", "\ud800 broken",
]  # fmt: skip


@pytest.fixture(scope="module")
def one_by_one():
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier


@pytest.mark.parametrize("order", [1, -1])
def test_the_same_as_one_by_one(one_by_one, order):
    texts = TEXTS[::order]
    codes, probabilities = classify(texts)
    told = [one_by_one.classify(text) for text in texts]
    np.testing.assert_allclose(probabilities, [probability for _, probability in told], atol=2e-3)
    sure = [at for at, (_, probability) in enumerate(told) if probability > 0.05]
    assert [codes[at] for at in sure] == [told[at][0] for at in sure]
    assert len(sure) >= 8


def test_a_language_is_the_same_alone_and_among_others():
    codes, probabilities = classify(TEXTS)
    alone = [classify([text]) for text in TEXTS]
    assert [code[0] for code, _ in alone] == codes.tolist()
    np.testing.assert_allclose(probabilities, [probability[0] for _, probability in alone], atol=1e-5)


def test_no_text_no_language():
    codes, probabilities = classify([])
    assert (len(codes), len(probabilities)) == (0, 0)
