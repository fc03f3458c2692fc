"""The encoder beside sentence-transformers and txtai: speed, answers, memory, cold start.

Usage: python benchmarks/embedding.py DATA [--txtai PYTHON]

DATA holds medquad/, liveqa-dev/ and covid-faq/ as benchmarks/README.md describes them. PYTHON is
an interpreter of an environment that has txtai and torch; without it those lines are left out.
"""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from indexer.article import Article
from indexer.config import load
from indexer.encoder.encoder import Encoder
from indexer.encoder.export import exported
from indexer.encoder.model import find
from indexer.sources import read
from indexer.split import TokenBudget, split

PASSAGES = 2000
QUESTION = "what can I take for lower back pain?"
LAYERS, WIDTH, INNER = 6, 384, 1536  # of all-MiniLM-L6-v2
PROGRAM = Path(sys.executable).with_name("plainsearch")

TXTAI_INDEX = """
import json, sys, time
from txtai import Embeddings
model, texts, folder = sys.argv[1], json.load(open(sys.argv[2])), sys.argv[3]
embeddings = Embeddings(path=model, content=True, hybrid=True)
embeddings.index([(0, texts[0], None)])
started = time.perf_counter()
embeddings.index((at, text, None) for at, text in enumerate(texts))
print(len(texts) / (time.perf_counter() - started))
embeddings.save(folder)
"""
TXTAI_ASK = """
import sys
from txtai import Embeddings
embeddings = Embeddings()
embeddings.load(sys.argv[1])
print(embeddings.search(sys.argv[2], 5))
"""


def encoders() -> dict[str, Encoder]:
    """The default model in both precisions."""
    cache = load().model_cache
    return {p: Encoder.open(exported(find(), p, cache)) for p in ("int8", "fp32")}


def passages(medquad: Path, encoder: Encoder) -> list[str]:
    """Real passages as the indexer would embed them, from articles all over MedQuAD."""
    budget = TokenBudget(encoder.count_tokens, encoder.room)
    texts = []
    for number, article in enumerate(read([str(medquad)])):
        if isinstance(article, Article) and number % 20 == 0:
            texts += [passage.embedded_text for passage in split(article, budget)]
    return texts[:PASSAGES]


def operations(tokens: int) -> float:
    """Multiplications and additions that a text of so many tokens needs in matrix products."""
    return LAYERS * (tokens * 2 * (4 * WIDTH**2 + 2 * WIDTH * INNER) + 4 * WIDTH * tokens**2)


def rate(work: Callable[[], object], amount: float, rounds: int = 5) -> float:
    """The best of some rounds, in amount a second."""
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return amount / min(took)


def peak() -> float:
    """The most int8 operations a second that this machine's cores reach together in a matrix
    product, by whichever of ONNX Runtime and torch does it faster."""
    import onnx
    import onnxruntime
    import torch
    from onnx import TensorProto, helper, numpy_helper

    found = []
    cores = os.cpu_count() or 1
    for rows, inner, columns in ((512, 384, 1536), (512, 1536, 384), (1024, 1024, 1024)):
        random = np.random.default_rng(0)
        left = random.integers(0, 255, (rows, inner), dtype=np.uint8)
        right = random.integers(-127, 127, (inner, columns), dtype=np.int8)
        graph = helper.make_graph(
            [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
            "product",
            [helper.make_tensor_value_info("a", TensorProto.UINT8, left.shape)],
            [helper.make_tensor_value_info("c", TensorProto.INT32, [rows, columns])],
            [numpy_helper.from_array(right, "b")],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            onnx.ModelProto.SerializeToString(model), options, providers=["CPUExecutionProvider"]
        )
        times = int(2e11 / (2 * rows * inner * columns))
        amount = 2.0 * rows * inner * columns * times

        def by_onnxruntime(
            session: object = session, left: np.ndarray = left, times: int = times
        ) -> None:
            with ThreadPoolExecutor(cores) as pool:
                list(pool.map(lambda _: session.run(None, {"a": left}), range(times)))

        a, b = torch.from_numpy((left // 2).astype(np.int8)), torch.from_numpy(right)

        def by_torch(a: object = a, b: object = b, times: int = times) -> None:
            for _ in range(times):
                torch._int_mm(a, b)

        found += [rate(by_onnxruntime, amount), rate(by_torch, amount)]
    return max(found)


def throughput(texts: Sequence[str], made: dict[str, Encoder], txtai: "Txtai | None") -> None:
    """Passages a second, all cores, and how near to what the processor could do."""
    from sentence_transformers import SentenceTransformer

    tokens = [min(n + 2, 256) for n in made["int8"].count_tokens(texts)]
    work = sum(map(operations, tokens))
    print(f"{len(texts)} passages of MedQuAD, {statistics.mean(tokens):.0f} tokens on average")
    original = SentenceTransformer(str(find().folder), device="cpu")
    original.encode(list(texts[:64]))
    before = rate(lambda: made["int8"].encode(texts), len(texts), 2)
    started = time.perf_counter()
    expected = original.encode(list(texts), normalize_embeddings=True)
    base = len(texts) / (time.perf_counter() - started)
    after = rate(lambda: made["int8"].encode(texts), len(texts), 2)
    best = peak()
    exact = rate(lambda: made["fp32"].encode(texts), len(texts), 1)
    rows = {"sentence-transformers": base}
    if txtai:
        rows["txtai index"] = txtai.index(texts)
    rows |= {"plainsearch fp32": exact, "plainsearch int8": (before + after) / 2}
    print(f"int8 matrix-product peak {best / 1e9:.0f} billion operations/s")
    print(f"{'':24}{'passages/s':>12}{'x s-t':>8}{'x txtai':>9}{'of int8 peak':>14}")
    for name, speed in rows.items():
        beside = f"{speed / rows['txtai index']:.2f}" if txtai else "-"
        share = speed / len(texts) * work / best
        print(f"{name:24}{speed:12.1f}{speed / base:8.2f}{beside:>9}{share:14.0%}")
    for name, encoder in made.items():
        cosines = (encoder.encode(texts) * expected).sum(axis=1)
        mean, least = cosines.mean(), cosines.min()
        print(f"{name}: cosine to sentence-transformers {mean:.5f}, least {least:.4f}")


def question(made: dict[str, Encoder]) -> None:
    """Milliseconds of encoding one short question, warm, on one thread."""
    import torch
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(find().folder), device="cpu")
    torch.set_num_threads(1)
    ways: dict[str, Callable[[], object]] = {
        "sentence-transformers": lambda: original.encode(QUESTION),
        **{
            f"plainsearch {name}": lambda one=one: one.encode_question(QUESTION)
            for name, one in made.items()
        },
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(6):
        for name, way in ways.items():
            for number in range(60):
                started = time.perf_counter()
                way()
                if number >= 10:  # warm again after the others
                    took[name].append((time.perf_counter() - started) * 1000)
    print("\none short question, one thread, ms: median and 99th percentile")
    for name, times in took.items():
        print(f"{name:24}{statistics.median(times):8.2f}{np.percentile(times, 99):8.2f}")


def cold(texts: Sequence[str], folder: Path, txtai: "Txtai | None") -> None:
    """Seconds from the start of a process to a printed answer."""
    corpus = folder / "corpus.jsonl"
    lines = [json.dumps({"_id": str(at), "text": text}) for at, text in enumerate(texts)]
    corpus.write_text("\n".join(lines) + "\n", encoding="utf-8")
    index = ["--index", str(folder / "index")]
    subprocess.run([PROGRAM, "index", str(corpus), *index], check=True, capture_output=True)
    ways = {"plainsearch ask": [str(PROGRAM), "ask", QUESTION, *index]}
    if txtai:
        ways["txtai"] = [*txtai.command(TXTAI_ASK), str(txtai.folder), QUESTION]
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(5):
        for name, command in ways.items():
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            took[name].append(time.perf_counter() - started)
    print("\nfrom process start to printed answer, s: median of 5")
    for name, times in took.items():
        print(f"{name:24}{statistics.median(times):8.2f}")
    if txtai:
        ratio = statistics.median(took["txtai"]) / statistics.median(took["plainsearch ask"])
        print(f"{'ratio':24}{ratio:8.1f}")


def quality(data: Path, folder: Path) -> None:
    """nDCG@10 as `plainsearch evaluate` measures it, in either precision."""
    print("\nnDCG@10 (liveqa: of judged sections)")
    print(f"{'':24}{'fp32':>8}{'int8':>8}{'difference':>12}")
    for name, arguments, measure in _judged(data, folder):
        found = {}
        for precision in ("fp32", "int8"):
            environment = {**os.environ, "PLAINSEARCH_PRECISION": precision}
            index = ["--index", str(folder / f"{name.split()[0]}-{precision}")]
            if "--questions" in arguments:
                subprocess.run(
                    [PROGRAM, "index", "corpus", *index],
                    env=environment, check=True, capture_output=True,
                )  # fmt: skip
            done = subprocess.run(
                [PROGRAM, "evaluate", *arguments, *index, "--json"],
                env=environment, check=True, capture_output=True, text=True,
            )  # fmt: skip
            found[precision] = json.loads(done.stdout)[measure]
        difference = found["int8"] - found["fp32"]
        print(f"{name:24}{found['fp32']:8.4f}{found['int8']:8.4f}{difference:+12.4f}")


def _judged(data: Path, folder: Path) -> Iterator[tuple[str, list[str], str]]:
    yield "corpus", ["--questions", "corpus/questions.jsonl"], "nDCG@10"
    faq = data / "covid-faq"
    yield "covid-faq", [str(faq), "--qrels", str(faq / "qrels.tsv")], "nDCG@10"
    live, sections = data / "liveqa-dev", folder / "liveqa"
    sections.mkdir()
    lines = (live / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    judged = {line.split("\t")[1] for line in lines}
    with (
        gzip.open(data / "medquad" / "articles.jsonl.gz", "rt", encoding="utf-8") as file,
        (sections / "corpus.jsonl").open("w", encoding="utf-8") as target,
    ):
        for article in map(json.loads, file):
            for section in article["sections"]:
                if section["id"] in judged:
                    parts = [{key: section[key] for key in ("heading", "text")}]
                    one = {"_id": section["id"], "title": article["title"], "sections": parts}
                    target.write(json.dumps(one) + "\n")
    for wording in ("summary", "paraphrase", "original"):
        queries = ["--queries", str(live / f"queries-{wording}.jsonl")]
        asked = [str(sections), *queries, "--qrels", str(live / "qrels.tsv")]
        yield f"liveqa {wording}", asked, "nDCG(judged_only=True)@10"


def memory(texts: Sequence[str], encoder: Encoder) -> None:
    """Resident memory along 100,000 encodes that stream from a generator."""
    short = [text[-160:] for text in texts]
    print("\nresident memory, MiB, after so many encodes")
    stream = ((short[at % len(short)], ()) for at in range(100_000))
    for count, _ in enumerate(encoder.embed(stream), start=1):
        if count in (1, 1_000, 10_000) or count % 25_000 == 0:
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
            print(f"{count:24,}{pages * os.sysconf('SC_PAGE_SIZE') / 2**20:8.0f}")


class Txtai:
    """txtai in an environment of its own, and the index it made."""

    def __init__(self, python: str, folder: Path) -> None:
        self.python, self.folder = python, folder / "txtai"

    def command(self, script: str) -> list[str]:
        return [self.python, "-c", script]

    def index(self, texts: Sequence[str]) -> float:
        """Passages a second."""
        given = self.folder.with_name("texts.json")
        given.write_text(json.dumps(list(texts)), encoding="utf-8")
        arguments = [str(find().folder), str(given), str(self.folder)]
        command = [*self.command(TXTAI_INDEX), *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return float(done.stdout.split()[-1])


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--txtai", metavar="PYTHON")
    given = parser.parse_args()
    made = encoders()
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        txtai = Txtai(given.txtai, folder) if given.txtai else None
        texts = passages(given.data / "medquad" / "articles.jsonl.gz", made["int8"])
        throughput(texts, made, txtai)
        question(made)
        cold(texts, folder, txtai)
        quality(given.data, folder)
    memory(texts, made["int8"])


if __name__ == "__main__":
    main()
