"""Small sentence-transformers models with random weights, built where a test needs one."""

from collections.abc import Mapping, Sequence
from pathlib import Path

TEXTS = (
    "Heat eases a stiff neck. Rest the knee, raise the leg, and cool it for ten minutes.",
    "Das Knie schmerzt beim Treppensteigen. El té verde quiere agua a ochenta grados.",
    "膝が痛いときは休む。 الركبة تؤلمني منذ يومين. Колено болит уже два дня.",
    "query: passage: Represent the question for retrieval: what helps?",
)


def build(
    folder: Path,
    *,
    multilingual: bool = False,
    pooling: str | Sequence[str] = "mean",
    dense: int = 0,
    normalise: bool = True,
    prompts: Mapping[str, str] | None = None,
    include_prompt: bool = True,
    longest: int = 32,
    seed: int = 0,
) -> Path:
    """Write a model that sentence-transformers loads.

    Args:
        folder: where to write it.
        multilingual: XLM-RoBERTa with a Unigram tokenizer in place of BERT with WordPiece.
        pooling: one of its pooling modes, or several.
        dense: width of a dense layer after pooling; 0 for none.
        normalise: whether it scales its vectors to unit length itself.
        prompts: as in config_sentence_transformers.json.
        include_prompt: whether the prompt's tokens count in pooling.
        longest: the most tokens it sees.
        seed: of the weights.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import (
        BertConfig,
        BertModel,
        PreTrainedTokenizerFast,
        XLMRobertaConfig,
        XLMRobertaModel,
    )

    torch.manual_seed(seed)
    tokenizer = _unigram() if multilingual else _word_piece()
    size = tokenizer.get_vocab_size()
    shape = {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 64,
        "max_position_embeddings": 512,
        "initializer_range": 0.3,
    }
    if multilingual:
        network = XLMRobertaModel(XLMRobertaConfig(vocab_size=size, pad_token_id=1, **shape))
        names = {"cls": "<s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>", "mask": "<mask>"}
    else:
        network = BertModel(BertConfig(vocab_size=size, **shape))
        names = {name: f"[{name.upper()}]" for name in ("cls", "sep", "pad", "unk", "mask")}
    bare = folder / "bare"
    network.save_pretrained(bare)
    special = {f"{name}_token": token for name, token in names.items()}
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=longest, **special
    ).save_pretrained(bare)
    transformer = Transformer(str(bare), max_seq_length=longest)
    pooled = Pooling(32, pooling_mode=pooling, include_prompt=include_prompt)
    modules = [transformer, pooled]
    if dense:
        modules.append(Dense(pooled.get_embedding_dimension(), dense))
    if normalise:
        modules.append(Normalize())
    model = SentenceTransformer(modules=modules, prompts=dict(prompts or {}), device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"


def _word_piece():  # noqa: ANN202
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(
        TEXTS, trainers.WordPieceTrainer(vocab_size=300, special_tokens=special)
    )
    made.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return made


def _unigram():  # noqa: ANN202
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    made = Tokenizer(models.Unigram())
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.train_from_iterator(
        TEXTS, trainers.UnigramTrainer(vocab_size=300, special_tokens=special, unk_token="<unk>")
    )
    made.post_processor = processors.TemplateProcessing(
        "<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return made
