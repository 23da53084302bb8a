"""Makes the golden vectors of sentence-transformers' modules, under Vectors/encoder/pipeline.

    python make-pipeline-vectors.py

needs torch, transformers, sentence-transformers, tokenizers and model2vec. Each folder holds what
makes a whole model folder of `base`, and for each call the vectors that the library gives for the
lines of `texts.json`. Vectors/encoder/README.md says more.
"""

import json
import shutil
import tempfile
from pathlib import Path

import model2vec
import numpy as np
import sentence_transformers
import torch
import transformers
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, StaticEmbedding, Transformer
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

OUT = Path(__file__).resolve().parent.parent / "Vectors" / "encoder" / "pipeline"
WIDTH = 16

TEXTS = [
    "", "a", "bees", "A film about bees", "Documentary on beekeeping", "The quick brown fox jumps over the lazy dog.",
    "How do I keep bees in a small garden?", "query: what is honey", "Honey, wax & propolis: 3 products of the hive!",
    "Größe und Länge", "日本語 text", "😀 🙂", "unknown ☃ words ☃ here", "UPPER lower MiXeD",
    "word " * 60, "the bees keep the honey in the hive and the keeper keeps the bees " * 6,
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen",
]
# Beyond what the tokenizer is trained on: words without pieces.
UNKNOWN = ["♞ moves over ♟", "ж"]

LEGACY = "sentence_transformers.models."
NEW = {
    "Transformer": "sentence_transformers.base.modules.transformer.Transformer",
    "Pooling": "sentence_transformers.sentence_transformer.modules.pooling.Pooling",
    "Dense": "sentence_transformers.base.modules.dense.Dense",
    "Normalize": "sentence_transformers.base.modules.normalize.Normalize",
    "Dropout": "sentence_transformers.sentence_transformer.modules.dropout.Dropout",
}


def make_base():
    """A BERT with random weights and a WordPiece tokenizer."""
    path = OUT / "base"
    path.mkdir(parents=True)
    words = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    words.normalizer = normalizers.BertNormalizer(lowercase=True)
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words.train_from_iterator(TEXTS + ["query: passage: search document"], trainers.WordPieceTrainer(
        vocab_size=160, show_progress=False, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]))
    words.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]",
        mask_token="[MASK]", model_max_length=40).save_pretrained(path)
    torch.manual_seed(11)
    config = BertConfig(vocab_size=words.get_vocab_size(), hidden_size=WIDTH, num_hidden_layers=1,
                        num_attention_heads=2, intermediate_size=24, max_position_embeddings=40, initializer_range=0.4)
    BertModel(config, add_pooling_layer=False).save_pretrained(path)
    TEXTS.extend(UNKNOWN)
    (path / "texts.json").write_text(json.dumps(TEXTS, indent=0, ensure_ascii=False) + "\n")
    return words


def overlay(name, modules, pooling, dense=(), settings=None, paths="legacy", calls=(("standard", {}),)):
    """One folder of files that go over those of `base`, and the vectors of the whole."""
    path = OUT / name
    path.mkdir()
    kinds = {"legacy": lambda kind: LEGACY + kind, "new": lambda kind: NEW[kind]}[paths]
    listed = []
    layers = iter(dense)
    for index, kind in enumerate(modules):
        place = "" if kind == "Transformer" else f"{index}_{kind}"
        listed.append({"idx": index, "name": str(index), "path": place, "type": kinds(kind)})
        if kind == "Pooling":
            write(path / place / "config.json", pooling)
        if kind == "Dropout":
            write(path / place / "config.json", {"dropout": 0.1})
        if kind == "Dense":
            inputs, outputs, bias, function = next(layers)
            write(path / place / "config.json", {
                "in_features": inputs, "out_features": outputs, "bias": bias, "activation_function": function})
            torch.manual_seed(index)
            tensors = {"linear.weight": torch.randn(outputs, inputs) * 0.5}
            if bias:
                tensors["linear.bias"] = torch.randn(outputs)
            save_file(tensors, path / place / "model.safetensors")
    write(path / "modules.json", listed)
    write(path / "sentence_bert_config.json", {"max_seq_length": 24, "do_lower_case": False})
    if settings:
        write(path / "config_sentence_transformers.json", settings)
    with tempfile.TemporaryDirectory() as whole:
        shutil.copytree(OUT / "base", whole, dirs_exist_ok=True)
        shutil.copytree(path, whole, dirs_exist_ok=True)
        model = SentenceTransformer(whole, device="cpu")
        for call, options in calls:
            save(path / f"{call}.npy", [model.encode([text], **options)[0] for text in TEXTS])


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1) + "\n")


def save(path, rows):
    np.save(path, np.stack(rows).astype(np.float32))


def legacy_pooling(*modes, **more):
    keys = ["cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken"]
    return {"word_embedding_dimension": WIDTH, **{f"pooling_mode_{key}": key in modes for key in keys}, **more}


def static_models(words):
    """A table as sentence-transformers writes it, and one with everything that model2vec knows."""
    count = words.get_vocab_size()
    draw = np.random.default_rng(5)
    table = draw.normal(size=(count, 8)).astype(np.float32)
    path = OUT / "static"
    plain = Tokenizer.from_str(words.to_str())
    SentenceTransformer(modules=[StaticEmbedding(plain, embedding_weights=table), Normalize()]).save(
        str(path), create_model_card=False)
    model = SentenceTransformer(str(path), device="cpu")
    save(path / "standard.npy", [model.encode([text])[0] for text in TEXTS])

    path = OUT / "model2vec"
    model = model2vec.StaticModel(
        vectors=draw.normal(size=(50, 8)).astype(np.float32), tokenizer=plain, normalize=True,
        config={"model_type": "model2vec", "architectures": ["StaticModel"], "hidden_dim": 8, "normalize": True},
        weights=draw.uniform(0.1, 2, size=count), token_mapping=draw.integers(0, 50, size=count), max_length=30)
    from model2vec.persistence import save_pretrained

    save_pretrained(path, model.embedding, model.tokenizer, model.config, create_model_card=False,
                    weights=model.weights, mapping=model.token_mapping)
    model = model2vec.StaticModel.from_pretrained(path)
    # Without its cut at so many characters, a shortcut before the cut at so many tokens.
    model.median_token_length = 1000
    save(path / "standard.npy", [model.encode([text])[0] for text in TEXTS])


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    torch.set_num_threads(1)
    words = make_base()
    plain = ["Transformer", "Pooling"]
    for mode in ["cls_token", "max_tokens", "mean_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken"]:
        overlay("pooling-" + mode.removesuffix("_tokens").removesuffix("_token"), plain, legacy_pooling(mode))
    overlay("pooling-all", plain + ["Normalize"], legacy_pooling(
        "cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken"))
    overlay("pooling-list", plain, {"embedding_dimension": WIDTH, "pooling_mode": ["mean", "cls"]}, paths="new")
    overlay("dense", plain + ["Dense", "Normalize"], legacy_pooling("mean_tokens"),
            [(WIDTH, 12, True, "torch.nn.modules.activation.Tanh")])
    overlay("dense-chain", plain + ["Dense", "Dense", "Dropout", "Dense", "Dense"], legacy_pooling("cls_token"), [
        (WIDTH, 20, False, "torch.nn.modules.activation.GELU"), (20, 9, True, "torch.nn.modules.activation.ReLU"),
        (9, 11, True, "torch.nn.modules.activation.Sigmoid"), (11, 7, False, "torch.nn.modules.linear.Identity")],
        paths="new")
    prompts = {"prompts": {"query": "query: ", "passage": "passage: ", "search": "search document "},
               "default_prompt_name": "query"}
    calls = [("standard", {}), ("none", {"prompt": ""}), ("passage", {"prompt_name": "passage"}),
             ("text", {"prompt": "bees and "})]
    overlay("prompts", plain + ["Normalize"], legacy_pooling("mean_tokens"), settings=prompts, calls=calls)
    overlay("prompts-left-out", plain, {
        "embedding_dimension": WIDTH, "pooling_mode": ["mean", "max", "weightedmean", "cls", "lasttoken"],
        "include_prompt": False}, settings=prompts, paths="new", calls=calls)
    overlay("truncated", plain, legacy_pooling("mean_tokens"), settings={"prompts": {}, "truncate_dim": 10},
            calls=[("standard", {}), ("5", {"truncate_dim": 5}), ("16", {"truncate_dim": 16})])
    overlay("truncated-unit", plain + ["Normalize"], legacy_pooling("mean_tokens"),
            calls=[("standard", {}), ("6", {"truncate_dim": 6, "normalize_embeddings": True})])

    # A folder as the newest version writes it.
    transformer = Transformer(str(OUT / "base"), max_seq_length=24)
    model = SentenceTransformer(modules=[transformer, Pooling(WIDTH, "max"), Normalize()], device="cpu")
    with tempfile.TemporaryDirectory() as whole:
        model.save(whole, create_model_card=False)
        path = OUT / "saved"
        path.mkdir()
        for file in Path(whole).rglob("*.json"):
            if file.name != "tokenizer.json":
                write(path / file.relative_to(whole), json.loads(file.read_text()))
        model = SentenceTransformer(whole, device="cpu")
        save(path / "standard.npy", [model.encode([text])[0] for text in TEXTS])
    static_models(words)
    for module in (sentence_transformers, transformers, model2vec, torch, np):
        print(module.__name__, module.__version__)


if __name__ == "__main__":
    main()
