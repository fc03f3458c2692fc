"""Small embedding models and cross-encoders with random weights, built where a test needs one."""

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
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertModel, XLMRobertaModel

    bare = folder / "bare"
    _save(XLMRobertaModel if multilingual else BertModel, bare, multilingual, longest, seed)
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


def build_reranker(
    folder: Path,
    *,
    multilingual: bool = False,
    activation: str | None = None,
    labels: int = 1,
    longest: int = 256,
    seed: int = 0,
) -> Path:
    """Write a cross-encoder that sentence-transformers loads.

    Args:
        folder: where to write it.
        multilingual: XLM-RoBERTa with a Unigram tokenizer in place of BERT with WordPiece.
        activation: a torch module, as in a cross-encoder's config; None leaves it out.
        labels: how many it gives.
        longest: the most tokens it sees.
        seed: of the weights.
    """
    from transformers import BertForSequenceClassification, XLMRobertaForSequenceClassification

    kind = XLMRobertaForSequenceClassification if multilingual else BertForSequenceClassification
    own = {"sentence_transformers": {"activation_fn": activation}} if activation else {}
    _save(kind, folder, multilingual, longest, seed, num_labels=labels, **own)
    return folder


def _save(  # noqa: ANN202
    kind,  # noqa: ANN001
    folder: Path,
    multilingual: bool,
    longest: int,
    seed: int,
    **more: object,
):
    """Write a network and its tokenizer."""
    import torch
    from transformers import BertConfig, PreTrainedTokenizerFast, XLMRobertaConfig

    torch.manual_seed(seed)
    tokenizer = _unigram() if multilingual else _word_piece()
    shape = {
        "vocab_size": tokenizer.get_vocab_size(),
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 64,
        "max_position_embeddings": 512,
        "initializer_range": 0.3,
    }
    if multilingual:
        config = XLMRobertaConfig(pad_token_id=1, **shape, **more)
        names = {"cls": "<s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>", "mask": "<mask>"}
    else:
        config = BertConfig(**shape, **more)
        names = {name: f"[{name.upper()}]" for name in ("cls", "sep", "pad", "unk", "mask")}
    kind(config).save_pretrained(folder)
    special = {f"{name}_token": token for name, token in names.items()}
    inputs = ["input_ids", *([] if multilingual else ["token_type_ids"]), "attention_mask"]
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=longest,
        model_input_names=inputs,
        **special,
    ).save_pretrained(folder)


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
        "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
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
        "<s> $A </s>", "<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return made
