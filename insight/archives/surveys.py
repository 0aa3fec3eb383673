"""Surveys: one row a response -> one row an open answer."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

from .converters import strip_html
from .detect import Spec, plain, sources
from .inference.understand import understand
from .readers import Records

_OPEN = re.compile(r"open-ended|other \(please specify\)|_TEXT\"?\}", re.I)
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?%?")
_FEW = 8


def open_answers(records: Records, spec: Spec) -> Records:
    """Turn each open answer into a row of its own; what the survey says of the response rides along.

    An answer is open where the spec names it or the survey tool marks it so, else where most answers differ
    and run to three words and more. Closed questions are left out. The rating and the brand's answer are
    those that the spec names, else those that the content shows; they ride with the first answer.
    """
    about = spec.records
    labels = _labels(records, about.get("labels", ""))
    names, n_labels = _questions(list(records.columns), labels), len(labels)
    columns = {name: values[n_labels:] for name, values in records.columns.items()}
    closed = [pattern.casefold() for pattern in about.get("closed", ())]
    asked = {
        name: names[name]
        for name in columns
        if not any(fnmatchcase(name.casefold(), mark) for mark in closed)
    }
    marks = {name: " ".join(row.get(name, "") for row in labels) for name in columns}
    open_ = about.get("open") or [name for name in asked if _is_open(columns[name], marks[name])]
    beside = _beside_by_content(asked, columns, open_) if "closed" in about else {}
    beside |= _beside(spec, columns)
    spoken = [name for name in asked if name in open_ and name not in beside.values()]
    broken = [(row - n_labels, reason, detail, text) for row, reason, detail, text in records.broken]
    rows = [row - n_labels for row in records.rows[n_labels:]]
    shown = ", ".join(asked[name][:60] for name in spoken)
    note = f"{len(spoken)} of {len(asked)} questions are read as open: {shown}."
    melted = Records(notes=[*records.notes, note], broken=broken, header=tuple(columns))
    own = next((name for name in columns if about.get("id") and _tight(name) == _tight(about["id"])), None)
    responses = columns[own] if own else [str(row) for row in rows]
    ids = {name: name if len(name) <= 20 else f"Q{number}" for number, name in enumerate(asked, 1)}
    kept = _answers(rows, columns, spoken, about.get("skip", {}), melted.broken)
    melted.rows = [rows[at] for at, _ in kept]
    melted.columns = {
        name: [cells[at] for at, _ in kept] for name, cells in columns.items() if name not in spoken
    }
    melted.columns |= {
        "_id": [f"{responses[at]}:{ids[name]}" for at, name in kept],
        "_response": [responses[at] for at, _ in kept],
        "_question": [asked[name] for _, name in kept],
        "_answer": [columns[name][at] for at, name in kept],
    }
    firsts = [number == 0 or kept[number - 1][0] != at for number, (at, _) in enumerate(kept)]
    for new, name in beside.items():
        melted.columns[new] = [
            columns[name][at] if first else "" for (at, _), first in zip(kept, firsts, strict=True)
        ]
    return melted


def _answers(
    rows: list[int], columns: dict[str, list[str]], spoken: list[str], skip: dict[str, Any], broken: list[Any]
) -> list[tuple[int, str]]:
    """List the place of a response and the question for each answer given; note responses that have none."""
    kept = []
    for at, row in enumerate(rows):
        said = [(at, name) for name in spoken if columns[name][at].strip()]
        if any(columns[name][at] in values for name, values in skip.items() if name in columns):
            broken.append((row, "preview", "a trial run of the survey", ""))
        elif said:
            kept += said
        else:
            broken.append((row, "no open answer", f"{len(spoken)} open questions", ""))
    return kept


def _beside(spec: Spec, columns: dict[str, list[str]]) -> dict[str, str]:
    """Name the columns of the rating, the brand's answer and its date, as a spec does."""
    replied = [name for entry in spec.reply.values() for name in sources(entry)]
    named = {"_score": spec.records.get("score", "")} | {name: name for name in replied}
    return {new: name for new, name in named.items() if name in columns}


def _beside_by_content(
    asked: dict[str, str], columns: dict[str, list[str]], open_: list[str]
) -> dict[str, str]:
    """Name the columns of the rating, the brand's answer and its date among the questions of a tool."""
    if not open_:
        return {}
    name_of = {question: name for name, question in reversed(asked.items())}
    text = max(set(open_) & {*name_of.values()}, key=lambda name: sum(map(bool, columns[name])))
    found = understand(
        {question: columns[name] for question, name in name_of.items()}, {"text": (asked[text],)}
    )
    made = {"rating": "_score", "reply": "_reply", "reply_at": "_replied"}
    return {new: name_of[found.of(role)[0]] for role, new in made.items() if found.of(role)}


def _tight(name: str) -> str:
    return plain(name).replace("_", "")


def _labels(records: Records, mark: str) -> list[dict[str, str]]:
    """Take the rows under the header that hold labels and no response: up to the last that carries `mark`."""
    heads = [
        {name: values[at] for name, values in records.columns.items()}
        for at in range(min(2, len(records.rows)))
    ]
    marked = [at for at, row in enumerate(heads) if mark and any(mark in cell for cell in row.values())]
    return heads[: marked[-1] + 1] if marked else []


def _questions(header: list[str], labels: list[dict[str, str]]) -> dict[str, str]:
    """Name each column by its question: the first row of labels, or the header of the block that it is in."""
    names, block = {}, ""
    for name in header:
        block = block if name.startswith("(unnamed ") else name
        label = labels[0].get(name, "").strip() if labels else ""
        option = f": {label}" if label and not re.fullmatch(r"(?:open-ended )?response", label, re.I) else ""
        long = len(labels) > 1 or (bool(label) and "ImportId" in str(labels[-1]))
        names[name] = " ".join(strip_html(label if long and label else block + option).split())
    return names


def _is_open(answers: list[str], mark: str) -> bool:
    given = [answer.strip() for answer in answers if answer.strip()]
    if _OPEN.search(mark):
        return True
    if not given or all(_NUMBER.fullmatch(answer) for answer in given):
        return False
    words = sum(len(answer.split()) for answer in given) / len(given)
    distinct = len(set(given)) / len(given)
    return words >= 3 and distinct > 0.5 if len(given) >= _FEW else words >= 4 and distinct == 1
