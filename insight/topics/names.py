"""What a topic is called: the words that set it apart, grown to phrases as people write them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

WORD = r"[^\W_]+(?:'[^\W_]+)*"
_WORD = re.compile(WORD)
_N_TERMS = 10
_GROWS = 0.25
"""Share of a word's texts that must hold a phrase for the phrase to stand in the word's place."""
_FAMILIAR = 0.08
"""Share of a topic's texts that must hold a term for it to enter the name."""
_CHATTER = """
    able actually ago also amp anymore anyone anything aren't arent asap ask asked asking bad best better
    big bit bro btw came can't cant come comes coming cool could couldn't day days did didn't didnt
    different does doesn't doesnt doing don't done dont dude else even ever every everyone everything far
    feel few fine fix fuck fucking gave get gets getting give given gives giving go god goes going gonna
    good got gotta great guess guys had hadn't happened happening happy hasn't have haven't having he's
    hello help here's hey hi hmm hope hour hours how's huge i'd i'll i'm i've idk ill im imo isn't isnt
    it's its ive just keep keeps kind knew know known let let's like likes literally little lol long look
    looking looks lot lots love loved made make makes making man many maybe mean means might minute
    minutes month months much must n need needed needs never new nice nope now oh ok okay old omg one ones
    people please pls plz point ppl pretty put quite r real really right rt said saw say saying says see
    seem seems seen shit should shouldn't simply since sir so some someone something sorry start started
    still stop stuff such suck sucks sure take takes taking talk tbh tell than thank thanks that'll that's
    thats there's they're thing things think this though thought thx till time times today told tomorrow
    tonight too took totally tried try trying two u ugh understand unless until ur use used using usually
    very via wait want wanted wants was wasn't way we'll we're we've week weeks well went weren't what's
    whats when's where's which while who's whole why will wish won't wont work worked working works world
    would wouldn't wow wtf ya yeah year years yes yesterday yet you'd you'll you're you've your youre
"""
_FUNCTION_WORDS = """
    a aan aber agora ahora ai ainda al algo alguien alla alle alleen allem allen alles alors als also
    altijd am an anche ancora andere antes ao aos aqui aquí as así até au auch aucun auf aunque aus aussi
    autre aux avait avec avere avez avoir avons bei bem ben bien bij bin bis bist bitte bonjour c'est cada
    casi ce cela ces cet cette che chez chi ci com come comme comment como con contra cosa così creo cual
    cuando cuándo d'un d'une da daar dal dalla damit dan danke dann dans das dass dat de dei dein deine
    del dela dele della delle dem den denn depois depuis der des desde después deux deze di dice dich die
    dies diese diesem diesen dieser dieses dir dit do doch doen donc donde door dopo dort dos dove du due
    durch dus dónde e ecco een eens ein eine einem einen einer eines el ela ele eles ella elle elles ellos
    em en encore entre er era eres es esa ese eso essa esse essere est esta estar estas este esto estos
    estou estoy está están estão et etwas eu euch euer eure fa faire fait foi fue für ga gaan gaat ganz
    gar geen geht gerade gibt gli goed gracias grazie ha habe haben hace hacer hacia had hai han hanno
    hasta hat hatte hattet hay he heb hebben heeft het hier hij hin hinter ho hoe hola hun ich iets ihm
    ihn ihnen ihr ihre ihrem ihren ihrer ik il ils im immer in io is isso ist isto j'ai ja jamais je jede
    jedem jeden jeder jedes jetzt jij jour jullie já kan kann kannst kein keine keinen kommt kunnen können
    könnt la las le lei les leur leurs lo loro los lui lá ma maar machen macht mai mais man mas me meer
    mehr mein meine meinem meinen meiner men merci mes mesmo met meu meus mi mia mich mij mijn minha mio
    mir mis mismo mit moet molto mon mucho muito muss muy más même müssen n'est na naar nach nada nas ne
    nel nella nem ni nicht nichts niet no noch nog noi non nooit nos nosotros nostro notre nous nu num
    numa nun nur não nós o ob obrigado oder of ogni ohne om omdat on onder ons ont onze ook op ora os otra
    otro ou over où par para parce pas pela pelo per perché pero però peu peut più plus poco pode poi por
    porque pourquoi près puede puedo pues può qu'il qu'un qua qualcuno quand quando quanto que quel quelle
    quello quem questa questo qui quien quiero quién quoi qué sa sans schon se según sehr sei sein seine
    seit sem sempre senza ser sera ses seu seus si sia sich sie siempre sim sin sind so sobre soll sollte
    solo son sondern sono sont sou sous soy sta stato su sua suis sul suo sur sus sí só sólo ta también
    também tanto te tem tener tengo tenho ter tes ti tiene tienen toch todo todos toen toi tot toujours
    tous tout toute tra trop très tu tudo tus tutti tutto tú u uit um uma un una und une uno unos uns
    unser unsere unter usted uw va vai van veel vers vez vi viel você vocês voi voici voilà vom von voor
    vor vos vosotros votre vous voy waar waarom wann want war waren warum was wat we weg weil weiter wel
    welche wenn wer werd werde werden wie wieder wij wil will wir wird wo worden wordt wurde würde y ya yo
    zal ze zelf zich zij zijn zo zonder zou zu zum zur zwar zwischen él été être über
"""
"""Function words of German, Spanish, French, Dutch, Italian and Portuguese, beside scikit-learn's English,
less those that are telling English nouns and verbs."""


def stop_words() -> frozenset[str]:
    """Return the words that never name a topic: function words, and what chatter is full of."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return ENGLISH_STOP_WORDS | frozenset(_CHATTER.split()) | frozenset(_FUNCTION_WORDS.split())


def describe(texts: list[str], labels: npt.NDArray[np.int64], k: int) -> tuple[pd.DataFrame, list[str]]:
    """Return the table of terms (topic, rank, term, weight) and one name for each of the `k` topics.

    `weight` is class-based TF-IDF over single words and phrases of two and three, each counted once a text.
    """
    held = labels >= 0
    tokens = [_WORD.findall(text) for text, kept in zip(texts, held, strict=True) if kept]
    counts, phrases = _count(tokens, labels[held], k)
    weights = _class_tfidf(counts)
    shape = _surface(tokens)
    rows: list[tuple[int, int, str, float]] = []
    names: list[str] = []
    for topic in range(k):
        ranked = _ranked(counts, weights, phrases, topic)
        shown = [_show(phrases[t], shape) for t in ranked]
        rows += [(topic, rank, term, weights[topic, ranked[rank - 1]]) for rank, term in enumerate(shown, 1)]
        least = _FAMILIAR * np.count_nonzero(labels == topic)
        familiar = [term for t, term in zip(ranked, shown, strict=True) if counts[topic, t] >= least]
        names.append(_name(familiar or shown, topic, taken=set(names)))
    return pd.DataFrame(rows, columns=["topic", "rank", "term", "weight"]), names


def _count(
    tokens: list[list[str]], labels: npt.NDArray[np.int64], k: int
) -> tuple[npt.NDArray[np.float64], list[tuple[str, ...]]]:
    stop = stop_words()
    found: defaultdict[tuple[str, ...], Counter[int]] = defaultdict(Counter)
    for words, label in zip(tokens, labels.tolist(), strict=True):
        for phrase in set(_phrases([word.lower() for word in words], stop)):
            found[phrase][label] += 1
    least = 3 if len(tokens) >= 200 else 2 if len(tokens) >= 20 else 1
    phrases = sorted(phrase for phrase, by_topic in found.items() if max(by_topic.values()) >= least)
    counts = np.zeros((k, len(phrases)))
    for column, phrase in enumerate(phrases):
        for label, n in found[phrase].items():
            counts[label, column] = n
    return counts, phrases


def _phrases(words: list[str], stop: frozenset[str]) -> Iterator[tuple[str, ...]]:
    good = [_is_content(word, stop) for word in words]
    for start, first in enumerate(good):
        if not first:
            continue
        yield (words[start],)
        for length in (2, 3):
            if start + length > len(words) or not good[start + length - 1]:
                continue
            phrase = tuple(words[start : start + length])
            if len(set(phrase)) == length:
                yield phrase


def _is_content(word: str, stop: frozenset[str]) -> bool:
    return not (
        word in stop
        or word.split("'")[0] in stop
        or (word.isascii() and len(word) < 3)
        or all(letter.isdigit() for letter in word)
    )


def _class_tfidf(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Weigh terms as Grootendorst (2022): share within the topic, times log(1 + mean a topic / overall)."""
    if not counts.size:
        return counts
    totals = counts.sum(axis=1, keepdims=True)
    overall = np.maximum(counts.sum(axis=0), 1)
    return counts / np.maximum(totals, 1) * np.log1p(totals.mean() / overall)


def _ranked(
    counts: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    phrases: list[tuple[str, ...]],
    topic: int,
) -> list[int]:
    """Rank the topic's terms; a word mostly said within one phrase gives way to that phrase."""
    order = [int(t) for t in np.argsort(-weights[topic], kind="stable") if weights[topic, t] > 0][:200]
    chosen: list[int] = []
    said: set[str] = set()
    for t in order:
        for candidate in (_grow(t, order, counts[topic], phrases), t):
            stems = {_stem(word) for word in phrases[candidate]}
            if not stems & said:
                chosen.append(candidate)
                said |= stems
                break
        if len(chosen) == _N_TERMS:
            break
    return chosen


def _stem(word: str) -> str:
    """Cut a plural, possessive, past or -ing ending, so that a name does not say one word twice."""
    return re.sub(r"(?:'s|ing|ed|ies|e?s|e|y)$", "", word) if len(word) > 4 else word.removesuffix("s")


def _grow(
    term: int, order: list[int], counts: npt.NDArray[np.float64], phrases: list[tuple[str, ...]]
) -> int:
    longer = [t for t in order if set(phrases[term]) < set(phrases[t]) and counts[t] >= _GROWS * counts[term]]
    return max(longer, key=lambda t: (counts[t], len(phrases[t])), default=term)


def _surface(tokens: list[list[str]]) -> dict[str, str]:
    """Return for each word the spelling that most texts use; lower case unless another is commoner."""
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for words in tokens:
        for word in words:
            seen[word.lower()][word] += 1
    ranked = {
        word: sorted(forms, key=lambda form: (not form.islower(), form)) for word, forms in seen.items()
    }
    return {word: max(forms, key=seen[word].__getitem__) for word, forms in ranked.items()}


def _show(phrase: tuple[str, ...], shape: dict[str, str]) -> str:
    return " ".join(shape.get(word, word) for word in phrase)


def _name(terms: list[str], topic: int, *, taken: set[str]) -> str:
    """Join the first terms, two or (of single words) three, and more where another topic has that name."""
    enough = 2 if any(" " in term for term in terms[:2]) else 3
    for length in range(min(enough, len(terms)), len(terms) + 1):
        name = ", ".join(terms[:length])
        name = name[:1].upper() + name[1:]
        if name and name not in taken:
            return name
    return f"Topic {topic}"
