"""How much of a document a model sees, in its own tokens: only its tokenizer is loaded."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tokenizers import Tokenizer

from indexer.encoder.model import Model
from indexer.errors import ModelError

TOKENIZER = "tokenizer.json"

LONGEST = 8192
"""Tokens. A tokenizer without a limit says 10^30."""

# The names that models give their prompts, in the order that sentence-transformers looks for them.
QUERY, DOCUMENT = ("query",), ("document", "passage", "corpus")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A model's tokens, counted without loading the model."""

    tokenizer: Tokenizer
    room: int
    """Tokens a document's text may have before the model would cut it off."""

    @classmethod
    def of(cls, model: Model) -> Self:
        """Read a model's tokenizer and settings; they say what its export would.

        Raises:
            ModelError: one of its files can't be read.
        """
        try:
            tokenizer = Tokenizer.from_file(str(model.transformer / TOKENIZER))
            tokenizer.no_padding()
            tokenizer.no_truncation()
            settings = _settings(model.folder / "config_sentence_transformers.json")
            text = prompt(
                settings.get("prompts") or {}, settings.get("default_prompt_name"), DOCUMENT
            )
            return cls(tokenizer, room(tokenizer, _max_tokens(model.transformer), text))
        except Exception as error:  # the tokenizer's are bare Exceptions
            raise ModelError(
                f"Model '{model.name}': its tokenizer or settings can't be read: {error}"
            ) from error

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the special ones."""
        return count(self.tokenizer, texts)


def count(tokenizer: Tokenizer, texts: Sequence[str]) -> list[int]:
    """Tokens of each text, without the special ones, however long it is."""
    counts = []
    for encoding in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False):
        counts.append(len(encoding) + sum(len(more) for more in encoding.overflowing))
    return counts


def room(tokenizer: Tokenizer, max_tokens: int, prompt: str) -> int:
    """What of `max_tokens` is left to a text beside the special tokens and a prompt."""
    special = int(tokenizer.num_special_tokens_to_add(False))
    return max_tokens - special - count(tokenizer, [prompt])[0]


def prompt(prompts: Mapping[str, str], default: str | None, names: Sequence[str]) -> str:
    """The prompt for texts of a kind; without one for queries or documents, one for both."""
    if not any(prompts.get(name) for name in (*QUERY, *DOCUMENT)):
        return prompts.get(default, "") if default else ""
    return next((prompts[name] for name in names if prompts.get(name)), "")


def _max_tokens(transformer: Path) -> int:
    """The longest text that a model sees, special tokens included: as sentence-transformers says.

    Its own setting comes first; else the tokenizer's limit and the network's, the smaller one.
    """
    said = _settings(transformer / "sentence_bert_config.json").get("max_seq_length")
    if said is None:
        network = _settings(transformer / "config.json").get("max_position_embeddings")
        tokenizer = _settings(transformer / "tokenizer_config.json").get("model_max_length")
        said = min((n for n in (tokenizer, network) if n and n > 0), default=LONGEST)
    return int(min(said, LONGEST))


def _settings(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
