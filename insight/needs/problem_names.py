"""Names of problems: the whole phrase that most of its people paraphrase, that says what is wrong."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight.text.encode import Encoder, Vectors, encode
from insight.topics.space import Space

from .parts import FEW, LOOSE, NAMED, SAID, Reading, count_words, fluency, worth
from .phrases import LONGEST, cut_pieces, function_words, stem, trim, word_list
from .speech import LINKS, Uses, is_adverb, is_no_problem, is_whole, says_nothing
from .wording import Wording

_TRIED, _READ = 60, 200
"""Phrases that are tried as a problem's name, and sentences, nearest to its centre first, that are read."""
_CENTRAL = 10
"""Sentences nearest to the centre whose clauses are tried as well."""
_MAIN = 0.4
"""Share of a problem's people from which a word is one of those of which its name must hold one."""
_TIE = 0.95
"""Worth of a name for each word in it that says nothing of the problem."""
_ALONE = 0.75
"""Worth of a name that a single person says in this problem."""
_COMMON, _MANY = 0.35, 100
"""Share of a problem's people who must say its name in words of their own where it has as many people as the
product with the second number; where it has fewer, so much smaller a share."""
_KNOWN = 3
"""People who must write a word for it to stand in a name, in an archive that is not small."""
_VARIED = 3
"""Different sentences of a problem from which a clause of the nearest names it where no phrase does."""
_SILENT = 0.8
"""Worth of a clause that does not say what is wrong, as the name of a problem that no other names."""
_ONE = 0.83
"""Cosine from which two names say one problem."""
_UNSURE = 0.6
"""Worth of a clause that surely does not complain."""
_MEANT, _CLOSE = 0.6, 0.6
"""Cosine to a name from which a sentence paraphrases it in whatever words; least one to the centre."""

Says = Callable[[list[str]], npt.NDArray[np.bool_]]


@dataclass(frozen=True)
class Voiced:
    """Sentences of one problem, nearest to its centre first: their rows, and phrases of theirs."""

    rows: npt.NDArray[np.int64]
    centre: npt.NDArray[np.float64]
    phrases: list[str]
    uses: Uses


@dataclass(frozen=True)
class Titles:
    """What names problems: a problem is called by a phrase that no other has, or not at all.

    `says` gives which phrases say what is wrong, `chance` how
    probably each complains; `pieces` are those of each text (see `plain_pieces`).
    """

    reading: Reading
    texts: Sequence[str]
    pieces: list[list[list[str]]]
    wording: Wording
    space: Space
    says: Says
    chance: Callable[[list[str]], npt.NDArray[np.float64]]

    def name(self, members: dict[int, npt.NDArray[np.int64]], given: Iterable[str] = ()) -> dict[int, str]:
        """Name each problem, of which these are the rows of the sentences; the `given` names are taken."""
        voiced = {at: self._voiced(rows) for at, rows in members.items()}
        tried = sorted(
            {name for own in voiced.values() for name in own.phrases if self._slips.isdisjoint(name.split())}
        )
        wrong = list(itertools.compress(tried, self.says(tried))) if tried else []
        spoken = dict(zip(wrong, self.space.embed(self.wording.bare(wrong)), strict=True)) if wrong else {}
        names: dict[int, str] = {}
        taken = {_stems(name) for name in given}
        for at in sorted(voiced, key=lambda at: (-self.reading.people[members[at]].sum(), at)):
            own = voiced[at]
            usable = [name for name in own.phrases if name in spoken and _stems(name) not in taken]
            name = self._best(own, usable, np.array([spoken[name] for name in usable])) if usable else ""
            if not name and len(self.texts) <= FEW and len(own.rows) >= _VARIED:
                name = self._central(own, taken)
            if name:
                names[at] = name
                taken.add(_stems(name))
        return names

    @functools.cached_property
    def _slips(self) -> frozenset[str]:
        """Return the words that a single person writes, where there are many: slips and names, mostly."""
        if len(self.texts) <= FEW:
            return frozenset()
        used = Counter[str]()
        for said, n in zip(self.pieces, self.reading.people.tolist(), strict=True):
            used.update(dict.fromkeys(itertools.chain(*said), n))
        return frozenset(word for word, n in used.items() if n < _KNOWN)

    def _central(self, voiced: Voiced, taken: set[frozenset[str]]) -> str:
        """Return the whole clause nearest to the centre, rather one that says what is wrong."""
        names = [
            name
            for name in sorted(set(_clauses([self.pieces[row] for row in voiced.rows])))
            if _stems(name) not in taken and not is_no_problem(name.split())
        ]
        if not names:
            return ""
        value = self.space.embed(self.wording.bare(names)) @ voiced.centre
        value *= np.where(self.says(names), 1, _SILENT) * fluency(names, np.full(len(names), _VARIED))
        value *= _UNSURE + (1 - _UNSURE) * self.chance(names)
        return names[int(value.round(6).argmax())]

    def _voiced(self, rows: npt.NDArray[np.int64]) -> Voiced:
        """Read the sentences nearest to their centre."""
        reading, wording = self.reading, self.wording
        total = reading.people[rows] @ reading.vectors[rows]
        centre = total / max(1e-9, float(np.linalg.norm(total)))
        near = (reading.vectors[rows] @ centre).round(5)
        rows = rows[np.lexsort([rows, -near])][:_READ]
        own = [self.pieces[row] for row in rows]
        uses = Uses.of(zip(own, reading.people[rows].astype(int).tolist(), strict=True))
        shared = {phrase: n for phrase, n in uses.people.items() if uses.closed(phrase) > 0}
        ranked = sorted(shared, key=lambda phrase: (-shared[phrase] * len(phrase.split()) ** 0.5, phrase))
        central = Uses.of((said, 1) for said in own[:_CENTRAL]).people
        kept = {phrase for phrase in ranked[:_TRIED] if shared[phrase] > 1} | {
            p for p in central if p in shared
        }
        share = reading.people[rows] @ reading.said[rows] / max(1e-9, reading.people[rows].sum())
        known = [reading.phrases[at] for at in np.flatnonzero(share >= NAMED)]
        kept |= {name for name in known if is_whole(tuple(name.split())) and uses.closed(name) > 0}
        held = Counter[str]()
        for row, n in zip(rows, reading.people[rows], strict=True):
            held.update(dict.fromkeys(wording.stems(self.texts[row]), n))
        main = frozenset(word for word, n in held.items() if n >= _MAIN * reading.people[rows].sum())
        phrases = [
            name
            for name in sorted({*kept, *_clauses(own)})
            if not main.isdisjoint(wording.stems(name)) and not is_no_problem(name.split())
        ]
        return Voiced(rows, centre, phrases, uses)

    def _best(self, voiced: Voiced, names: list[str], spoken: Vectors) -> str:
        """Return the phrase of most worth, "" where too few people paraphrase any.

        The more people, the surer many of them say a problem in one another's words.
        """
        own, uses = [self.texts[row] for row in voiced.rows], voiced.uses
        people = self.reading.people[voiced.rows]
        near = self.reading.vectors[voiced.rows] @ spoken.T
        said = (self.wording.covered(own, names) >= SAID) & (near >= LOOSE)
        literal = people @ said / people.sum()
        share, typical = people @ (said | (near >= _MEANT)) / people.sum(), spoken @ voiced.centre
        words, used = count_words(own, names)
        value = worth(share, typical, used, people @ words / people.sum())
        value *= fluency(names, np.array([uses.people.get(name, 2) for name in names]))
        value *= [uses.closed(name) for name in names]
        value *= [1 if uses.people.get(name, 1) > 1 else _ALONE for name in names]
        value *= [_TIE ** sum(map(says_nothing, name.split())) for name in names]
        surely = min(_COMMON, people.sum() / _MANY)
        value[(share < NAMED) | (typical < _CLOSE) | (literal < surely)] = -1
        order = np.lexsort([np.array(names), -value.round(6)])
        return names[order[0]] if value[order[0]] > 0 else ""


def twins(names: dict[int, str], people: dict[int, float], encoder: Encoder) -> dict[int, int]:
    """Return the problems whose name says what that of a larger one says, each with that one."""
    ranked = sorted(names, key=lambda at: (-people[at], at))
    if not ranked:
        return {}
    vectors = encode([names[at] for at in ranked], encoder=encoder)
    near = np.triu(vectors @ vectors.T >= _ONE, 1)
    found: dict[int, int] = {}
    for row, at in enumerate(ranked):
        if at not in found:
            found |= {ranked[other]: at for other in np.flatnonzero(near[row]) if ranked[other] not in found}
    return found


def plain_pieces(text: str) -> list[list[str]]:
    """Return the pieces of a sentence without words that only stress or say how."""
    within = word_list("within")
    return [
        [word for word in piece if word not in within and not is_adverb(word)] for piece in cut_pieces(text)
    ]


def _stems(name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in name.split() if word not in LINKS)


def _clauses(own: list[list[list[str]]]) -> list[str]:
    """Return the whole clauses of the sentences nearest to the centre, cut where they may end."""
    found = []
    for piece in itertools.chain(*own[:_CENTRAL]):
        words = trim(piece)
        stops = [at for at, word in enumerate(words[: LONGEST + 1]) if word in function_words()]
        words = trim(words if len(words) <= LONGEST else words[: max(stops, default=0)])
        if is_whole(tuple(words)):
            found.append(" ".join(words))
    return found
