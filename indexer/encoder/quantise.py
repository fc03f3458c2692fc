"""An fp32 graph → int8: weights once and for all, activations as they come.

Dynamic quantisation gives each matrix product's input one scale, which a few large channels spoil
for all others. Two remedies come first, each where it does more. Part of each channel's size is
moved from the input into the weights, which have a scale for each output (SmoothQuant, Xiao et
al., ICML 2023). And where a product narrows, as the second of a feed-forward block does, a few
channels are too large for that: they are multiplied apart, in fp32 (LLM.int8(), Dettmers et al.,
NeurIPS 2022).
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper
from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]

_MOVED = 0.7
"""How much of an input channel's size moves into the weights (0: nothing, 1: all of it)."""

_EXACT = 32
"""How many input channels of a narrowing product are computed in fp32."""

# Texts of many kinds, and words of the model's own vocabulary at random: between them they reach
# the sizes that real text reaches; calibrated on the very corpus it is no better.
TEXTS = (
    "Heat eases a stiff neck.",
    "My lower back hurts when I sit for long at work, and the pain runs down my left leg at "
    "night. What can I take that does not make me sleepy?",
    "Ibuprofen 400 mg — 3×/day",
    "Opening hours\nMonday to Friday, 9 am to 5 pm. Please bring your insurance card, and arrive "
    "ten minutes early.",
    "The board approved the 2024 budget of €1.2 million; members voted 14 to 3 in favour.",
    "Rest the knee for two days. Straighten it ten times an hour.\nWarm the pot first. Green tea "
    "wants water of eighty degrees.",
    "What is it?",
    "Smoke calms the bees. You need:\n- a hive\n- a veil\n- patience",
    "Dose | Age\n2.5 ml | 2 to 5 years\n5 ml | 6 to 12 years",
    "Call the nurse or see https://example.org/help?x=1#now (day and night)!",
)
_RANDOM_TEXTS, _RANDOM_WORDS = 128, 120


def quantise(path: Path, samples: Sequence[npt.NDArray[np.int64]], target: Path) -> None:
    """Write the int8 form of a graph.

    Args:
        path: an fp32 graph with one input.
        samples: inputs to calibrate with.
        target: where to write.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.quant_utils import add_pre_process_metadata

    with TemporaryDirectory(prefix="plainsearch-") as folder:
        folded, tamed = Path(folder) / "folded.onnx", Path(folder) / "tamed.onnx"
        _fold(path, folded)
        model = onnx.load(folded)
        quantised = _tame(model, _sizes(model, samples))
        _halve_tables(model)
        add_pre_process_metadata(model)  # or quantize_dynamic warns that nothing was folded
        onnx.save(model, tamed)
        quantize_dynamic(
            tamed,
            target,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            nodes_to_quantize=quantised,
            extra_options={"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT},
        )


def samples(tokenizer: Tokenizer) -> list[npt.NDArray[np.int64]]:
    """Token ids of texts to calibrate with, shape (1, tokens) each."""
    tokenizer.no_padding()
    words = _words(tokenizer)
    random = np.random.default_rng(0)
    found = [encoding.ids for encoding in tokenizer.encode_batch(list(TEXTS))]
    opening, closing = found[0][:1], found[0][-1:]
    for _ in range(_RANDOM_TEXTS):
        found.append([*opening, *random.choice(words, _RANDOM_WORDS), *closing])
    return [np.array([ids], np.int64) for ids in found]


def pair_samples(tokenizer: Tokenizer) -> list[npt.NDArray[np.int64]]:
    """The same of pairs of texts, shape (2, tokens) each: ids, and of which text each is."""
    tokenizer.no_padding()
    words = _words(tokenizer)
    random = np.random.default_rng(0)
    encodings = tokenizer.encode_batch([*pairwise(TEXTS), (TEXTS[0], " ".join(TEXTS[1:5]))])
    found = [np.array([one.ids, one.type_ids], np.int64) for one in encodings]
    kept = np.array(encodings[-1].special_tokens_mask, np.bool_)
    for _ in range(_RANDOM_TEXTS):
        ids, of_text = found[len(encodings) - 1]
        mixed = np.where(kept, ids, random.choice(words, len(ids)))
        found.append(np.array([mixed, of_text]))
    return found


def _words(tokenizer: Tokenizer) -> npt.NDArray[np.int64]:
    """Ids of a model's vocabulary without the special ones."""
    special = {token for token, added in tokenizer.get_added_tokens_decoder().items()}
    return np.array([one for one in range(tokenizer.get_vocab_size()) if one not in special])


def _fold(path: Path, target: Path) -> None:
    """Compute what is constant and drop what does nothing."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _products(model: onnx.ModelProto) -> dict[str, list[onnx.NodeProto]]:
    """Products with a constant matrix, by the input that they share."""
    constant = {tensor.name for tensor in model.graph.initializer}
    found: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in constant:
            found.setdefault(node.input[0], []).append(node)
    return found


def _sizes(model: onnx.ModelProto, samples: Sequence[npt.NDArray[np.int64]]) -> dict[str, Floats]:
    """For each product's input, how large each of its channels gets."""
    import onnxruntime

    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    names = list(_products(model))
    watched.graph.output.extend(
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names
    )
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        watched.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    given = session.get_inputs()[0].name
    sizes: dict[str, Floats] = {}
    for sample in samples:
        for name, value in zip(names, session.run(names, {given: sample}), strict=True):
            largest = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
            sizes[name] = np.maximum(sizes.get(name, largest), largest)
    return sizes


def _tame(model: onnx.ModelProto, sizes: dict[str, Floats]) -> list[str]:
    """Rid the products' inputs of what int8 can't hold, and name the products to quantise."""
    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    quantised = []
    for name, sharing in _products(model).items():
        matrices = [numpy_helper.to_array(weights[node.input[1]]) for node in sharing]
        scale: Floats
        if all(rows > columns for rows, columns in (matrix.shape for matrix in matrices)):
            exact = np.sort(np.argsort(-sizes[name])[:_EXACT])
            scale = np.ones_like(sizes[name])
            scale[exact] = 0
            _compute_apart(graph, name, exact, sharing, matrices)
            matrices = [matrix * scale[:, None] for matrix in matrices]
        else:
            factors = _factors(sizes[name], matrices)
            scale = np.reciprocal(factors)
            matrices = [matrix * factors[:, None] for matrix in matrices]
        tamed = f"{name}_tamed"
        for number, (node, matrix) in enumerate(zip(sharing, matrices, strict=True)):
            # Under a new name: other products may use the same weights (ALBERT's layers do).
            node.input[:] = [tamed, _constant(graph, matrix, f"{name}_weights{number}")]
            quantised.append(node.name)
        scaling = helper.make_node("Mul", [name, _constant(graph, scale, f"{name}_scale")], [tamed])
        graph.node.insert(list(graph.node).index(sharing[0]), scaling)
    used = {name for node in graph.node for name in node.input}
    for at in reversed(range(len(graph.initializer))):
        if graph.initializer[at].name not in used:
            del graph.initializer[at]
    return quantised


def _compute_apart(
    graph: onnx.GraphProto,
    name: str,
    channels: npt.NDArray[np.int64],
    products: Sequence[onnx.NodeProto],
    matrices: Sequence[Floats],
) -> None:
    """Add to each product of an input what these channels of it contribute."""
    chosen = f"{name}_exact"
    index = _constant(graph, channels, f"{name}_exact_channels")
    gather = helper.make_node("Gather", [name, index], [chosen], axis=-1)
    graph.node.insert(list(graph.node).index(products[0]), gather)
    for number, (node, matrix) in enumerate(zip(products, matrices, strict=True)):
        weights = _constant(graph, matrix[channels], f"{name}_exact_weights{number}")
        whole, rest, part = node.output[0], f"{node.output[0]}_rest", f"{node.output[0]}_exact"
        node.output[0] = rest
        at = list(graph.node).index(node) + 1
        graph.node.insert(at, helper.make_node("Add", [rest, part], [whole]))
        graph.node.insert(at, helper.make_node("MatMul", [chosen, weights], [part]))


def _constant(graph: onnx.GraphProto, value: npt.NDArray[np.generic], name: str) -> str:
    graph.initializer.append(numpy_helper.from_array(value, name))
    return name


def _factors(size: Floats, matrices: Sequence[Floats]) -> Floats:
    """SmoothQuant's factors, one a channel, around 1."""
    weight = np.max([np.abs(matrix).max(axis=1) for matrix in matrices], axis=0)
    logs = _MOVED * np.log(np.maximum(size, 1e-5)) - (1 - _MOVED) * np.log(np.maximum(weight, 1e-5))
    return np.asarray(np.exp(logs - logs.mean()), np.float32)


def _halve_tables(model: onnx.ModelProto) -> None:
    """Keep what is only looked up (the words' embeddings: most of a small model) as fp16."""
    graph = model.graph
    readers: dict[str, list[str]] = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node.op_type)
    tables = {
        tensor.name: tensor
        for tensor in graph.initializer
        if tensor.data_type == onnx.TensorProto.FLOAT
        and len(tensor.dims) == 2
        and readers.get(tensor.name) == ["Gather"]
    }
    for node in [node for node in graph.node if node.input and node.input[0] in tables]:
        table = tables[node.input[0]]
        halved = numpy_helper.to_array(table).astype(np.float16)
        table.CopyFrom(numpy_helper.from_array(halved, table.name))
        found, node.output[0] = node.output[0], f"{node.output[0]}_half"
        at = list(graph.node).index(node) + 1
        cast = helper.make_node("Cast", [node.output[0]], [found], to=onnx.TensorProto.FLOAT)
        graph.node.insert(at, cast)
