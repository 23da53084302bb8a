"""Makes the golden vectors of the encoder's families, under Vectors/encoder/families.

    python make-family-vectors.py [NAME…]

needs torch, transformers, tokenizers, sentence-transformers and safetensors. For each family, a small
random checkpoint with a classification head, as transformers writes it, and what transformers makes
of token ids: the hidden states of the last layer and the logits; and what the CrossEncoder of
sentence-transformers makes of pairs of texts. Vectors/encoder/README.md says what each file holds.
"""

import argparse
import json
import random
import shutil
from pathlib import Path

import numpy as np
import sentence_transformers
import torch
import transformers
from safetensors.torch import load_file, save_file
from sentence_transformers import CrossEncoder
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

OUT = Path(__file__).resolve().parent.parent / "Vectors" / "encoder" / "families"
VOCABULARY = 120
SIZES = dict(vocab_size=VOCABULARY, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
             intermediate_size=56, max_position_embeddings=40)
STEADY = dict(initializer_range=0.3, layer_norm_eps=1e-5)
AFTER_PADDING = dict(SIZES, **STEADY, max_position_embeddings=42, pad_token_id=1)
ROTARY = dict(SIZES, max_position_embeddings=64, initializer_range=0.3)

PAIRS = [
    ("how do bees dance", "Bees tell where food is by a dance."),
    ("how do bees dance", "The bank of a river is where boats are."),
    ("a", "b"), ("", ""), ("", "only the second"), ("only the first", ""),
    ("Food for the bees!", "the food of bees is here, and here, and there; " * 9),
    ("where is the river and where are the boats " * 9, "dance"),
    ("a boat on the river " * 20, "the bees on the bank " * 20), ("[SEP] where [MASK]", "is [PAD] it"),
]

# The family's name in transformers, its settings, and how the checkpoint is written.
FAMILIES = {
    "bert": ("Bert", dict(SIZES, **STEADY, num_labels=1), dict(shards=3)),
    "distilbert": ("DistilBert", dict(
        vocab_size=VOCABULARY, dim=32, n_layers=2, n_heads=4, hidden_dim=56,
        max_position_embeddings=40, initializer_range=0.3, num_labels=3), dict(dtype=torch.float16)),
    "roberta": ("Roberta", dict(
        AFTER_PADDING, type_vocab_size=1, num_labels=1,
        sentence_transformers={"activation_fn": "torch.nn.modules.linear.Identity"}), {}),
    "xlm-roberta": ("XLMRoberta", dict(AFTER_PADDING, type_vocab_size=1, num_labels=2,
                                       hidden_act="gelu_new"),
                    dict(dtype=torch.bfloat16, shards=2)),
    "camembert": ("Camembert", dict(AFTER_PADDING, type_vocab_size=1, num_labels=1,
                                    hidden_act="relu"),
                  dict(dtype=torch.float16)),
    # Long enough for every bucket of distances.
    "mpnet": ("MPNet", dict(AFTER_PADDING, max_position_embeddings=182, num_labels=1), {}),
    "albert": ("Albert", dict(SIZES, **STEADY, embedding_size=16, num_hidden_layers=4,
                              num_hidden_groups=2, inner_group_num=2, num_labels=2), {}),
    "electra": ("Electra", dict(SIZES, **STEADY, embedding_size=16, num_labels=1),
                dict(old_names=True)),
    "nomic_bert": ("NomicBert", dict(ROTARY, num_labels=1), {}),
    # Longer than the window of local attention, and than the queries that are scored at once.
    "modernbert": ("ModernBert", dict(
        ROTARY, max_position_embeddings=300, num_hidden_layers=4, local_attention=10,
        classifier_pooling="mean", num_labels=1, pad_token_id=0, bos_token_id=2, eos_token_id=3,
        cls_token_id=2, sep_token_id=3), {}),
    "modernbert-biased": ("ModernBert", dict(
        ROTARY, local_attention=6, attention_bias=True, mlp_bias=True, norm_bias=True,
        classifier_bias=True, classifier_activation="gelu_new", hidden_activation="silu",
        layer_types=["sliding_attention", "full_attention"], num_labels=3, pad_token_id=0,
        bos_token_id=2, eos_token_id=3, cls_token_id=2, sep_token_id=3), dict(dtype=torch.bfloat16)),
}


def cases(model, config):
    """Token ids of texts of awkward lengths, with the kind of each token where the model has kinds."""
    draw = random.Random(5)
    kinds = getattr(config, "type_vocab_size", 0)
    found = []
    for length in (1, 2, 3, 7, 8, 9, 15, 16, 17, 31, longest(config)):
        ids = [draw.randrange(4, VOCABULARY) for _ in range(length)]
        split = draw.randrange(length + 1)
        types = [0] * split + [1] * (length - split) if kinds > 1 else []
        found.append({"ids": ids, "types": types if length % 2 == 0 or length > 9 else []})
    # The padding token within a text, as one who writes it out gets it.
    found.append({"ids": [2, 1, 5, 0, 6, 1, 1, 7, 3], "types": []})
    return found


def base(model):
    return getattr(model, model.base_model_prefix)


def reference(model, found):
    """The hidden states of all tokens, one text after another, and the logits of each text."""
    hidden, logits = [], []
    with torch.no_grad():
        for case in found:
            inputs = {"input_ids": torch.tensor([case["ids"]])}
            if case["types"]:
                inputs["token_type_ids"] = torch.tensor([case["types"]])
            hidden.append(base(model)(**inputs).last_hidden_state[0])
            logits.append(model(**inputs).logits[0])
    return torch.cat(hidden).numpy(), torch.stack(logits).numpy()


def write_tokenizer(path, config):
    """A WordPiece tokenizer of the model's vocabulary, whatever the family's own is."""
    text = " ".join(text for pair in PAIRS for text in pair).lower()
    letters = sorted(set(text) - set(" []"))
    pieces = ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"]  # The padding token's id is 1, as RoBERTa's.
    pieces += letters + ["##" + letter for letter in letters if letter.isalpha()]
    pieces += sorted(word for word in set(text.split()) if word.isalpha() and len(word) > 3)
    assert len(pieces) <= VOCABULARY - 2, len(pieces)
    words = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]"))
    words.normalizer = normalizers.BertNormalizer(lowercase=True)
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    kinds = getattr(config, "type_vocab_size", 0)
    second = 1 if kinds > 1 else 0
    words.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair=f"[CLS] $A [SEP] $B:{second} [SEP]:{second}",
        special_tokens=[("[CLS]", 0), ("[SEP]", 2)])
    names = ["input_ids", "attention_mask"] + ["token_type_ids"] * (kinds > 1)
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=words, model_max_length=longest(config), model_input_names=names,
        cls_token="[CLS]", pad_token="[PAD]", sep_token="[SEP]", unk_token="[UNK]",
        mask_token="[MASK]").save_pretrained(path)


def longest(config):
    """The tokens of the longest text that has positions."""
    offset = 2 if config.model_type in ("roberta", "xlm-roberta", "camembert", "mpnet") else 0
    return config.max_position_embeddings - offset


def write(path, state, dtype, shards):
    state = {key: value.to(dtype).contiguous() for key, value in sorted(state.items())}
    if shards == 1:
        save_file(state, path / "model.safetensors", metadata={"format": "pt"})
        return
    names = sorted(state)
    files = [f"model-{i + 1:05}-of-{shards:05}.safetensors" for i in range(shards)]
    index = {name: files[i * shards // len(names)] for i, name in enumerate(names)}
    for file in files:
        save_file({name: state[name] for name in names if index[name] == file}, path / file,
                  metadata={"format": "pt"})
    (path / "model.safetensors.index.json").write_text(json.dumps(
        {"metadata": {"total_size": sum(v.nbytes for v in state.values())}, "weight_map": index},
        indent=1))


def write_reference(path, found, hidden, logits):
    (path / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in found))
    np.save(path / "hidden.npy", hidden)
    np.save(path / "logits.npy", logits)


def write_pairs(path, scores):
    (path / "pairs.jsonl").write_text("".join(
        json.dumps({"pair": pair, "scores": score}) + "\n" for pair, score in zip(PAIRS, scores)))


def make(name):
    family, settings, form = FAMILIES[name]
    dtype = form.get("dtype", torch.float32)
    path = OUT / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    torch.manual_seed(7)
    config = getattr(transformers, family + "Config")(**settings)
    model = getattr(transformers, family + "ForSequenceClassification")(config).eval()
    with torch.no_grad():
        for value in model.parameters():
            if value.dim() == 1:
                value.add_(torch.randn_like(value) * 0.2)
            value.copy_(value.to(dtype).float())
    model.save_pretrained(path)
    state = load_file(path / "model.safetensors")
    (path / "model.safetensors").unlink()
    if form.get("old_names"):  # The names that checkpoints converted from TensorFlow carry.
        state = {key.replace("LayerNorm.weight", "LayerNorm.gamma")
                    .replace("LayerNorm.bias", "LayerNorm.beta"): value for key, value in state.items()}
    write(path, state, dtype, form.get("shards", 1))
    found = cases(model, config)
    hidden, logits = reference(model, found)
    write_reference(path, found, hidden, logits)
    write_tokenizer(path, config)
    encoder = CrossEncoder(str(path), device="cpu")
    scores = [np.atleast_1d(encoder.predict([pair], batch_size=1)[0]).tolist() for pair in PAIRS]
    write_pairs(path, scores)
    print(name, encoder.activation_fn, encoder.max_length, scores[0])
    print(name, hidden.shape, float(np.abs(hidden).max()), logits.shape, float(np.abs(logits).max()))


OLDER = {
    # What the program that came with the first models could do, and transformers does not.
    "nomic_bert-gated": dict(activation_function="geglu", qkv_proj_bias=True, mlp_fc1_bias=True,
                             mlp_fc2_bias=True),
    "nomic_bert-plain": dict(activation_function="gelu", qkv_proj_bias=False, mlp_fc1_bias=True,
                             mlp_fc2_bias=False),
}


def older_nomic_bert(state, config, ids, types):
    """The states of a NomicBERT as the settings of its first program describe it, in float64.

    Written from those settings: token and type embeddings, a norm, then for each layer attention
    with rotary positions over whole heads and a feed-forward block, each followed by a norm of the
    sum.
    """
    width, heads = config["n_embd"], config["n_head"]
    size = width // heads
    get = lambda name: state["bert." + name].double()
    has = lambda name: "bert." + name in state

    def linear(x, name):
        y = x @ get(name + ".weight").T
        return y + get(name + ".bias") if has(name + ".bias") else y

    def norm(x, name):
        return torch.nn.functional.layer_norm(
            x, (width,), get(name + ".weight"), get(name + ".bias"), config["layer_norm_epsilon"])

    # A pair of channels, i and i + size / 2, is a complex number that its position turns.
    angles = torch.arange(len(ids)).double()[:, None] * config["rotary_emb_base"] ** (
        -torch.arange(0, size, 2).double() / size)
    turn = torch.polar(torch.ones_like(angles), angles)[:, None]

    def rotated(x):
        turned = torch.complex(x[..., :size // 2], x[..., size // 2:]) * turn
        return torch.cat([turned.real, turned.imag], -1)

    x = norm(get("embeddings.word_embeddings.weight")[ids]
             + get("embeddings.token_type_embeddings.weight")[types], "emb_ln")
    for layer in range(config["n_layer"]):
        name = f"encoder.layers.{layer}."
        q, k, v = linear(x, name + "attn.Wqkv").view(len(ids), 3, heads, size).unbind(1)
        scores = torch.einsum("qhd,khd->hqk", rotated(q), rotated(k)) / size ** 0.5
        mixed = torch.einsum("hqk,khd->qhd", scores.softmax(-1), v).reshape(len(ids), width)
        x = norm(x + linear(mixed, name + "attn.out_proj"), name + "norm1")
        gelu = torch.nn.functional.gelu
        if config["activation_function"] == "geglu":
            inner = linear(x, name + "mlp.fc11") * gelu(linear(x, name + "mlp.fc12"))
        else:
            inner = gelu(linear(x, name + "mlp.fc1"))
        x = norm(x + linear(inner, name + "mlp.fc2"), name + "norm2")
    pooled = torch.tanh(linear(x[0], "pooler.dense"))
    return x, pooled @ state["classifier.weight"].double().T + state["classifier.bias"].double()


def make_older(name):
    path = OUT / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    config = dict(
        model_type="nomic_bert", architectures=["NomicBertForSequenceClassification"],
        vocab_size=VOCABULARY - 2, pad_vocab_size_multiple=8, n_embd=32, n_layer=2, n_head=4, n_inner=56,
        n_positions=128, max_trained_positions=64, rotary_scaling_factor=2, type_vocab_size=2,
        layer_norm_epsilon=1e-12, rotary_emb_base=1000, rotary_emb_fraction=1.0,
        rotary_emb_interleaved=False, rotary_emb_scale_base=None, prenorm=False,
        parallel_block=False, use_rms_norm=False, causal=False, id2label={"0": "LABEL_0"},
        **OLDER[name])
    (path / "config.json").write_text(json.dumps(config, indent=1))
    generator = torch.Generator().manual_seed(7)
    draw = lambda *shape: torch.randn(*shape, generator=generator) * 0.3
    state = {"bert.embeddings.word_embeddings.weight": draw(VOCABULARY, 32),
             "bert.embeddings.token_type_embeddings.weight": draw(2, 32),
             "classifier.weight": draw(1, 32), "classifier.bias": draw(1),
             "bert.pooler.dense.weight": draw(32, 32), "bert.pooler.dense.bias": draw(32)}
    gated = config["activation_function"] == "geglu"
    for layer in range(2):
        shapes = {"attn.Wqkv": (96, 32), "attn.out_proj": (32, 32), "mlp.fc2": (32, 56)}
        shapes |= {"mlp.fc11": (56, 32), "mlp.fc12": (56, 32)} if gated else {"mlp.fc1": (56, 32)}
        for part, shape in shapes.items():
            key = f"bert.encoder.layers.{layer}.{part}."
            state[key + "weight"] = draw(*shape)
            option = {"attn": "qkv_proj_bias", "mlp.": "mlp_fc1_bias"}[part[:4]]
            if config["mlp_fc2_bias" if part == "mlp.fc2" else option]:
                state[key + "bias"] = draw(shape[0])
    for norm in ["emb_ln"] + [f"encoder.layers.{i}.norm{j}" for i in (0, 1) for j in (1, 2)]:
        state[f"bert.{norm}.weight"] = 1 + draw(32)
        state[f"bert.{norm}.bias"] = draw(32)
    state = {key: value.half().float() for key, value in state.items()}
    write(path, state, torch.float16, 1)
    settings = transformers.NomicBertConfig(max_position_embeddings=64, type_vocab_size=2)
    write_tokenizer(path, settings)
    found = cases(None, settings)
    results = [older_nomic_bert(state, config, case["ids"], case["types"] or [0] * len(case["ids"]))
               for case in found]
    write_reference(path, found, torch.cat([x for x, _ in results]).float().numpy(),
                    torch.stack([y for _, y in results]).float().numpy())
    tokenizer = transformers.AutoTokenizer.from_pretrained(path)
    scores = []
    for first, second in PAIRS:
        tokens = tokenizer([[first, second]], truncation="longest_first")
        logit = older_nomic_bert(
            state, config, tokens["input_ids"][0], tokens["token_type_ids"][0])[1]
        scores.append(torch.sigmoid(logit).tolist())
    write_pairs(path, scores)
    print(name, scores[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", default=[*FAMILIES, *OLDER])
    torch.set_num_threads(1)
    for name in parser.parse_args().names:
        make_older(name) if name in OLDER else make(name)
    for module in (sentence_transformers, transformers, torch, np):
        print(module.__name__, module.__version__)


if __name__ == "__main__":
    main()
