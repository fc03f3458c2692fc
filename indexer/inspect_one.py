"""One document, read and inspected with the tokens of the model that would embed it."""

from indexer.article import Skipped
from indexer.config import Config
from indexer.encoder.model import find
from indexer.encoder.tokens import Tokens
from indexer.inspection import Inspection, inspection
from indexer.sources.single import single
from indexer.split import TokenBudget


def inspect_one(name: str, config: Config) -> Inspection | Skipped:
    """Inspect a document; nothing is written, no model is loaded.

    Args:
        name: a file's path, ``FILE.jsonl:12`` for the article of a line, or an address.
        config: names the model, and how the web is read.

    Returns:
        The inspection; Skipped when there is nothing to show of the document.

    Raises:
        SourceError: there is no such document.
        ModelError: the model is not there, or its tokenizer can't be read.
    """
    document = single(name, config.html, config.web)
    if isinstance(document, Skipped):
        return document
    found = find(config.model)
    tokens = Tokens.of(found)
    budget = TokenBudget(tokens.count, tokens.room)
    return inspection(document.found, document.article, budget, found.name)
