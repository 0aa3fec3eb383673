"""Find what a sentence does: complain, wish, ask, work around, compare, praise, thank, leave, advise."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from tqdm import tqdm

from insight.mentions import InsightError, InsightWarning
from insight.text.clean import MAX_READ, TITLE
from insight.text.patterns import PLAIN, as_column, has_cue

from .classifier import SignalModel, shipped_model
from .english import Message, Place, english_texts, foreign, own_titles, places_of
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
_DOUBTED = 0.1
"""Chance under which the classifier takes a rule's hit for an error."""
_THREE_WORDS = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]+\W+){2}[^\W\d_]")
_VERSION = re.compile(r"\d\.\d+\.\d")
_BLOCK = 20_000


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

    The classifier finds complaints, wishes and praise only (`models/README.md`), also where they are stated
    without any word that a rule could know ("my order came two weeks late"); and what a rule found, but it
    gives a chance under .1, is dropped. It is slow, so of more than 2,500 sentences it reads 600, which
    correct a shipped student of it, and the student's closest calls; the student judges the rest by their
    words (`insight/signals/student.py`).

    Where ratings decide with, "sick" under five stars of a games shop is no complaint: a row whose blended
    probability falls under .25 is dropped, and a sentence that no layer knows, but whose words and rating
    make a complaint .75 likely, is added (`insight/signals/ratings.py`).

    Examples
    --------
    >>> found = find_signals(["The lid broke. Please add a dark mode!"])
    >>> found[["sentence", "signal", "start", "end"]].values.tolist()
    [[0, 'complaint', 8, 13], [1, 'wish', 15, 25]]
    """
    if not set(layers) <= set(LAYERS) or not layers:
        raise InsightError(f"layers are {list(layers)}; name one or both of {list(LAYERS)}.")
    kept, sure, n_other = english_texts(mentions)
    _warn_of_long(kept)
    titles = own_titles(mentions, kept)
    read = [Message.of(mention_id, text) for mention_id, text in kept]
    position = {message.mention_id: row for row, message in enumerate(read)}
    found = _table([])
    used, refused, doubted = [], set[tuple[str, int, str]](), set[tuple[str, int, str]]()
    if "patterns" in layers:
        used.append("patterns")
        blocks = [read[start : start + _BLOCK] for start in range(0, len(read), _BLOCK)]
        bar = tqdm(blocks, desc="signals", disable=not progress)
        rows = [row for block in bar for row in _search(block, refused)]
        heads = [Message.of(at, head) for at, head in titles]
        rows += [(row[0], TITLE, *row[2:]) for row in _search(heads, set())]
        found = _merge(position, [_table(rows)])
    if "classifier" in layers:
        rows, doubted = _learned(places_of(read, sure, titles), progress=progress)
        used.append("classifier")
        kept_rows = found[[key not in doubted for key in _keys(found)]]
        found = _merge(position, [kept_rows, _table([row for row in rows if row[:3] not in refused])])
    rated = _rated(mentions, read, sure, titles) if ratings else None
    if rated is not None:
        kept_rows, added = calibrate(found, rated)
        sure_rows = added.loc[[key not in doubted for key in _keys(added)], list(_COLUMNS)]
        found = _merge(position, [kept_rows, sure_rows])
    if model is not None:
        used.append("your labels")
        found = _merge(position, _relearn(read, sure, found, model, progress=progress))
    not_english = foreign({at: text for at, text in kept if at not in sure}, found)
    found = _flag(found[~found["mention_id"].isin(not_english)].reset_index(drop=True), read, dict(titles))
    found.attrs |= {"not_classified": n_other + len(not_english), "layers": tuple(used)}
    return found


def _warn_of_long(kept: list[tuple[str, str]]) -> None:
    if n_long := sum(len(text) > MAX_READ for _, text in kept):
        warnings.warn(
            f"{n_long:,} of {len(kept):,} texts are longer than {MAX_READ:,} characters; only so much of "
            "each is read for signals.",
            InsightWarning,
            stacklevel=3,
        )


def _table(rows: list[_Row]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def _merge(position: dict[str, int], tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Put the rows of all layers in the order of the input, then of sentences and signals, each once."""
    found = pd.concat(tables, ignore_index=True).astype(_COLUMNS)
    rank = found["mention_id"].map(position).to_numpy(), found["sentence"], found["signal"].cat.codes
    found = found.iloc[np.lexsort(rank[::-1])]
    return found.drop_duplicates(["mention_id", "sentence", "signal"], ignore_index=True)


def _keys(found: pd.DataFrame) -> Iterator[tuple[str, int, str]]:
    """Return mention, sentence and signal of each row."""
    return zip(found["mention_id"], found["sentence"], found["signal"], strict=True)


def _learned(places: Sequence[Place], *, progress: bool) -> tuple[list[_Row], set[tuple[str, int, str]]]:
    """Let the classifier read: what it finds, and what it holds to be an error of a rule."""
    model = shipped_model()
    sentences = list(dict.fromkeys(place[-1] for place in places))
    chances = estimate_chances(sentences, model, progress=progress)
    at = {sentence: row for row, sentence in enumerate(sentences)}
    rows: list[_Row] = []
    doubted = set[tuple[str, int, str]]()
    for one in model.classifiers:
        for mention_id, number, start, end, said in places:
            chance = chances[one.signal][at[said]]
            if chance < _DOUBTED:
                doubted.add((mention_id, number, one.signal))
            # what people run is asked for in every bug report
            elif chance >= one.least and _THREE_WORDS.search(said) and not _VERSION.search(said):
                rows.append((mention_id, number, one.signal, chance, start, end, "classifier"))
    return rows, doubted


def _rated(
    mentions: pd.DataFrame | Sequence[str],
    read: list[Message],
    sure: set[str],
    titles: list[tuple[str, str]],
) -> pd.DataFrame | None:
    """Return all English sentences and titles with their person and rating, or None without ratings."""
    if not isinstance(mentions, pd.DataFrame) or "rating" not in mentions or mentions["rating"].isna().all():
        return None
    places = places_of(read, sure, titles)
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
    read: list[Message], sure: set[str], found: pd.DataFrame, model: SignalModel, *, progress: bool
) -> list[pd.DataFrame]:
    """Let a model of the user's own decide on the signals that it knows, in every English sentence."""
    places = places_of(read, sure, [])
    sentences = list(dict.fromkeys(place[-1] for place in places))
    if not sentences or not model.classifiers:
        return [found]
    chances = model.probabilities(sentences, progress=progress)
    at = {sentence: row for row, sentence in enumerate(sentences)}
    known = {one.signal for one in model.classifiers}
    keys = list(_keys(found))
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


def _flag(found: pd.DataFrame, read: list[Message], titles: dict[str, str]) -> pd.DataFrame:
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


def _search(block: list[Message], refused: set[tuple[str, int, str]]) -> list[_Row]:
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
