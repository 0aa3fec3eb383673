"""Find what a sentence does: complain, wish, ask, work around, compare, praise, thank, leave, advise."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from tqdm import tqdm

from insight.mentions import READ_FIRST, InsightError, InsightWarning, need_table
from insight.text.clean import MAX_READ, TITLE, detect_language, split_sentences
from insight.text.patterns import PLAIN, as_column, has_cue

from .classifier import SignalModel, shipped_model
from .ratings import calibrate
from .rules import SIGNALS, read_flags, search
from .student import estimate_chances

_COLUMNS = {
    "mention_id": pd.StringDtype("pyarrow", na_value=float("nan")),
    "sentence": "int64",
    "signal": pd.CategoricalDtype(pd.Index(SIGNALS, dtype=pd.StringDtype("pyarrow", na_value=float("nan")))),
    "probability": "float64",
    "start": "int64",
    "end": "int64",
    "evidence": pd.StringDtype("pyarrow", na_value=float("nan")),
}
LAYERS = ("patterns", "classifier")
_Row = tuple[str, int, str, float, int, int, str]
_WEIGHTY = ("complaint", "wish", "workaround", "praise")
_THREE_WORDS = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]+\W+){2}[^\W\d_]")
_VERSION = re.compile(r"\d\.\d+\.\d")
_BLOCK = 20_000
_FEW = 10  # messages may have one question as their title and all of them ask it
_ENGLISH = re.compile(
    r"\b(?:the|and|my|it|you|this|that|with|have|not|your|they|been|just|please|why|how|what|would|should|of)\b",
    re.IGNORECASE,
)
_ECHOED = re.compile(r"\bRT @\w+.*|[\"“]@\w+:[^\"”]*", re.DOTALL)
_PSEUDONYM = re.compile(r"\bu[0-9a-f]{16}\b")


def find_signals(
    mentions: pd.DataFrame | Sequence[str],
    *,
    layers: Sequence[str] = LAYERS,
    model: SignalModel | None = None,
    ratings: bool = True,
    progress: bool = False,
) -> pd.DataFrame:
    """Find complaints, wishes, work-arounds and seven more signals, sentence by sentence.

    Parameters
    ----------
    mentions : DataFrame or sequence of str
        A mentions table, or plain texts, whose mention_id is then their position ("0", "1", ...).
    layers : sequence of {"patterns", "classifier"}
        The rules of `signals.toml`, a small model on the bundled encoder's tokens, or both (default).
    model : SignalModel or None
        As `fit_signals` learned it from labels of this archive: it alone decides on the signals that it
        knows, and reads every English sentence for it (some 850 a second on two cores).
    ratings : bool
        Where at least 30 people rated low and as many high, learn which words of this archive go with low
        ratings, and blend that with the probabilities of complaints and praises. Without ratings nothing
        changes.
    progress : bool
        Show a bar on stderr.

    Returns
    -------
    DataFrame
        One row a sentence x signal; a sentence may carry several signals, each at most once.

        - mention_id : str
        - sentence : int, number of the sentence in the text, from 0; -1 for the title
        - signal : complaint, wish, question, workaround, comparison, switching, praise, thanks, leaving or
          advice
        - probability : share of the rule's hits that people judged to be this signal, 0 to 1
        - start, end : int, where the matching words stand in `text`, or in `title` where sentence is -1
        - evidence : name of the rule that matched, or "classifier", "ratings" or "your labels" (`model`),
          whose span is the whole sentence
        - proxy : bool, the message speaks for another person ("my mother's phone")
        - hearsay : bool, the sentence passes on what others said; else it is first-hand or does not say
        - sarcasm : bool, the message is suspected not to mean what it says
        - extreme : bool, the message is negative beyond measure ("worst ever", "scam")
        - detail : bool, the message names what another could check: what failed, when, how long, how much;
          extreme without detail is mere anger

        In the order of the input, then by sentence and signal. `attrs["not_classified"]` counts the mentions
        in other languages, which are never guessed at: by `lang` or, where that is unknown, by
        `detect_language` on the mentions in which a signal was detected. `attrs["layers"]` names the layers
        that were used.

    Notes
    -----
    The rules are English, in `insight/signals/signals.toml`, to be read and edited. A *wish* asks the maker
    for something ("please add"); *advice* tips off fellow customers ("make sure you"). A probability is a
    precision measured where the file says n > 0, and an estimate where n = 0. The rules search titles too,
    unless the text repeats them. The five flags are patterns of the same file, of unmeasured precision: they
    mark what to read first and leave nothing out.

    The classifier finds complaints, wishes and praise only (`models/README.md`). After the rules it reads
    the mentions in which they found neither complaint, wish, work-around nor praise, there the sentences in
    which they found nothing. It is slow, so of more than 2,500 such sentences it reads some, and a student
    taught by them the rest, whose closest calls it reads too (`insight/signals/student.py`).

    Where ratings decide with, "sick" under five stars of a games shop is no complaint: a row whose blended
    probability falls under .25 is dropped, and a sentence that no layer knows, but whose words and rating
    make a complaint .75 likely, is added (`insight/ratings.py`).

    Examples
    --------
    >>> found = find_signals(["The lid broke. Please add a dark mode!"])
    >>> found[["sentence", "signal", "start", "end"]].values.tolist()
    [[0, 'complaint', 8, 13], [1, 'wish', 15, 25]]
    """
    if not set(layers) <= set(LAYERS) or not layers:
        raise InsightError(f"layers are {list(layers)}; name one or both of {list(LAYERS)}.")
    kept, sure, n_other = _english(mentions)
    _warn_of_long(kept)
    titles = _titles(mentions, kept)
    read = [_Message(mention_id, text, _own_part(text), split_sentences(text)) for mention_id, text in kept]
    position = {message.mention_id: row for row, message in enumerate(read)}
    found = _table([])
    used, refused = [], set[tuple[str, int, str]]()
    if "patterns" in layers:
        used.append("patterns")
        blocks = [read[start : start + _BLOCK] for start in range(0, len(read), _BLOCK)]
        bar = tqdm(blocks, desc="signals", disable=not progress)
        rows = [row for block in bar for row in _search(block, refused)]
        heads = [_Message(at, head, _own_part(head), split_sentences(head)) for at, head in titles]
        rows += [(row[0], TITLE, *row[2:]) for row in _search(heads, set())]
        found = _merge(position, [_table(rows)])
    if "classifier" in layers:
        rows = _learned(read, sure, found, progress=progress)
        used.append("classifier")
        found = _merge(position, [found, _table([row for row in rows if row[:3] not in refused])])
    rated = _rated(mentions, read, sure, titles) if ratings else None
    if rated is not None:
        kept_rows, added = calibrate(found, rated)
        found = _merge(position, [kept_rows, added[list(_COLUMNS)]])
    if model is not None:
        used.append("your labels")
        found = _merge(position, _relearn(read, sure, found, model, progress=progress))
    foreign = _foreign({at: text for at, text in kept if at not in sure}, found)
    found = _flag(found[~found["mention_id"].isin(foreign)].reset_index(drop=True), read, dict(titles))
    found.attrs |= {"not_classified": n_other + len(foreign), "layers": tuple(used)}
    return found


def _warn_of_long(kept: list[tuple[str, str]]) -> None:
    if n_long := sum(len(text) > MAX_READ for _, text in kept):
        warnings.warn(
            f"{n_long:,} of {len(kept):,} texts are longer than {MAX_READ:,} characters; only so much of "
            "each is read for signals.",
            InsightWarning,
            stacklevel=3,
        )


@dataclass(frozen=True, slots=True)
class _Message:
    """One message with what its author says in it, letter for letter, and where its sentences are."""

    mention_id: str
    text: str
    said: str
    sentences: list[tuple[int, int]]


def _table(rows: list[_Row]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def _merge(position: dict[str, int], tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Put the rows of all layers in the order of the input, then of sentences and signals, each once."""
    found = pd.concat(tables, ignore_index=True).astype(_COLUMNS)
    rank = found["mention_id"].map(position).to_numpy(), found["sentence"], found["signal"].cat.codes
    found = found.iloc[np.lexsort(rank[::-1])]
    return found.drop_duplicates(["mention_id", "sentence", "signal"], ignore_index=True)


def _learned(read: list[_Message], sure: set[str], found: pd.DataFrame, *, progress: bool) -> list[_Row]:
    """Let the classifier read the English mentions in which the rules found nothing of weight."""
    weighty = set(found.loc[found["signal"].isin(_WEIGHTY), "mention_id"])
    taken = set(zip(found["mention_id"], found["sentence"], strict=True))
    places = [
        place
        for place in _places([one for one in read if one.mention_id not in weighty], sure)
        if place[:2] not in taken
        and _THREE_WORDS.search(place[-1])
        and not _VERSION.search(place[-1])  # what people run, asked for in every bug report
    ]
    model = shipped_model()
    sentences = list(dict.fromkeys(place[-1] for place in places))
    chances = estimate_chances(sentences, model, progress=progress)
    at = {sentence: row for row, sentence in enumerate(sentences)}
    return [
        (mention_id, number, one.signal, chances[one.signal][at[said]], start, end, "classifier")
        for one in model.classifiers
        for mention_id, number, start, end, said in places
        if chances[one.signal][at[said]] >= one.least
    ]


def _places(read: list[_Message], sure: set[str]) -> Iterator[tuple[str, int, int, int, str]]:
    """Go through the sentences of the English mentions: id, number, start, end, and what the author says."""
    for one in read:
        if one.mention_id in sure or _ENGLISH.search(one.text):
            said = one.said.translate(PLAIN)
            for number, (start, end) in enumerate(one.sentences):
                yield one.mention_id, number, start, end, said[start:end]


def _rated(
    mentions: pd.DataFrame | Sequence[str],
    read: list[_Message],
    sure: set[str],
    titles: list[tuple[str, str]],
) -> pd.DataFrame | None:
    """Return all English sentences and titles with their person and rating, or None without ratings."""
    if not isinstance(mentions, pd.DataFrame) or "rating" not in mentions or mentions["rating"].isna().all():
        return None
    places = list(_places(read, sure))
    english = {place[0] for place in places}
    places += [(at, TITLE, 0, len(head), head) for at, head in titles if at in english]
    table = pd.DataFrame(places, columns=["mention_id", "sentence", "start", "end", "said"])
    author = mentions.get("author_id", mentions["mention_id"])
    who = author.astype("object").where(author.notna(), mentions["mention_id"])
    # by their first id: folds are drawn by it, and a pseudonym is another under another key
    person = mentions["mention_id"].groupby(who.to_numpy()).transform("min")
    facts = pd.DataFrame(
        {"mention_id": mentions["mention_id"], "person": person, "rating": mentions["rating"]}
    )
    return table.merge(facts, on="mention_id")


def _relearn(
    read: list[_Message], sure: set[str], found: pd.DataFrame, model: SignalModel, *, progress: bool
) -> list[pd.DataFrame]:
    """Let a model of the user's own decide on the signals that it knows, in every English sentence."""
    places = list(_places(read, sure))
    sentences = list(dict.fromkeys(place[-1] for place in places))
    if not sentences or not model.classifiers:
        return [found]
    chances = model.probabilities(sentences, progress=progress)
    at = {sentence: row for row, sentence in enumerate(sentences)}
    known = {one.signal for one in model.classifiers}
    keys = list(zip(found["mention_id"], found["sentence"], found["signal"], strict=True))
    spans = dict(
        zip(keys, found[["start", "end", "evidence"]].itertuples(index=False, name=None), strict=True)
    )
    seen = {place[:2] for place in places}
    stays = [signal not in known or (mention_id, number) not in seen for mention_id, number, signal in keys]
    rows = []
    for one in model.classifiers:
        rounded = chances[one.signal].round(4)
        rows += [
            (m, k, one.signal, rounded[at[said]], *spans.get((m, k, one.signal), (start, end, "your labels")))
            for m, k, start, end, said in places
            if rounded[at[said]] >= one.least
        ]
    return [found[stays], _table(rows)]


def _english(mentions: pd.DataFrame | Sequence[str]) -> tuple[list[tuple[str, str]], set[str], int]:
    """Return id and text of what is or may be English, the ids of what is, and how many are not."""
    if isinstance(mentions, (pd.Series, Sequence)) and not isinstance(mentions, str):
        return [(str(position), str(text)) for position, text in enumerate(mentions)], set(), 0
    need_table(mentions, "mentions")
    if missing := [name for name in ("mention_id", "text") if name not in mentions.columns]:
        raise InsightError(
            f"find_signals needs the columns {missing}; found {sorted(map(str, mentions.columns))}. "
            f"{READ_FIRST} Or pass a list of texts."
        )
    lang = mentions["lang"] if "lang" in mentions.columns else pd.Series(index=mentions.index, dtype="str")
    lang = lang.astype("str").fillna("und").replace("", "und").str.lower()
    sure = (lang == "en") | lang.str.startswith("en-")
    kept = mentions[sure | (lang == "und")]
    pairs = list(zip(kept["mention_id"], kept["text"].fillna(""), strict=True))
    return pairs, set(mentions.loc[sure, "mention_id"]), len(mentions) - len(kept)


def _titles(mentions: pd.DataFrame | Sequence[str], kept: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return id and title of what may be English and whose text does not begin with its title."""
    if not isinstance(mentions, pd.DataFrame) or "title" not in mentions.columns:
        return []
    given = mentions.loc[mentions["title"].fillna("") != "", ["mention_id", "title"]]
    # the question of a survey stands over its answers: who answers does not ask it
    often = given["title"].map(given["title"].value_counts()) > _FEW
    own = given[~(often & given["title"].str.strip().str.endswith("?"))]
    title = dict(own.itertuples(index=False, name=None))
    pairs = ((mention_id, title.get(mention_id, ""), text) for mention_id, text in kept)
    return [(mention_id, head) for mention_id, head, text in pairs if head and not text.startswith(head)]


def _flag(found: pd.DataFrame, read: list[_Message], titles: dict[str, str]) -> pd.DataFrame:
    """Say of each row how it is voiced, by the whole message or, where the rule says so, by the sentence."""
    flagged = set(found["mention_id"])
    messages = {one.mention_id: one for one in read if one.mention_id in flagged}
    said = {at: one.said.translate(PLAIN) for at, one in messages.items()}
    head = {at: titles.get(at, "").translate(PLAIN) for at in said}
    whole = as_column([f"{head[at]} {words}" for at, words in said.items()])
    keys = list(zip(found["mention_id"], found["sentence"], strict=True))
    flags = {}
    for flag, rule in read_flags().items():
        met = dict(zip(said, has_cue(whole, rule).tolist(), strict=True))
        flags[flag] = np.array([met[at] for at, _ in keys], dtype=bool)
        if rule.signal == "sentence":
            for row in np.flatnonzero(flags[flag]):
                at, number = keys[row]
                sentence = head[at] if number == TITLE else said[at][slice(*messages[at].sentences[number])]
                flags[flag][row] = rule.span(sentence) is not None
    return found.assign(**flags)


def _foreign(texts: dict[str, str], found: pd.DataFrame) -> set[str]:
    """Of the mentions of unknown language in which a rule matched, return those surely not English."""
    matched = [at for at in dict.fromkeys(found["mention_id"]) if at in texts]
    doubted = [at for at in matched if not _ENGLISH.search(texts[at])]
    languages = detect_language([texts[at] for at in doubted], min_probability=0.9)
    return {at for at, lang in zip(doubted, languages, strict=True) if lang not in ("en", "und")}


def _own_part(text: str) -> str:
    """Blank out what is passed on of another person's message, letter for letter.

    All pseudonyms look alike, since a model must not read what only the key of this archive decides.
    """
    own = _ECHOED.sub(lambda found: " " * len(found[0]), text) if "@" in text else text
    return _PSEUDONYM.sub("u" + 16 * "0", own)


def _search(block: list[_Message], refused: set[tuple[str, int, str]]) -> list[_Row]:
    """Let the rules search all sentences; add to `refused` where something stood against a rule."""
    places = [
        (one.mention_id, number, start, end, one.said)
        for one in block
        for number, (start, end) in enumerate(one.sentences)
    ]
    found, against = search([said[start:end] for *_, start, end, said in places])
    refused |= {(*places[at][:2], signal) for at, signal in against}
    return [
        (*places[at][:2], signal, rule.probability, places[at][2] + start, places[at][2] + end, rule.name)
        for (at, signal), (rule, start, end) in sorted(found.items(), key=lambda item: item[0][0])
    ]
