"""Surveys: one row a response -> one row an open answer."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

from .converters import strip_html
from .detect import plain
from .readers import Records

_OPEN = re.compile(r"open-ended|other \(please specify\)|_TEXT\"?\}", re.I)
_SCORE = re.compile(r"\bnps\b|recommend|\brat(?:e|ing)\b|\bscore\b|satisf", re.I)
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?%?")
_FEW = 8


def open_answers(records: Records, about: dict[str, Any]) -> Records:
    """Turn each open answer into a row of its own; what the survey says of the response rides along.

    An answer is open where the survey tool marks it so, else where most answers differ and run to three words
    and more. Closed questions are left out; one that asks for a score from 0 to 10 gives the rating.
    """
    labels = _labels(records, about.get("labels", ""))
    names = _questions(list(records.columns), labels)
    n_labels = len(labels)
    columns = {name: values[n_labels:] for name, values in records.columns.items()}
    closed = [pattern.casefold() for pattern in about.get("closed", ())]
    asked = [name for name in columns if not any(fnmatchcase(name.casefold(), mark) for mark in closed)]
    marks = {name: " ".join(row.get(name, "") for row in labels) for name in columns}
    open_ = about.get("open")
    spoken = [name for name in asked if (name in open_ if open_ else _is_open(columns[name], marks[name]))]
    score = about.get("score") or next(
        (name for name in asked if _is_score(columns[name], names[name])), None
    )
    own = next((name for name in columns if about.get("id") and _tight(name) == _tight(about["id"])), None)
    skip = {name: values for name, values in about.get("skip", {}).items() if name in columns}
    broken = [(row - n_labels, reason, detail, text) for row, reason, detail, text in records.broken]
    melted = Records(notes=list(records.notes), broken=broken)
    made: dict[str, list[str]] = {name: [] for name in columns if name not in spoken}
    made |= {name: [] for name in ("_id", "_question", "_answer", "_score")}
    for at, row in enumerate(records.rows[n_labels:]):
        said = [name for name in spoken if columns[name][at].strip()]
        if any(columns[name][at] in values for name, values in skip.items()):
            melted.broken.append((row - n_labels, "preview", "a trial run of the survey", ""))
            continue
        if not said:
            melted.broken.append((row - n_labels, "no open answer", f"{len(spoken)} open questions", ""))
        for number, name in enumerate(said):
            melted.rows.append(row - n_labels)
            response = columns[own][at] if own else str(row - n_labels)
            values = {"_id": f"{response}:{_question_id(name, asked)}", "_question": names[name]}
            values |= {
                "_answer": columns[name][at],
                "_score": columns[score][at] if score and not number else "",
            }
            for column, cells in made.items():
                cells.append(values[column] if column in values else columns[column][at])
    melted.columns = made
    shown = ", ".join(names[name][:60] for name in spoken)
    melted.notes.append(f"{len(spoken)} of {len(asked)} questions are read as open: {shown}.")
    return melted


def _tight(name: str) -> str:
    return plain(name).replace("_", "")


def _question_id(name: str, asked: list[str]) -> str:
    return name if len(name) <= 20 else f"Q{asked.index(name) + 1}"


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


def _is_score(answers: list[str], question: str) -> bool:
    given = [answer.strip() for answer in answers if answer.strip()]
    numeric = all(re.fullmatch(r"(?:10|\d)(?:\.0)?", answer) for answer in given)
    return bool(given) and numeric and bool(_SCORE.search(question))
