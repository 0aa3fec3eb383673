"""From sentences that voice something to needs: grouped, named, counted by people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from insight.text.clean import clean_text
from insight.text.encode import Encoder, load_encoder
from insight.text.language import classify
from insight.timeline.own_words import own_words

from .given_names import keep_names
from .groups import Groups, find_groups
from .me_too import echoes
from .parts import least_tightness
from .phrases import cut_phrases
from .result import GENERAL_NAME, MEMBERS, Needs, count_parts, score_table
from .scores import GENERAL
from .sentences import brand_words, need_sentences, praise_sentences
from .wording import problem_words

_TAG = re.compile(r"#(\w+)")
_LOOKED_AT = 500
"""Messages whose language is looked up where no need was found."""
_STR = pd.StringDtype("pyarrow", na_value=float("nan"))


def find_needs(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    ratings: bool = True,
    names: Mapping[str, str] | None = None,
    previous: Needs | None = None,
    min_people: int = 5,
    encoder: str | Path | Encoder | None = None,
    cache: str | Path | None = None,
    random_state: int = 0,
    progress: bool = False,
) -> Needs:
    """Find what people lack: groups of sentences that voice one problem, most worth meeting first.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table. Brand and other sides, and reposts, are left out; people who write several
        messages count once; a message without an author (a store review) counts as one person of its own.
    signals : DataFrame
        As `find_signals` returns it: sentences that complain, wish or work around, and those that praise.
    ratings : bool
        Compute what each need costs in ratings, where the table has any.
    names : mapping of str to str, optional
        Names to use in place of those that are found: {found name: name}. Two that get one name are merged.
    previous : Needs, optional
        Needs of an earlier run, whose names are kept for needs that share most of their sentences.
    min_people : int
        Fewest people of a need that is listed; `table.attrs["n_too_few"]` counts the needs below it.
    encoder : str, Path, Encoder or None
        See `load_encoder`; None is "problems", the bundled one for problems (English, offline).
    cache : str, Path or None
        Folder in which the encoder's vectors are kept from run to run (see `encode`).
    random_state : int
        Seed of the bootstrap and of the draw that the encoder reads of more than 12,000 sentences.
    progress : bool
        Show bars on standard error.

    Returns
    -------
    Needs
        `.table`, one row a need:

        - need : str, "need-1" for the first, "general" for general dissatisfaction, which comes last; rank;
          name : str, a phrase of 2 to 7 words of people's own
        - general, latent : bool (see Notes)
        - n_people, n_mentions, n_sentences : people, messages and sentences that voice it; replies that only
          say "me too" count among people and messages
        - share, low, high : n_people among all people of the archive, author bootstrap 95 %
        - n_complaint, n_wish, n_workaround, n_praise : people
        - satisfaction (0 to 1), opportunity (0 to 20), each with _low and _high; tied_with_next : bool, the
          order of this need and the next is within chance
        - rating (0 to 1), n_rated : mean and number of people's ratings; impact, impact_low, impact_high :
          difference to the people who do not mention it, 95 %; share_of_low : share of the people with low
          ratings (up to 0.3) who mention it. Missing without ratings.
        - coherence : mean cosine of the encoder's vectors of its sentences, two by two
        - first_seen, last_seen : datetime; trend : rising, falling, steady or too soon to tell; channels :
          str, most people first; share_addressed

        `.members`, one row a sentence: mention_id, sentence (its number; -1 is the title), start, end (in
        the text or title), signal, need (missing where no need that is shown holds it), part (sub-problem, -1
        for none), similarity, n_words, borrowed (it only points back: compared with the sentence before it),
        echo (a reply that says "me too"). `.praise`: sentences that praise the same thing. `.tree`: one row a
        sub-problem with its parent, name, people and sentences. `.predict(texts)`, `.within(mentions)`,
        `.save(path)` and `Needs.load(path)`.

        `.coherent` is the least coherence of a need that is shown, `.reason` says why there is none.
        `table.attrs` counts what is in no need: n_too_few (needs below `min_people`), n_in_no_need (people),
        n_sentences_in_no_need.

    Notes
    -----
    A sentence paraphrases a phrase if it means much the same and says it in words of its own. It means the
    same if the cosine of their vectors is 0.53 or more: the encoder's, less the mean of all of them, beside
    that of a student of words; names of brands, channels, places and people carry no weight. It says it if
    70 % of the phrase's words, weighted by rarity, are in one piece of the sentence, or words near them
    ("bag", "luggage"), denied where the phrase denies them and asked for where it asks: "did not receive my
    bag" lacks the bag, "cannot lift the bag" does not. From a cosine of 0.76 to a need's centre the words do
    not matter.

    In an archive of more than 3,000 different sentences, short phrases of people's own that say what is
    wrong, or what most say as a work-around, are picked one by one, each the one that most people paraphrase
    who paraphrase none before it; their sentences are sub-problems. So are sentences that paraphrase none of
    these, but are alike two by two: mean cosine 0.27 in up to 600 sentences, 0.14 more for each doubling. Up
    to 3,000 sentences words for what the whole archive is about ("app", "order") do not count. Sub-problems
    are one need if their sentences are alike (0.3), their phrases say the same, or one phrase holds both
    together. A group whose sentences have a mean cosine under 0.5 (0.45 in up to 600) is not shown.

    The name is a phrase that is whole, says what is wrong and holds a word that 40 % of the people use: near
    the centre, paraphrased and used by many; the more people, the more of them must say it in words of their
    own (up to 35 %). Where there is none, in up to 600 sentences, it is the whole clause nearest to the
    centre. A group without a name falls apart into its sub-problems; those without are counted, not shown. A
    report of several lines whose title names a problem is read by that. Sentences that name no cause
    ("worst ever", "fix this"), only judge what is sold or who serves ("terrible service"), or are nearer to
    such a verdict than to any need, are general dissatisfaction.

    Opportunity is Ulwick's (2002) importance + max(importance - satisfaction, 0) on scales of 0 to 10.
    Importance is the share of people relative to the need voiced by most, times 10. Satisfaction is
    (p + 1) / (p + d + 2), with d people who voice the need and p who only praise the same thing. The
    bootstrap draws people with replacement, 1,000 times.

    A need is *latent* if more people work around than wish (Wilson's interval of the share lies above one
    half), if the interval of its share of people with a work-around lies above the share in all other needs
    together, and if the interval of its share of people who wish lies below theirs.

    The trend compares the share of active people who voice the need in the first and second half of the
    archive, among people of one platform who wrote equally often in that half (test of Mantel and Haenszel
    1959, false discovery rate 5 % over all needs). Only the first to voice it in a conversation counts here.
    Below 10 people or 8 weeks it is too soon.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> from insight.signals.find_signals import find_signals
    >>> texts = ["The lid broke", "My lid broke too", "Please add a timer", "Great mug"]
    >>> people = {"mention_id": list("abcd"), "author_id": list("wxyz")}
    >>> mentions = as_mentions(pd.DataFrame({**people, "text": texts}))
    >>> needs = find_needs(mentions, find_signals(mentions), min_people=1)
    >>> needs.table[["name", "n_people"]].values.tolist()
    [['Lid broke', 2], ['Add a timer', 1]]
    """
    people = own_words(mentions)
    if not ratings:
        people = people.assign(rating=np.nan)
    brands = brand_words(mentions)
    model = load_encoder("problems" if encoder is None else encoder)
    rows = need_sentences(people, signals, brands=brands)
    if _are_copies(people):
        rows = rows.iloc[:0]
    usable = rows[~rows["form"] & ~rows["vague"]]
    phrases = _shared_phrases(usable)
    known = problem_words(usable["key"], clean_text(people["title"] + " " + people["text"]))
    around = (usable["signal"] == "workaround").groupby(usable["compared"]).mean().rename("workaround")
    distinct = usable.groupby("compared")["person"].nunique().rename("n_people")
    distinct = distinct.to_frame().join(around).reset_index()
    groups, placed = find_groups(
        distinct,
        phrases,
        known=known,
        encoder=model,
        min_people=min_people,
        random_state=random_state,
        cache=cache,
        progress=progress,
    )
    rows = _place(rows, placed.set_axis(pd.Index(distinct["compared"], dtype=object)), groups)
    called = {problem: (names or {}).get(name, name) for problem, name in groups.names.items()}
    merged = groups.merged(called)
    joined = dict(zip(groups.problems.tolist(), merged.problems.tolist(), strict=True)) | {-1: -1}
    rows["problem"] = rows["problem"].map(joined).astype("Int64")
    members, praise = _members(rows, people), _praising(people, signals, merged, brands)
    found = Needs(
        *(pd.DataFrame(), members, praise, pd.DataFrame(), merged, {}, {}, brands, min_people, random_state),
        coherent=least_tightness(len(distinct)),
    )
    needs = _ranked(found, people, called)
    return needs if previous is None else keep_names(needs, previous)


def _ranked(found: Needs, people: pd.DataFrame, called: Mapping[int, str]) -> Needs:
    """Score the problems and number them by rank; those of too few people are none."""
    table = score_table(people, found.members, found.praise, found)
    rank = {old: old if old == GENERAL else f"need-{place}" for place, old in enumerate(table["need"], 1)}
    keys = {int(old.removeprefix("p-")): new for old, new in rank.items() if old != GENERAL}
    names = {new: called[problem] for problem, new in keys.items()} | {GENERAL: GENERAL_NAME}
    members = found.members.assign(need=found.members["need"].map(rank).astype(_STR))
    praise = found.praise.assign(need=found.praise["need"].map(rank).astype(_STR))
    praise = praise[praise["need"].notna()].reset_index(drop=True)
    found = replace(
        found,
        reason=_reason(table, members, people),
        members=members,
        praise=praise,
        keys=keys | {-1: GENERAL},
        names=names,
    )
    ranked = table.assign(need=table["need"].map(rank).astype(_STR))
    ranked["name"] = ranked["need"].map(names).astype(_STR)
    ranked.attrs = dict(table.attrs)
    ranked.attrs["n_in_no_need"] = _n_nowhere(members, people)
    ranked.attrs["n_sentences_in_no_need"] = int(members["need"].isna().sum())
    return replace(found, table=ranked, tree=count_parts(members, people, found.groups))


def _reason(table: pd.DataFrame, members: pd.DataFrame, people: pd.DataFrame) -> str:
    """Say why no need was found, "" where one was."""
    if not table["general"].all():
        return ""
    read = sorted(set(people["text"]))[:_LOOKED_AT]
    foreign = float((classify(read)[0] != "en").mean()) if read else 0.0
    if foreign > 0.5:
        return f"{foreign:.0%} of the messages are not in English, the only language that the signals read."
    if _are_copies(people):
        return f"All {len(people):,} messages have the same words; copies do not show who has a problem."
    if members.empty:
        return "No message complains, wishes for something or works around it."
    voices = people.loc[people["mention_id"].isin(members["mention_id"]), "person"].nunique()
    if voices == 1:
        return "Only one person mentions a problem."
    return f"No problem is mentioned by {table.attrs['min_people']} people or more."


def _are_copies(people: pd.DataFrame) -> bool:
    """Return whether several messages are copies of one, and there is no other."""
    return len(people) > 1 and bool((people["text"] == people["text"].iloc[0]).all())


def _n_nowhere(members: pd.DataFrame, people: pd.DataFrame) -> int:
    """Count the people who voice something, all of it outside the needs that are shown."""
    person = people.set_index("mention_id")["person"]
    voiced = members.assign(person=members["mention_id"].map(person))
    placed = set(voiced.loc[voiced["need"].notna(), "person"])
    return len(set(voiced["person"]) - placed)


def _shared_phrases(rows: pd.DataFrame) -> dict[str, int]:
    """Count the people of each phrase; one that holds a word written mostly as a hashtag is none."""
    tags, words = Counter[str](), Counter[str]()
    for text in rows["said"]:
        tags.update(tag.lower() for tag in _TAG.findall(text))
    for key in rows["key"]:
        words.update(key.split())
    tagged = {tag for tag, n in tags.items() if 2 * n > words[tag]}
    first: dict[str, int] = {}
    more: dict[str, set[int]] = {}  # nearly all phrases are one person's: a set of each would be most of it
    for text, person in zip(rows["plain"], rows["person"], strict=True):
        for phrase in cut_phrases(text):
            if tagged.isdisjoint(phrase.split()) and first.setdefault(phrase, person) != person:
                more.setdefault(phrase, {first[phrase]}).add(person)
    return {phrase: len(more[phrase]) if phrase in more else 1 for phrase in first}


def _place(rows: pd.DataFrame, placed: pd.DataFrame, groups: Groups) -> pd.DataFrame:
    """Give each sentence its sub-problem and problem; problem -1 is that of sentences that name no cause."""
    part = (
        rows["compared"]
        .map(placed["part"])
        .fillna(-1)
        .astype("int64")
        .where(~rows["vague"] & ~rows["form"], -1)
    )
    problem = pd.Series(
        [groups.problems[at] if at >= 0 else None for at in part], index=rows.index, dtype="Int64"
    )
    vague = rows["vague"] | rows["compared"].map(placed["verdict"]).fillna(False).astype(bool)
    problem = problem.mask(vague & ~rows["form"], -1)
    similarity = rows["compared"].map(placed["similarity"]).astype("float64").where(part >= 0)
    return rows.assign(part=part, problem=problem, similarity=similarity)


def _members(rows: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    need = [None if pd.isna(at) else GENERAL if at < 0 else f"p-{at}" for at in rows["problem"]]
    rows = rows.assign(
        need=pd.Series(need, index=rows.index, dtype=_STR),
        n_words=rows["said"].astype("str").str.split().str.len(),
        borrowed=rows["compared"] != rows["plain"],
        echo=False,
    )
    voiced = rows[rows["need"].notna() & (rows["need"] != GENERAL)]
    joined = echoes(people, voiced)[["mention_id", "signal", "need"]].drop_duplicates()
    joined = joined[~joined["mention_id"].isin(voiced["mention_id"])]
    joined = joined.assign(
        sentence=0, start=0, end=0, part=-1, similarity=np.nan, n_words=0, borrowed=False, echo=True
    )
    table = pd.concat([rows[MEMBERS], joined[MEMBERS]], ignore_index=True).astype(
        {"need": _STR, "signal": _STR}
    )
    return table.sort_values(["mention_id", "sentence", "start"], ignore_index=True)


def _praising(
    people: pd.DataFrame, signals: pd.DataFrame, groups: Groups, brands: frozenset[str]
) -> pd.DataFrame:
    """Return the sentences that praise the thing of a need."""
    rows = praise_sentences(people, signals, brands=brands)
    texts = sorted(set(rows["plain"]))
    placed = groups.place(texts, praise=True).set_axis(pd.Index(texts, dtype=object))
    part = rows["plain"].map(placed["part"]).fillna(-1).astype("int64")
    problem = [int(groups.problems[at]) if at >= 0 else -1 for at in part]
    need = pd.Series([f"p-{at}" if at >= 0 else None for at in problem], index=rows.index, dtype=_STR)
    words = rows["said"].astype("str").str.split().str.len()
    kept = rows.assign(need=need, similarity=rows["plain"].map(placed["similarity"]), n_words=words)[
        need.notna()
    ]
    return kept[["mention_id", "sentence", "start", "end", "need", "similarity", "n_words"]].reset_index(
        drop=True
    )
