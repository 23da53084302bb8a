"""Makes the golden vectors of the Embedding module, under Vectors/encoder.

    python make-encoder-vectors.py --model FOLDER_OF_all-MiniLM-L6-v2

needs torch, transformers, sentence-transformers and tokenizers, and a Debian system for the texts:
short package descriptions from `apt-cache dumpavail`, long ones from `dpkg-query`, and paragraphs
of /usr/share/common-licenses. Vectors/encoder/README.md says what each file holds; the versions
that made it are printed at the end.
"""

import argparse
import json
import random
import shutil
import subprocess
import unicodedata
from pathlib import Path

import numpy as np
import sentence_transformers
import tokenizers
import torch
import transformers
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import BertConfig, BertModel

OUT = Path(__file__).resolve().parent.parent / "Vectors" / "encoder"

HAND_MADE = [
    "", " ", "\t\n\r ", "\u00a0\u2003\u3000", "\u200b", "\x00", "\x0b\x0c\x85", ".", "a", "A",
    # Letters, accents and scripts.
    "Crème brûlée à la carte, s'il vous plaît", "cre\u0300me bru\u0302le\u0301e",
    "İstanbul IĞDIR ışık İİİ", "ẞtraße GROẞ ſpäter", "ﬁne ﬂow eﬃcient ﬄuent ﬆ", "Ångström Å Å",
    "ΟΔΥΣΣΕΥΣ ὈΔΥΣΣΕΎΣ σς", "Война и мир, Ёлка, Й й", "العربيّة لغةٌ جميلة", "עִבְרִית שָׁלוֹם",
    "नमस्ते दुनिया क़ ख़", "สวัสดีชาวโลก", "한국어 문장 각각 갂", "ᄒᆞᆫ글", "日本語のテキスト、カタカナ。が が",
    "ﾊﾝｶｸ ｶﾞ ガ", "中文测试没有空格", "English中文mixed混合text", "㐀㐁𠀀𠀁𪜀𫝀𫠠𬺰", "豈更車 﨎﨏 丽丸",
    "Ｆｕｌｌｗｉｄｔｈ　ＴＥＸＴ！？＠", "ℌ𝔢𝔩𝔩𝔬 𝓦𝓸𝓻𝓵𝓭 𝟙𝟚𝟛", "Ⅷ ① ½ ² ³ ™ © ®", "Việt Nam tiếng Việt Ố ồ Ệ",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞", "a\u0323\u0307 a\u0307\u0323 \u1e69 ṩ",
    "\u0301starts with a mark", "e\u0000\u0301x", "o\u200d\u0308k", "ǅ ǆ Ǆ ŉ ΐ", "Ꭰꭰ Ა ა ჰ", "𐐀𐐨 𞤀𞤢",
    # Symbols, emoji, planes, non-characters.
    "👍🏽 family 👨‍👩‍👧‍👦 flag 🇫🇷 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️ ☎︎", "\ud7ff \ue000 \uf8ff \ufffd \uffff", "\U0001f600\U0010ffff\U000e0001x",
    "\u0378\u0379 \U00050000", "soft\u00adhyphen zero\u200bwidth\u200cnon\u200djoin\ufeffbom",
    "left\u200eto\u200fright \u202dover\u202cride \u2066iso\u2069", "line\u2028separator para\u2029graph", "nb\u00a0space thin\u2009space \u1680ogham",
    "\u180e mongolian \u1806 \u1885x \u166d", "bell\x07 back\x08 esc\x1b[31mred del\x7f c1\x9f",
    # Punctuation.
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "....!!!???---___", "“quoted” ‘single’ «guillemets» „low“", "em—dash en–dash hy‐phen minus−sign",
    "don't can't it's o'clock rock'n'roll", "C++ C# .NET node.js a/b x_y z-1 1,000.50 $5 €5 £5 50%",
    "https://example.org/a/b?c=d&e=f#g user@example.org", "¿Qué? ¡Sí! § ¶ · • … ‰ ′ ″ ※", "、。〃〄々〆〇〈〉《》「」『』【】〒〓〔〕〖〗〘〙〚〛〜〝〞〟〰", "؟ ، ؛ ٪ ۔ । ॥ ๏ ๚ ་ །",
    "+-<=>^`|~ ¬±×÷ ∑∏√∞≈≠≤≥ ←↑→↓ ─│┌┐ ■□▲△",
    # Special tokens in the text.
    "[CLS]", "[SEP]", "[PAD] [UNK] [MASK]", "a[SEP]b", "[SEP][SEP] [CLS]x[MASK].", "[cls] [sep] [Mask]", "[ SEP ] [SEP [[SEP]] [[MASK]]", "[MASK]\u0301 é[SEP]\u0301e", "[unused0] [unused1] ##ing ##s", "before [MASK] after, [PAD]",
    # Case and words.
    "MiXeD CaSe TeXt WITH iPhone AND McDonald", "UPPER lower Title", "antidisestablishmentarianism", "pneumonoultramicroscopicsilicovolcanoconiosis", "qzxjkvbpqzx wxyzzyx", "12345678901234567890", "3.14159265358979 1e-10 0xDEADBEEF",
    "a" * 99, "a" * 100, "a" * 101, "é" * 100, "é" * 101, "e\u0301" * 100, "中" * 101, "x" * 100 + "." + "y" * 101, "ab " * 3 + "z" * 250 + " cd", "🙂" * 100, "🙂" * 101,
    # Around and over the limits of 256 and 512 tokens.
    "word " * 253, "word " * 254, "word " * 255, "word " * 256, "word " * 510, "word " * 511, "word " * 700, "." * 300, "中" * 300, "supercalifragilistic " * 60, "[SEP]" * 300, "end " * 254 + "[MASK]",
]


def package_texts():
    """Short and long package descriptions and paragraphs of licences, drawn with a fixed seed."""
    draw = random.Random(1)
    dump = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, check=True).stdout
    short = sorted({line[13:] for line in dump.split("\n") if line.startswith("Description: ")})
    shown = subprocess.run(["dpkg-query", "-W", "-f", "${Description}\n%%\n"], capture_output=True,
                           text=True, check=True).stdout
    long = sorted({" ".join(line.strip() for line in text.split("\n")) for text in shown.split("\n%%\n") if text})
    licences = sorted({" ".join(part.split()) for path in Path("/usr/share/common-licenses").iterdir()
                       for part in path.read_text(errors="replace").split("\n\n") if len(part) > 200})
    return draw.sample(short, 250) + draw.sample(long, 180) + draw.sample(licences, 40)


def write_texts(path, texts, model):
    """One JSON line for each text with its ids, and the embeddings beside them, text by text."""
    with open(path / "texts.jsonl", "w") as file:
        for text in texts:
            ids = model.tokenizer(text.strip(), truncation=True, max_length=model.max_seq_length)["input_ids"]
            file.write(json.dumps({"text": text, "ids": ids}, separators=(",", ":")) + "\n")
    embeddings = np.concatenate([model.encode([text], batch_size=1) for text in texts])
    np.save(path / "embeddings.npy", embeddings.astype(np.float32))


def write_code_points(path):
    """What BertNormalizer and BertPreTokenizer do with every character of Unicode 14.

    `first last class`, in hexadecimal: the classes are `removed`, `space`, `isolated` (spaces set
    around it), `punctuation` and `kept`; where the character is replaced, its replacement follows.
    Hangul syllables are left out.
    """
    normalizer = normalizers.BertNormalizer(lowercase=True)
    splitter = pre_tokenizers.BertPreTokenizer()
    rows = []
    for point in range(0x110000):
        character = chr(point)
        if unicodedata.category(character) in ("Cn", "Cs", "Co") or 0xAC00 <= point <= 0xD7A3:
            continue
        normal = normalizer.normalize_str("a" + character + "b")[1:-1]
        if normal in ("", " "):
            kind, normal = {"": "removed", " ": "space"}[normal], character
        elif normal[0] == " " and normal[-1] == " ":
            kind, normal = "isolated", normal[1:-1]
        else:
            words = len(splitter.pre_tokenize_str("a" + normal + "b"))
            kind = "kept" if words == 1 else "punctuation"
        change = "" if normal == character else " " + " ".join(f"{ord(c):x}" for c in normal)
        if rows and rows[-1][1] == point - 1 and rows[-1][2] == kind and not change and not rows[-1][3]:
            rows[-1][1] = point
        else:
            rows.append([point, point, kind, change])
    (path / "characters.txt").write_text("".join(f"{a:x} {b:x} {kind}{change}\n" for a, b, kind, change in rows))


def small_model(name, texts, *, lowercase, activation, dtype=torch.float32, prefix="", pooling=None,
                normalize=True, vocabulary_only=False, rename=False):
    """A random checkpoint of hidden size 32 in Vectors/encoder/NAME and what it makes of `texts`."""
    path = OUT / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    words = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    words.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words.train_from_iterator(texts, trainers.WordPieceTrainer(
        vocab_size=500, limit_alphabet=120, show_progress=False,
        special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]))
    vocabulary = [word for word, _ in sorted(words.get_vocab().items(), key=lambda pair: pair[1])]
    (path / "vocab.txt").write_text("".join(word + "\n" for word in vocabulary))
    (path / "tokenizer_config.json").write_text(json.dumps({
        "do_lower_case": lowercase, "model_max_length": 48, "tokenizer_class": "BertTokenizer"}, indent=1))
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=72, max_position_embeddings=48, type_vocab_size=2, hidden_act=activation,
        layer_norm_eps=1e-5, initializer_range=0.3)
    model = BertModel(config).eval()
    with torch.no_grad():
        for key, value in model.named_parameters():
            if value.dim() == 1:
                value.add_(torch.randn_like(value) * 0.2)
            value.copy_(value.to(dtype).float())
    config.architectures = ["BertModel"]
    config.save_pretrained(path)
    state = {prefix + key: value.to(dtype).contiguous() for key, value in model.state_dict().items()}
    if rename:  # The names that checkpoints converted from TensorFlow carry.
        state = {key.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"):
                 value for key, value in state.items()}
    save_file(state, path / "model.safetensors", metadata={"format": "pt"})
    if pooling:
        modules = [("", "Transformer"), ("1_Pooling", "Pooling")] + [("2_Normalize", "Normalize")] * normalize
        (path / "modules.json").write_text(json.dumps([
            {"idx": i, "name": str(i), "path": where, "type": f"sentence_transformers.models.{kind}"}
            for i, (where, kind) in enumerate(modules)], indent=1))
        (path / "1_Pooling").mkdir()
        (path / "1_Pooling" / "config.json").write_text(json.dumps({
            "word_embedding_dimension": 32, "pooling_mode_cls_token": pooling == "cls",
            "pooling_mode_mean_tokens": pooling == "mean", "pooling_mode_max_tokens": pooling == "max",
            "pooling_mode_mean_sqrt_len_tokens": False}, indent=1))
        (path / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 40}))
    tokenizer = transformers.BertTokenizerFast.from_pretrained(path)
    if not vocabulary_only:
        tokenizer.backend_tokenizer.save(str(path / "tokenizer.json"), pretty=False)
        (path / "vocab.txt").unlink()
    # The reference is put together by hand: sentence-transformers changes its defaults for plain folders.
    limit = 40 if pooling else 48
    embeddings = []
    with open(path / "texts.jsonl", "w") as file:
        for text in texts:
            ids = tokenizer(text, truncation=True, max_length=limit)["input_ids"]
            file.write(json.dumps({"text": text, "ids": ids}, separators=(",", ":")) + "\n")
            with torch.no_grad():
                hidden = model(torch.tensor([ids])).last_hidden_state[0]
            pooled = {"cls": hidden[0], "max": hidden.max(0).values}.get(pooling, hidden.mean(0))
            embeddings.append(torch.nn.functional.normalize(pooled, dim=0) if normalize else pooled)
    np.save(path / "embeddings.npy", torch.stack(embeddings).numpy())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--only", choices=["real", "small", "characters"])
    args = parser.parse_args()
    torch.set_num_threads(1)
    OUT.mkdir(parents=True, exist_ok=True)
    packaged = package_texts()
    if args.only in (None, "characters"):
        write_code_points(OUT)
    if args.only in (None, "small"):
        some = packaged[:40] + packaged[250:262] + [t for t in HAND_MADE if len(t) < 60][:70]
        small_model("small-cls", some, lowercase=True, activation="gelu", pooling="cls", prefix="bert.")
        small_model("small-max", some, lowercase=True, activation="gelu_new", pooling="max", dtype=torch.float16,
                    rename=True)
        small_model("small-cased", some, lowercase=False, activation="relu", pooling="mean", normalize=False,
                    vocabulary_only=True)
        small_model("small-plain", some, lowercase=True, activation="gelu", dtype=torch.bfloat16)
    if args.only in (None, "real"):
        path = OUT / "all-MiniLM-L6-v2"
        path.mkdir(exist_ok=True)
        write_texts(path, HAND_MADE + packaged, SentenceTransformer(str(args.model), device="cpu"))
    for module in (sentence_transformers, transformers, tokenizers, torch, np):
        print(module.__name__, module.__version__)


if __name__ == "__main__":
    main()
