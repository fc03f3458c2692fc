"""What a passage may hold is known without loading the model, and is what its export says."""

import json
from pathlib import Path
from typing import Any

import pytest
from tiny_model import TEXTS, build

from indexer.encoder.encoder import Encoder
from indexer.encoder.export import exported
from indexer.encoder.model import find
from indexer.encoder.original import Original
from indexer.encoder.tokens import DOCUMENT, Tokens, prompt, room
from indexer.errors import ModelError

BOTH = "Represent the question for retrieval: "


def test_the_default_model_counts_as_its_export_does(encoder: Encoder) -> None:
    tokens = Tokens.of(find())
    texts = [*TEXTS, "", "Rest it, cool it, raise it. " * 400]
    assert tokens.room == encoder.room == 254
    assert tokens.count(texts) == encoder.count_tokens(texts)


@pytest.mark.parametrize(
    "parts",
    [
        {"longest": 20},
        {"longest": 512, "prompts": {"query": "query: ", "passage": "passage: "}},
        {"multilingual": True, "prompts": {"document": "passage: ", "query": BOTH}, "longest": 64},
        {"prompts": {"query": BOTH}},
    ],
    ids=str,
)
def test_another_model_s_room_is_what_its_export_says(
    tmp_path: Path, parts: dict[str, Any]
) -> None:
    model = find(str(build(tmp_path / "made", **parts)))
    encoder = Encoder.open(exported(model, "fp32", tmp_path / "cache"))
    tokens = Tokens.of(model)
    assert (tokens.room, tokens.count(TEXTS)) == (encoder.room, encoder.count_tokens(TEXTS))


@pytest.mark.parametrize(
    ("file", "field", "value"),
    [
        ("sentence_bert_config.json", "max_seq_length", 24),
        ("sentence_bert_config.json", "max_seq_length", None),
        ("tokenizer_config.json", "model_max_length", 10**30),
        ("tokenizer_config.json", "model_max_length", 20),
    ],
)
def test_the_limit_stands_where_older_libraries_wrote_it_too(
    tmp_path: Path, file: str, field: str, value: int | None
) -> None:
    path = build(tmp_path / "made") / file
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), field: value}), "utf-8")
    model = find(str(path.parent))
    tokens = Tokens.of(model)
    assert tokens.room == room(tokens.tokenizer, Original(model).max_tokens, "")


def test_without_a_prompt_for_documents_one_for_all_texts_counts() -> None:
    assert prompt({"clustering": "cluster: "}, "clustering", DOCUMENT) == "cluster: "
    assert prompt({"clustering": "cluster: "}, None, DOCUMENT) == ""
    assert prompt({"query": "query: "}, "query", DOCUMENT) == ""
    assert prompt({"passage": "p: ", "corpus": "c: "}, None, DOCUMENT) == "p: "


@pytest.mark.parametrize("name", ["tokenizer.json", "tokenizer_config.json"])
def test_a_damaged_model_is_named(tmp_path: Path, name: str) -> None:
    folder = build(tmp_path / "made")
    (folder / name).write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="its tokenizer or settings can't be read"):
        Tokens.of(find(str(folder)))
