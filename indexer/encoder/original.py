"""The sentence-transformers model itself: what is exported, what exports are checked against, and
what runs on a GPU. The only user of torch."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexer.encoder.encoder import BODY, HEAD, Prompt, unit
from indexer.encoder.model import Model
from indexer.encoder.onnx import Vectors
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
        try:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging
        except ImportError as error:
            raise ModelError(
                f"Exporting model '{model.name}' needs {error.name}: install plainsearch[index]."
            ) from error

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self._torch, self._model = torch, model
        # Eager attention: traced from the fused kernel, exports were wrong (docs/encoder.md).
        attention = {} if device == "cuda" else {"attn_implementation": "eager"}
        try:
            self._network = SentenceTransformer(
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
        self._export(Body(), ids, {1: "tokens"}, folder / BODY)
        self._export(Head(), tokens, {0: "texts", 1: "tokens"}, folder / HEAD)

    def _export(self, module: Any, example: Any, axes: dict[int, str], path: Path) -> None:  # noqa: ANN401
        names = {"input_names": ["given"], "output_names": ["made"]}
        with self._torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._torch.onnx.export(
                module.eval(), (example,), str(path), **names,
                dynamic_axes={"given": axes, "made": axes if path.name == BODY else {0: "texts"}},
                opset_version=17, dynamo=False,
            )  # fmt: skip
