#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""randommodel FILE - writes a language model with random weights, for tests of real engines.

It is a llama of four layers with weights in Q8_0, as a GGUF file of version 3 (4 MB): big enough that
an engine has something to work out, small enough to be written in a moment.  Two runs write the
same bytes.  It says words at random and never ends an answer by itself: only the rows of words
are other than zero in its last matrix, so that the token at the end of an answer is never the likeliest.

The tokenizer is one of SentencePiece: bytes, printable characters, and common words with a blank
before them.  Of each word it also has the beginnings, since two neighbours are joined only into what is in
the vocabulary; a word thus is one token, and everything else is one token a character.
"""
import random
import struct
import sys

DIM, LAYERS, HEADS, KV_HEADS, FEED, CONTEXT = 256, 4, 8, 4, 768, 8192
ALIGNMENT, BLOCK = 32, 32  # bytes; weights that share a scale
F32, Q8_0 = 0, 8
FILE_Q8_0 = 7  # general.file_type
UINT32, FLOAT32, BOOL, STRING, ARRAY, INT32 = 4, 6, 7, 8, 9, 5
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6  # kinds of tokens

WORDS = """
    the of and to in is it you that he was for on are with as his they at be this have from or one had by
    word but not what all were we when your can said there use an each which she do how their if will up
    other about out many then them these so some her would make like him into time has look two more write
    go see number no way could people my than first water been call who oil its now find long down day did
    get come made may part year man thing woman life child world school state family group country problem
    hand place case week company system program question work night point home room mother area money story
    fact month lot right study book eye job business issue side kind head house service friend father power
    hour game line end member law car city
""".split()
TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def vocabulary():
    """[(text, score, kind)]: of two neighbours those are joined first whose whole has the higher score."""
    tokens = [("<unk>", 0.0, UNKNOWN), ("<s>", 0.0, CONTROL), ("<|im_end|>", 0.0, CONTROL), ("<|im_start|>", 0.0, CONTROL)]
    tokens += [("<0x%02X>" % byte, 0.0, BYTE) for byte in range(256)]
    tokens += [(chr(code), -1e4, NORMAL) for code in range(0x21, 0x7F)] + [("\u2581", -1e4, NORMAL)]
    pieces = {}
    for word in WORDS:
        for n in range(1, len(word) + 1):
            pieces.setdefault("\u2581" + word[:n], -float(len(pieces) + 1))
    return tokens + [(text, score, NORMAL) for text, score in pieces.items()]


def text(value):
    data = value.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def entry(key, kind, value):
    forms = {UINT32: "<I", INT32: "<i", FLOAT32: "<f", BOOL: "<?"}
    if kind == STRING:
        data = text(value)
    elif kind == ARRAY:
        of, values = value
        data = struct.pack("<IQ", of, len(values))
        data += b"".join(text(v) if of == STRING else struct.pack(forms[of], v) for v in values)
    else:
        data = struct.pack(forms[kind], value)
    return text(key) + struct.pack("<I", kind) + data


def metadata(tokens):
    return [
        entry("general.architecture", STRING, "llama"),
        entry("general.name", STRING, "random words"),
        entry("general.file_type", UINT32, FILE_Q8_0),
        entry("general.alignment", UINT32, ALIGNMENT),
        entry("llama.context_length", UINT32, CONTEXT),
        entry("llama.embedding_length", UINT32, DIM),
        entry("llama.block_count", UINT32, LAYERS),
        entry("llama.feed_forward_length", UINT32, FEED),
        entry("llama.attention.head_count", UINT32, HEADS),
        entry("llama.attention.head_count_kv", UINT32, KV_HEADS),
        entry("llama.attention.layer_norm_rms_epsilon", FLOAT32, 1e-5),
        entry("llama.rope.dimension_count", UINT32, DIM // HEADS),
        entry("llama.vocab_size", UINT32, len(tokens)),
        entry("tokenizer.ggml.model", STRING, "llama"),
        entry("tokenizer.ggml.tokens", ARRAY, (STRING, [t[0] for t in tokens])),
        entry("tokenizer.ggml.scores", ARRAY, (FLOAT32, [t[1] for t in tokens])),
        entry("tokenizer.ggml.token_type", ARRAY, (INT32, [t[2] for t in tokens])),
        entry("tokenizer.ggml.unknown_token_id", UINT32, 0),
        entry("tokenizer.ggml.bos_token_id", UINT32, 1),
        entry("tokenizer.ggml.eos_token_id", UINT32, 2),
        entry("tokenizer.ggml.add_bos_token", BOOL, True),
        entry("tokenizer.ggml.add_space_prefix", BOOL, False),
        entry("tokenizer.chat_template", STRING, TEMPLATE),
    ]


def rows(rng, n, width, silent=lambda row: False):
    """n rows of random weights, as wide as keeps the size of what goes through them; silent ones are zero."""
    scale = struct.pack("<e", width**-0.5 / 74)  # 74: the standard deviation of a signed byte
    blocks = width // BLOCK
    out = []
    for row in range(n):
        weights = rng.randbytes(width)
        if silent(row):
            weights = bytes(width)
        out += [scale + weights[i * BLOCK : (i + 1) * BLOCK] for i in range(blocks)]
    return Q8_0, (width, n), b"".join(out)


def tensors(tokens):
    """(name, type, shape with the length of a row first, bytes)"""
    rng = random.Random(20261125)
    ones = F32, (DIM,), struct.pack("<%df" % DIM, *[1.0] * DIM)
    kv = DIM // HEADS * KV_HEADS
    words = {"\u2581" + word for word in WORDS}
    yield "token_embd.weight", *rows(rng, len(tokens), DIM)
    for layer in range(LAYERS):
        name = "blk.%d." % layer
        yield name + "attn_norm.weight", *ones
        yield name + "attn_q.weight", *rows(rng, DIM, DIM)
        yield name + "attn_k.weight", *rows(rng, kv, DIM)
        yield name + "attn_v.weight", *rows(rng, kv, DIM)
        yield name + "attn_output.weight", *rows(rng, DIM, DIM)
        yield name + "ffn_norm.weight", *ones
        yield name + "ffn_gate.weight", *rows(rng, FEED, DIM)
        yield name + "ffn_up.weight", *rows(rng, FEED, DIM)
        yield name + "ffn_down.weight", *rows(rng, DIM, FEED)
    yield "output_norm.weight", *ones
    yield "output.weight", *rows(rng, len(tokens), DIM, lambda row: tokens[row][0] not in words)


def padded(data):
    return data + bytes(-len(data) % ALIGNMENT)


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__.split("\n", maxsplit=1)[0])
    tokens = vocabulary()
    entries, infos, data = metadata(tokens), [], []
    offset = 0
    for name, kind, shape, weights in tensors(tokens):
        infos.append(text(name) + struct.pack("<I%dQIQ" % len(shape), len(shape), *shape, kind, offset))
        data.append(padded(weights))
        offset += len(data[-1])
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(infos), len(entries)) + b"".join(entries) + b"".join(infos)
    with open(sys.argv[1], "wb") as out:
        out.write(padded(head))
        out.writelines(data)


if __name__ == "__main__":
    main()
