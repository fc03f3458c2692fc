"""The sentence-transformers models themselves: what is exported, what exports are checked against,
and what runs on a GPU. The only user of torch."""

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexer.encoder.encoder import BODY, HEAD, Prompt
from indexer.encoder.model import Model
from indexer.encoder.onnx import Vectors, unit
from indexer.encoder.tokens import DOCUMENT, LONGEST, QUERY, prompt
from indexer.errors import ModelError


def gpu() -> bool:
    """Whether torch sees a GPU. Where there is no driver for one, torch is not even loaded."""
    drivers = ("/proc/driver/nvidia", "/dev/kfd")
    if not any(Path(driver).exists() for driver in drivers):
        return False
    import torch

    return bool(torch.cuda.is_available())


class Original:
    """A model as sentence-transformers runs it, in fp32."""

    def __init__(self, model: Model, device: str = "cpu") -> None:
        """Load a model.

        Raises:
            ModelError: sentence-transformers is missing, or can't load the model from its
                safetensors without running code that came with it.
        """
        self._network, self._torch = _load(model, "SentenceTransformer", device)
        kinds = [type(module).__name__ for module in self._network]
        if kinds[0] != "Transformer" or "Pooling" not in kinds:
            raise ModelError(
                f"Model '{model.name}' is made of {', '.join(kinds)}; only a Transformer with "
                "Pooling, and what follows those, is supported."
            )

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._network.get_embedding_dimension())

    @property
    def max_tokens(self) -> int:
        """The longest text it sees, special tokens included."""
        longest = self._network.max_seq_length or self._network.tokenizer.model_max_length
        return int(min(longest, LONGEST))

    @property
    def query(self) -> Prompt:
        """What goes ahead of a question."""
        return self._prompt(QUERY)

    @property
    def document(self) -> Prompt:
        """What goes ahead of a document's text."""
        return self._prompt(DOCUMENT)

    def _prompt(self, names: Sequence[str]) -> Prompt:
        text = prompt(self._network.prompts, self._network.default_prompt_name, names)
        if not text or all(getattr(module, "include_prompt", True) for module in self._network):
            return Prompt(text)
        ids = self._network.tokenizer(text)["input_ids"]
        closing = ids[-1] in self._network.tokenizer.all_special_ids
        return Prompt(text, len(ids) - closing)

    def encode(self, texts: Sequence[str], prompt: Prompt) -> Vectors:
        """What sentence-transformers makes of texts, each alone. Rows of unit length."""
        rows = [self._network.encode([text], prompt=prompt.text)[0] for text in texts]
        return unit(np.stack(rows))

    def hidden(self, batch: Sequence[Sequence[int]]) -> list[Vectors]:
        """Token embeddings of texts given as token ids: shape (tokens, width) each."""
        torch, network = self._torch, self._network[0].auto_model
        longest = max(len(ids) for ids in batch)
        ids = torch.zeros((len(batch), longest), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, one in enumerate(batch):
            ids[row, : len(one)] = torch.tensor(one)
            mask[row, : len(one)] = 1
        device = network.device
        with torch.inference_mode():
            states = network(input_ids=ids.to(device), attention_mask=mask.to(device))
        found = states.last_hidden_state.float().cpu().numpy()
        return [found[row, : len(one)] for row, one in enumerate(batch)]

    def trace(self, folder: Path) -> None:
        """Write the model as two fp32 graphs.

        model.onnx: ids, shape (1, tokens) → token embeddings, shape (1, tokens, width).
        head.onnx: token embeddings, shape (texts, tokens, width) → vectors, shape (texts,
        dimensions): pooling, dense layers and whatever else follows.
        """
        torch, network = self._torch, self._network

        class Body(torch.nn.Module):  # type: ignore[misc, name-defined]
            def __init__(self) -> None:
                super().__init__()
                self.network = network[0].auto_model

            def forward(self, ids: Any) -> Any:  # noqa: ANN401 (tensors; torch is not typed here)
                # No mask: a text goes through alone, without padding.
                return self.network(input_ids=ids).last_hidden_state

        class Head(torch.nn.Module):  # type: ignore[misc, name-defined]
            def __init__(self) -> None:
                super().__init__()
                self.modules_after = torch.nn.ModuleList(list(network)[1:])

            def forward(self, tokens: Any) -> Any:  # noqa: ANN401
                features = {
                    "token_embeddings": tokens,
                    "attention_mask": torch.ones_like(tokens[..., 0], dtype=torch.int32),
                }
                for module in self.modules_after:
                    features = module(features)
                return features["sentence_embedding"]

        ids = torch.tensor([network.tokenizer("Heat eases a stiff neck.")["input_ids"]])
        width = network[0].auto_model.config.hidden_size
        tokens = torch.randn(2, 5, width)
        axes = {0: "texts", 1: "tokens"}
        _write(torch, Body(), ids, {1: "tokens"}, {1: "tokens"}, folder / BODY)
        _write(torch, Head(), tokens, axes, {0: "texts"}, folder / HEAD)


class OriginalReranker:
    """A cross-encoder as sentence-transformers runs it, in fp32."""

    def __init__(self, model: Model) -> None:
        """Load a cross-encoder.

        Raises:
            ModelError: it is none, or one of a kind that is not supported; or as `Original` says.
        """
        said = json.loads((model.transformer / "config.json").read_text(encoding="utf-8"))
        kind = (said.get("architectures") or ["a network without a name"])[0]
        # Of any other, sentence-transformers would make one with a head of random weights.
        if not kind.endswith("ForSequenceClassification"):
            raise ModelError(f"Reranker '{model.name}' is {kind}; {_CROSS_ENCODER}")
        self._network, self._torch = _load(model, "CrossEncoder", "cpu")
        labels = self._network.num_labels
        if labels != 1:
            raise ModelError(f"Reranker '{model.name}' gives {labels} labels; {_CROSS_ENCODER}")
        activation = type(self._network.activation_fn).__name__
        if activation not in ("Sigmoid", "Identity"):
            raise ModelError(f"Reranker '{model.name}' ends in {activation}; {_CROSS_ENCODER}")

    @property
    def max_tokens(self) -> int:
        """The longest pair it sees, special tokens included."""
        longest = self._network.max_seq_length or self._network.tokenizer.model_max_length
        return int(min(longest, LONGEST))

    def logits(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """What sentence-transformers makes of pairs, each alone, before any activation."""
        identity = self._torch.nn.Identity()
        return [float(self._network.predict([p], activation_fn=identity)[0]) for p in pairs]

    def trace(self, path: Path) -> None:
        """Write the network as an fp32 graph: a pair, shape (2, tokens), its ids and which of the
        two texts each is of → its logit, shape (1, 1)."""
        torch, tokenizer = self._torch, self._network.tokenizer
        told = "token_type_ids" in tokenizer.model_input_names

        class Pair(torch.nn.Module):  # type: ignore[misc, name-defined]
            def __init__(self, network: Any) -> None:  # noqa: ANN401
                super().__init__()
                self.network = network

            def forward(self, pair: Any) -> Any:  # noqa: ANN401
                of_text = {"token_type_ids": pair[1:]} if told else {}
                return self.network(input_ids=pair[:1], **of_text).logits

        ids = tokenizer("What helps a stiff neck?", "Heat eases it.")["input_ids"]
        pair = torch.tensor([ids, [0] * len(ids)])
        _write(torch, Pair(self._network.model), pair, {1: "tokens"}, {}, path)


_CROSS_ENCODER = (
    "a reranker is a cross-encoder for sequence classification with one label, which ends in a "
    "sigmoid or nothing."
)


def _load(model: Model, kind: str, device: str) -> tuple[Any, Any]:
    """Load a model of a kind that sentence-transformers knows: the model, and torch."""
    try:
        import sentence_transformers
        import torch
        from transformers.utils import logging
    except ImportError as error:
        raise ModelError(
            f"Exporting model '{model.name}' needs {error.name}: install plainsearch[index]."
        ) from error

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    # Eager attention: traced from the fused kernel, exports were wrong (docs/encoder.md).
    attention = {} if device == "cuda" else {"attn_implementation": "eager"}
    try:
        loaded = getattr(sentence_transformers, kind)(
            str(model.folder),
            device=device,
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={**attention, "use_safetensors": True, "torch_dtype": torch.float32},
        )
    except Exception as error:  # whatever a model's files make the libraries raise
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"Model '{model.name}': sentence-transformers can't load it: {reason}"
        ) from error
    return loaded, torch


_Axes = dict[int, str]


def _write(torch: Any, module: Any, example: Any, given: _Axes, made: _Axes, path: Path) -> None:  # noqa: ANN401
    """Trace a module with one input into a graph; `given` and `made` are axes of any length."""
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(), (example,), str(path), input_names=["given"], output_names=["made"],
            dynamic_axes={"given": given, "made": made}, opset_version=17, dynamo=False,
        )  # fmt: skip
