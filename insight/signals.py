"""Find what a sentence does: complain, wish, ask, work around, compare, praise, thank, leave, advise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from tqdm import tqdm

from .classifier import SignalModel, shipped_model
from .mentions import InsightError, need_table
from .rules import PLAIN, SIGNALS, Rule, as_read, meets, read_flags, read_rules
from .text import TITLE, detect_language, split_sentences

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
READ_ALL = 12_000
"""Sentences up to which the classifier reads all that it is asked (15 s on two cores); above, none."""
_WEIGHTY = ("complaint", "wish", "workaround", "praise")
_THREE_WORDS = re.compile(r"(?:[^\W\d_]+\W+){2}[^\W\d_]")
_VERSION = re.compile(r"\d+\.\d+\.\d")
_BLOCK = 20_000
_ENGLISH = re.compile(
    r"\b(?:the|and|my|it|you|this|that|with|have|not|your|they|been|just|please|why|how|what|would|should|of)\b",
    re.IGNORECASE,
)
_ECHOED = re.compile(r"\bRT @\w+.*|[\"“]@\w+:[^\"”]*", re.DOTALL)


def find_signals(
    mentions: pd.DataFrame | Sequence[str],
    *,
    layers: Sequence[str] = LAYERS,
    model: SignalModel | None = None,
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
        - evidence : name of the rule that matched, or "classifier" or "your labels" (`model`), whose span is
          the whole sentence
        - proxy : bool, the message speaks for somebody else ("my mother's phone")
        - hearsay : bool, the sentence passes on what others said; else it is first-hand or does not say
        - sarcasm : bool, the message is suspected not to mean what it says
        - extreme : bool, the message is negative beyond measure ("worst ever", "scam")
        - detail : bool, the message names what another could check: what failed, when, how long, how much;
          extreme without detail is mere anger

        In the order of the input, then by sentence and signal. `attrs["not_classified"]` counts the mentions
        in other languages, which are never guessed at: by `lang` or, where that is unknown, by
        `detect_language` on the mentions in which something was heard. `attrs["layers"]` names the layers
        that were used.

    Raises
    ------
    InsightError
        If the table has no columns mention_id and text, or a layer is unknown.

    Notes
    -----
    The rules are English and stand in `insight/signals.toml`, to be read and edited. A *wish* asks the maker
    for something ("please add"); *advice* tips off fellow customers ("make sure you"). A probability is a
    precision measured where the file says n > 0, and an estimate where n = 0. The rules search titles too,
    unless the text repeats them. The five flags are patterns of the same file whose precision nobody counted:
    they mark what to read first and leave nothing out.

    The classifier hears complaints, wishes and praise only, for which it does no worse on text never seen
    than the rules alone (`models/README.md`). After the rules it reads just the mentions in which they
    heard neither complaint, wish, work-around nor praise, there the sentences in which they heard nothing,
    and only if these are at most 12,000 different ones, since it reads some 850 a second on two cores; in
    larger archives the rules speak alone.

    Examples
    --------
    >>> found = find_signals(["The lid broke. Please add a dark mode!"])
    >>> found[["sentence", "signal", "start", "end"]].values.tolist()
    [[0, 'complaint', 8, 13], [1, 'wish', 15, 25]]
    """
    if not set(layers) <= set(LAYERS) or not layers:
        raise InsightError(f"layers are {list(layers)}; name one or both of {list(LAYERS)}.")
    kept, sure, n_other = _english(mentions)
    titles = _titles(mentions, kept)
    found = pd.DataFrame(columns=list(_COLUMNS)).astype(_COLUMNS)
    used, refused = [], set[tuple[str, int, str]]()
    if "patterns" in layers:
        used.append("patterns")
        blocks = [kept[start : start + _BLOCK] for start in range(0, len(kept), _BLOCK)]
        bar = tqdm(blocks, desc="signals", disable=not progress)
        found = _table([row for block in bar for row in _search(block, refused)])
        heads = _table([(row[0], TITLE, *row[2:]) for row in _search(titles, set())])
        found = _merge(kept, [found, heads.drop_duplicates(["mention_id", "signal"])]) if titles else found
    if "classifier" in layers and (rows := _learned(kept, sure, found, progress=progress)) is not None:
        rows = [row for row in rows if row[:3] not in refused]
        used.append("classifier")
        found = _merge(kept, [found, _table(rows)])
    if model is not None:
        used.append("your labels")
        found = _relearn(kept, sure, found, model, progress=progress)
    foreign = _foreign({mention_id: text for mention_id, text in kept if mention_id not in sure}, found)
    found = _flag(found[~found["mention_id"].isin(foreign)].reset_index(drop=True), dict(kept), dict(titles))
    found.attrs |= {"not_classified": n_other + len(foreign), "layers": tuple(used)}
    return found


def _table(rows: list[tuple[str, int, str, float, int, int, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def _merge(kept: list[tuple[str, str]], tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Put both layers' rows in the order of the input, then of sentences and signals."""
    found = pd.concat(tables, ignore_index=True).astype(_COLUMNS)
    position = {mention_id: at for at, (mention_id, _) in enumerate(kept)}
    order = found.assign(at=found["mention_id"].map(position), no=found["signal"].cat.codes)
    return found.loc[order.sort_values(["at", "sentence", "no"], kind="stable").index].reset_index(drop=True)


def _learned(
    kept: list[tuple[str, str]], sure: set[str], found: pd.DataFrame, *, progress: bool
) -> list[tuple[str, int, str, float, int, int, str]] | None:
    """Let the classifier read the English mentions in which the rules heard nothing of weight."""
    heard = set(found.loc[found["signal"].isin(_WEIGHTY), "mention_id"])
    taken = set(zip(found["mention_id"], found["sentence"], strict=True))
    unheard = [(mention_id, text) for mention_id, text in kept if mention_id not in heard]
    places = [
        place
        for place in _places(unheard, sure)
        if place[:2] not in taken
        and _THREE_WORDS.search(place[-1])
        and not _VERSION.search(place[-1])  # what somebody runs, asked for in every bug report
    ]
    sentences = list(dict.fromkeys(place[-1] for place in places))
    if len(sentences) > READ_ALL:
        return None
    if not sentences:
        return []
    model = shipped_model()
    told = model.probabilities(sentences, progress=progress)
    at = {sentence: row for row, sentence in enumerate(sentences)}
    rows = []
    for one in model.classifiers:
        chances = told[one.signal].round(4)
        rows += [
            (mention_id, number, one.signal, chances[at[sentence]], start, end, "classifier")
            for mention_id, number, start, end, sentence in places
            if chances[at[sentence]] >= one.least
        ]
    return rows


def _places(kept: list[tuple[str, str]], sure: set[str]) -> Iterator[tuple[str, int, int, int, str]]:
    """Go through the sentences of the English mentions: id, number, start, end, and what the author says."""
    for mention_id, text in kept:
        if mention_id in sure or _ENGLISH.search(text):
            said = _own_part(text).translate(PLAIN)
            for number, (start, end) in enumerate(split_sentences(text)):
                yield mention_id, number, start, end, said[start:end]


def _relearn(
    kept: list[tuple[str, str]], sure: set[str], found: pd.DataFrame, model: SignalModel, *, progress: bool
) -> pd.DataFrame:
    """Let a model of the user's own decide on the signals that it knows, in every English sentence."""
    places = list(_places(kept, sure))
    sentences = list(dict.fromkeys(place[-1] for place in places))
    if not sentences or not model.classifiers:
        return found
    told = model.probabilities(sentences, progress=progress)
    at = {sentence: row for row, sentence in enumerate(sentences)}
    known = {one.signal for one in model.classifiers}
    keys = list(zip(found["mention_id"], found["sentence"], found["signal"], strict=True))
    spans = dict(
        zip(keys, found[["start", "end", "evidence"]].itertuples(index=False, name=None), strict=True)
    )
    read = {place[:2] for place in places}
    stays = [signal not in known or (mention_id, number) not in read for mention_id, number, signal in keys]
    rows = []
    for one in model.classifiers:
        chances = told[one.signal].round(4)
        rows += [
            (m, k, one.signal, chances[at[said]], *spans.get((m, k, one.signal), (start, end, "your labels")))
            for m, k, start, end, said in places
            if chances[at[said]] >= one.least
        ]
    return _merge(kept, [found[stays], _table(rows)])


def _english(mentions: pd.DataFrame | Sequence[str]) -> tuple[list[tuple[str, str]], set[str], int]:
    """Return id and text of what is or may be English, the ids of what is, and how many are not."""
    if isinstance(mentions, (pd.Series, Sequence)) and not isinstance(mentions, str):
        return [(str(position), str(text)) for position, text in enumerate(mentions)], set(), 0
    need_table(mentions, "mentions")
    missing = [name for name in ("mention_id", "text") if name not in mentions.columns]
    if missing:
        raise InsightError(
            f"find_signals needs the columns {missing}; found {sorted(map(str, mentions.columns))}. "
            "Pass the table through as_mentions, or pass a list of texts."
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
    title = dict(given.itertuples(index=False, name=None))
    pairs = ((mention_id, title.get(mention_id, ""), text) for mention_id, text in kept)
    return [(mention_id, head) for mention_id, head, text in pairs if head and not text.startswith(head)]


def _flag(found: pd.DataFrame, texts: dict[str, str], titles: dict[str, str]) -> pd.DataFrame:
    """Say of each row how it is voiced, by the whole message or, where the rule says so, by the sentence."""
    said = {at: _own_part(texts[at]).translate(PLAIN) for at in found["mention_id"].unique()}
    head = {at: titles.get(at, "").translate(PLAIN) for at in said}
    whole = [f"{head[at]} {words}" for at, words in said.items()]
    keys = list(zip(found["mention_id"], found["sentence"], strict=True))
    flags = {}
    for flag, rule in read_flags().items():
        met = dict(zip(said, meets(rule, whole).tolist(), strict=True))
        flags[flag] = np.array([met[at] for at, _ in keys], dtype=bool)
        if rule.signal == "sentence":
            for row in np.flatnonzero(flags[flag]):
                at, number = keys[row]
                sentence = (
                    head[at] if number == TITLE else said[at][slice(*split_sentences(texts[at])[number])]
                )
                flags[flag][row] = rule.span(sentence) is not None
    return found.assign(**flags)


def _foreign(texts: dict[str, str], found: pd.DataFrame) -> set[str]:
    """Of the mentions of unknown language in which a rule matched, tell those surely not English."""
    matched = [at for at in dict.fromkeys(found["mention_id"]) if at in texts]
    doubted = [at for at in matched if not _ENGLISH.search(texts[at])]
    told = detect_language([texts[at] for at in doubted], minimum=0.9)
    return {at for at, lang in zip(doubted, told, strict=True) if lang not in ("en", "und")}


def _own_part(text: str) -> str:
    """Blank out what is passed on of somebody else's message, letter for letter."""
    return _ECHOED.sub(lambda found: " " * len(found[0]), text) if "@" in text else text


def _search(
    block: list[tuple[str, str]], refused: set[tuple[str, int, str]]
) -> list[tuple[str, int, str, float, int, int, str]]:
    """Let Arrow sieve all sentences rule by rule; Python looks only at what stays.

    Add to `refused` the sentences and signals for which a guard stood against a rule: "not" before "broken".
    """
    texts = [text for _, text in block]
    places = [(i, k, *span) for i, text in enumerate(texts) for k, span in enumerate(split_sentences(text))]
    said = [_own_part(text) for text in texts]
    sentences = [as_read(said[i][start:end]) for i, _, start, end in places]
    column = pa.array(sentences, pa.large_string())
    found: dict[tuple[int, int], tuple[Rule, int, int]] = {}
    for rule in read_rules():
        hits = pc.match_substring_regex(column, rule.pattern, ignore_case=True)
        for at in pc.indices_nonzero(hits).to_pylist():
            key = at, SIGNALS.index(rule.signal)
            if key in found:
                continue
            if span := rule.span(sentences[at]):
                found[key] = rule, *span
            else:
                i, k, *_ = places[at]
                refused.add((block[i][0], k, rule.signal))
    rows = []
    for (at, _), (rule, start, end) in sorted(found.items(), key=lambda item: item[0]):
        i, k, first, _ = places[at]
        rows.append((block[i][0], k, rule.signal, rule.probability, first + start, first + end, rule.name))
    return rows
