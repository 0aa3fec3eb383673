"""Names of problems: the whole phrase that most of its people paraphrase, that says what is wrong."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight.text.encode import Vectors
from insight.topics.space import Space

from .parts import LOOSE, NAMED, SAID, Reading, count_words, fluency, worth
from .phrases import LONGEST, cut_pieces, function_words, stem, trim, word_list
from .speech import LINKS, Speech, Uses, content, is_adverb, is_no_problem, says_nothing
from .wording import Wording

_TRIED, _READ = 80, 300
"""Phrases that are tried as a problem's name, and sentences, nearest to its centre first, that are read."""
_CENTRAL = 10
"""Sentences of which one gives the name where no phrase that several people say can."""
_MAIN = 0.5
"""Share of a problem's sentences from which a word is one that such a clause must hold."""
_TIE = 0.95
"""Worth of a name for each word in it that says nothing of the problem."""
_NO_THING, _UNSURE, _ALONE, _TASK = 0.9, 0.9, 0.75, 0.8
"""Worth of a name that names no thing, of one of which only a word says what is wrong, of one that a single
person says in this problem, and of one that sounds like a task."""

Says = Callable[[list[str]], npt.NDArray[np.int64]]


@dataclass(frozen=True)
class Voiced:
    """Sentences of one problem, nearest to its centre first: their rows, pieces and people."""

    rows: npt.NDArray[np.int64]
    pieces: list[list[list[str]]]
    centre: npt.NDArray[np.float64]
    phrases: list[str]
    uses: Uses


def name_problems(
    reading: Reading,
    texts: Sequence[str],
    members: dict[int, npt.NDArray[np.int64]],
    *,
    wording: Wording,
    space: Space,
    speech: Speech,
    says: Says,
) -> dict[int, str]:
    """Name each problem by a phrase that no other has; one that no phrase can name has none.

    `members` are the rows of the sentences of each problem; `says` gives which phrases say what is wrong.
    """
    pieces = [_plain(text) for text in texts]
    voiced = {at: _voiced(reading, rows, pieces, speech) for at, rows in members.items()}
    clauses = {at: _clauses(own, speech) for at, own in voiced.items()}
    tried = sorted({name for at, own in voiced.items() for name in [*own.phrases, *clauses[at]]})
    tried = [name for name in tried if not is_no_problem(name.split())]
    if not tried:
        return {}
    wrong = {name: at for name, at in zip(tried, says(tried), strict=True) if at}
    spoken = dict(zip(tried, space.embed(tried), strict=True))
    names: dict[int, str] = {}
    taken: set[frozenset[str]] = set()
    for at in sorted(voiced, key=lambda at: (-reading.people[members[at]].sum(), at)):
        free = {name for name in wrong if _stems(name) not in taken}
        usable = [name for name in voiced[at].phrases if name in free]
        vectors = np.array([spoken[name] for name in usable])
        name = _best(reading, voiced[at], usable, vectors, texts, wording, speech, wrong) if usable else ""
        name = name or min((c for c in clauses[at] if c in free and wrong[c] > 1), key=len, default="")
        if name:
            names[at] = name
            taken.add(_stems(name))
    return names


def _plain(text: str) -> list[list[str]]:
    """Return the pieces of a sentence without words that only stress or say how."""
    within = word_list("within")
    return [
        [word for word in piece if word not in within and not is_adverb(word)] for piece in cut_pieces(text)
    ]


def _stems(name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in name.split() if word not in LINKS)


def _voiced(
    reading: Reading, rows: npt.NDArray[np.int64], pieces: list[list[list[str]]], speech: Speech
) -> Voiced:
    total = reading.people[rows] @ reading.vectors[rows]
    centre = total / max(1e-9, float(np.linalg.norm(total)))
    near = (reading.vectors[rows] @ centre).round(5)
    rows = rows[np.lexsort([rows, -near])][:_READ]
    own = [pieces[row] for row in rows]
    uses = Uses.of(zip(own, reading.people[rows].astype(int).tolist(), strict=True), speech)
    shared = {phrase: n for phrase, n in uses.people.items() if uses.closed(phrase) > 0}
    ranked = sorted(shared, key=lambda phrase: (-shared[phrase] * len(phrase.split()) ** 0.5, phrase))
    central = Uses.of(((said, 1) for said in own[:_CENTRAL]), speech).people
    kept = {phrase for phrase in ranked[:_TRIED] if shared[phrase] > 1} | {p for p in central if p in shared}
    share = reading.people[rows] @ reading.said[rows] / max(1e-9, reading.people[rows].sum())
    known = [reading.phrases[at] for at in np.flatnonzero(share >= NAMED)]
    kept |= {name for name in known if speech.is_whole(name.split()) and uses.closed(name) > 0}
    return Voiced(rows, own, centre, sorted(kept), uses)


def _clauses(voiced: Voiced, speech: Speech) -> list[str]:
    """Return the whole clauses of the sentences nearest to the centre, cut where they may end."""
    used = Counter(stem(word) for piece in itertools.chain(*voiced.pieces) for word in set(content(piece)))
    main = {word for word, n in used.items() if n >= _MAIN * len(voiced.rows)}
    found = []
    for piece in itertools.chain(*voiced.pieces[:_CENTRAL]):
        words = trim(piece)
        stops = [at for at, word in enumerate(words[: LONGEST + 1]) if word in function_words()]
        words = trim(words if len(words) <= LONGEST else words[: max(stops, default=0)])
        if speech.is_whole(words) and not main.isdisjoint(stem(word) for word in words):
            found.append(" ".join(words))
    return found


def _best(
    reading: Reading,
    voiced: Voiced,
    names: list[str],
    spoken: Vectors,
    texts: Sequence[str],
    wording: Wording,
    speech: Speech,
    wrong: dict[str, int],
) -> str:
    """Return the phrase of most worth, "" where too few people paraphrase any."""
    own = [texts[row] for row in voiced.rows]
    people = reading.people[voiced.rows]
    said = (wording.covered(own, names) >= SAID) & (reading.vectors[voiced.rows] @ spoken.T >= LOOSE)
    share = people @ said / people.sum()
    words, used = count_words(own, names)
    value = worth(share, spoken @ voiced.centre, used, people @ words / people.sum())
    value *= fluency(names, np.array([voiced.uses.people.get(name, 2) for name in names]))
    value *= [voiced.uses.closed(name) for name in names]
    value *= [1 if speech.names_thing(name.split()) else _NO_THING for name in names]
    value *= [1 if voiced.uses.people.get(name, 1) > 1 else _ALONE for name in names]
    value *= [_TASK if speech.is_bare(name.split()) else 1 for name in names]
    value *= [1 if wrong[name] > 1 else _UNSURE for name in names]
    value *= [_TIE ** sum(map(says_nothing, name.split())) for name in names]
    value[share < NAMED] = -1
    order = np.lexsort([np.array(names), -value.round(6)])
    return names[order[0]] if value[order[0]] > 0 else ""
