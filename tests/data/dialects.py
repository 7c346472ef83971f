"""What five kinds of inference servers write: their endpoints and the shape of their answers.

fakeserver.py asks for one of these by name.  An answer is a list of steps, each a piece of the
body with what it is and how many tokens have come with it; when they are written is the
server's affair.
"""
import json
import math
import pathlib
import re
import time

TRANSCRIPTS = pathlib.Path(__file__).resolve().parent / "transcripts"
NOW = 1795198124


def transcript(name):
    """The bytes that a real llama-server wrote, headers and chunks and all."""
    raw = (TRANSCRIPTS / (name + ".txt")).read_bytes()
    if b"<<< RESPONSE" in raw:
        raw = raw.split(b"<<< RESPONSE", 1)[1].split(b"\n", 1)[1]
        raw = raw[: raw.rindex(b"\n<<< END")]
    return raw


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class Step:
    """A piece of the body; 'tokens' so far, 'at' is one of head, role, progress, token, tail."""

    def __init__(self, kind, data, tokens, at="token"):
        self.kind, self.data, self.tokens, self.at = kind, data, tokens, at


class Answer:
    """What the server knows when it begins to answer."""

    def __init__(self, o, request, prompt, cached, tokens, finish):
        self.o, self.request = o, request
        self.prompt, self.cached, self.tokens, self.finish = prompt, cached, tokens, finish
        self.prompt_ms = self.predicted_ms = self.load_ms = 0.0
        self.first = None
        self.reasoning = min(int(o["reasoning"]), tokens)

    def came(self, begin):
        """A token was written: the times that the answer will tell are those that were."""
        now = time.monotonic()
        if self.first is None:
            self.first, self.prompt_ms = now, (now - begin) * 1e3 - self.load_ms
        self.predicted_ms = (now - self.first) * 1e3

    def pieces(self):
        """(kind, text, tokens so far) of each event with text."""
        per, n = max(1, int(self.o["per"])), 0
        while n < self.tokens:
            thinking = n < self.reasoning
            end = min(n + per, self.reasoning if thinking else self.tokens)
            text = "".join(" w%d" % i for i in range(n, end))
            if self.o["blank"] and not thinking and (n + 1) % self.o["blank"] == 0:
                text = ""  # a token that cannot be printed
            yield "reasoning" if thinking else "text", text, end
            n = end


class OpenAI:
    """Nothing but /v1: what every other server can do."""

    server, owner, model = "uvicorn", "somebody", "fake-model"
    reasoning_key = "reasoning_content"
    role_with_first = False
    cached_in_usage = True

    def __init__(self, o):
        self.o = o
        self.model = o.get("model") or self.model

    def headers(self, stream):
        return [("Server", self.server),
                ("Content-Type", "text/event-stream" if stream else "application/json")]

    def models(self):
        return {"object": "list", "data": [{"id": self.model, "object": "model", "created": NOW,
                                            "owned_by": self.owner}]}

    def get(self, path, state):
        if path == "/v1/models":
            return 200, self.models()
        return None

    def post(self, path, request, state):
        return None

    def generates(self, path):
        return path in ("/v1/chat/completions", "/v1/completions")

    def streams(self, path, request):
        return bool(request.get("stream"))

    def usage(self, a):
        if self.o["usage"] == "zero-always":
            return {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
        usage = {"prompt_tokens": a.prompt, "completion_tokens": a.tokens,
                 "total_tokens": a.prompt + a.tokens}
        if self.cached_in_usage:
            usage["prompt_tokens_details"] = {"cached_tokens": a.cached}
        if a.reasoning:
            usage["completion_tokens_details"] = {"reasoning_tokens": a.reasoning}
        return usage

    def extras(self, a):
        return {}

    def event(self, a, chat, choices, **more):
        body = {"id": "chatcmpl-fake", "created": NOW, "model": self.model, "choices": choices,
                "object": "chat.completion.chunk" if chat else "text_completion"}
        body.update(more)
        if self.o["usage"] == "zero" and "usage" not in body:
            body["usage"] = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
        return "data: " + compact(body) + "\n\n"

    def choice(self, chat, kind, text, finish=None):
        if not chat:
            return {"index": 0, "text": text, "logprobs": None, "finish_reason": finish}
        key = {"reasoning": self.reasoning_key, "text": "content"}.get(kind)
        return {"index": 0, "delta": {key: text} if key else {}, "finish_reason": finish}

    def with_usage(self, a):
        wanted = (a.request.get("stream_options") or {}).get("include_usage")
        return wanted and self.o["usage"] != "no"

    def role(self, a, chat):
        delta = {"role": "assistant", "content": ""}
        return self.event(a, chat, [{"index": 0, "delta": delta, "finish_reason": None}])

    def steps(self, path, a):
        chat = "chat" in path
        role = self.role(a, chat) if chat and self.o["role"] else ""
        if role and not self.role_with_first:
            yield Step("role", role, 0, "role")
            role = ""
        for kind, text, tokens in a.pieces():
            more = self.per_event(a, tokens)
            yield Step(kind, role + self.event(a, chat, [self.choice(chat, kind, text)], **more), tokens)
            role = ""
        yield from self.tail(a, chat)

    def per_event(self, a, tokens):
        options = a.request.get("stream_options") or {}
        if options.get("continuous_usage_stats"):
            return {"usage": {"prompt_tokens": a.prompt, "completion_tokens": tokens,
                              "total_tokens": a.prompt + tokens}}
        return {}

    def tail(self, a, chat):
        yield Step("finish", self.event(a, chat, [self.choice(chat, None, "", a.finish)]), a.tokens, "tail")
        if self.with_usage(a):
            yield Step("usage", self.event(a, chat, [], usage=self.usage(a), **self.extras(a)), a.tokens, "tail")
        yield Step("done", "data: [DONE]\n\n", a.tokens, "tail")

    def whole(self, path, a):
        text = "".join(t for k, t, _ in a.pieces() if k == "text")
        thought = "".join(t for k, t, _ in a.pieces() if k == "reasoning")
        message = {"role": "assistant", "content": text}
        if thought:
            message[self.reasoning_key] = thought
        choice = {"index": 0, "finish_reason": a.finish}
        choice.update({"message": message} if "chat" in path else {"text": text})
        body = {"id": "chatcmpl-fake", "created": NOW, "model": self.model, "choices": [choice]}
        if self.o["usage"] != "no":
            body["usage"] = self.usage(a)
        body.update(self.extras(a))
        return body

    def too_long(self, a):
        return 400, {"error": {"message": "This model's maximum context length is %d tokens. However, you "
                               "requested %d tokens." % (self.o["context"], a.prompt + a.tokens),
                               "type": "BadRequestError", "param": None, "code": 400}}


class LlamaCpp(OpenAI):
    server, owner, model = "llama.cpp", "llamacpp", "hllm-probe"
    role_with_first = True

    recorded = {"/health": "health", "/props": "props", "/v1/models": "v1_models", "/slots": "slots",
                "/metrics": "metrics_disabled", "/api/tags": "ollama_tags_on_llama"}

    def headers(self, stream):
        if stream:
            return [("Server", self.server), ("Access-Control-Allow-Origin", ""),
                    ("X-Accel-Buffering", "no"), ("Content-Type", "text/event-stream")]
        return [("Server", self.server), ("Access-Control-Allow-Origin", ""),
                ("Content-Type", "application/json; charset=utf-8")]

    def get(self, path, state):
        if path == "/metrics" and self.o["metrics"]:
            return transcript("metrics_after")
        name = self.recorded.get(path, "root_404")
        raw = transcript(name)
        body = raw.split(b"\r\n\r\n", 1)[1]
        if path == "/props" and (self.o["slots"] or self.o["context"]):
            props = json.loads(body)
            props["total_slots"] = int(self.o["slots"] or props["total_slots"])
            if self.o["context"]:
                props["default_generation_settings"]["n_ctx"] = int(self.o["context"])
            return 200, props
        if path == "/v1/models" and self.o["router"]:
            models = json.loads(body)
            models["data"][0]["status"] = {"value": "loaded" if state.loaded else "unloaded"}
            return 200, models
        if path == "/slots" and self.o["slots"]:
            return 200, [{"id": i, "n_ctx": int(self.o["context"] or 2048), "speculative": False,
                          "is_processing": i < state.busy} for i in range(int(self.o["slots"]))]
        return raw

    def post(self, path, request, state):
        words = str(request.get("content", "")).split()
        if path == "/tokenize":
            n = math.ceil(len(words) * self.o["slope"])
            return 200, {"tokens": [1] * bool(request.get("add_special")) + [100 + i for i in range(n)]}
        if path == "/detokenize":
            return 200, {"content": " ".join("w" for _ in request.get("tokens", []))}
        if path == "/v1/messages/count_tokens":
            return transcript("count_tokens")
        return None

    def generates(self, path):
        return path in ("/v1/chat/completions", "/v1/completions", "/completion")

    def timings(self, a, tokens):
        fresh = a.prompt - a.cached
        ms = a.predicted_ms if tokens > 1 else 0.001
        timings = {"cache_n": a.cached, "prompt_n": fresh, "prompt_ms": round(a.prompt_ms, 3),
                   "prompt_per_second": 1e3 * fresh / max(a.prompt_ms, 1e-3), "predicted_n": tokens,
                   "predicted_ms": round(ms, 3), "predicted_per_second": 1e3 * (tokens - 1) / max(ms, 1e-3)}
        if self.o["draft"]:
            timings.update(draft_n=tokens * 2, draft_n_accepted=tokens)
        return timings

    def extras(self, a):
        return {"timings": self.timings(a, a.tokens)} if self.o["usage"] != "no" else {}

    def per_event(self, a, tokens):
        wanted = a.request.get("timings_per_token")
        return {"timings": self.timings(a, tokens)} if wanted else {}

    def role(self, a, chat):
        delta = {"role": "assistant", "content": None}
        return self.event(a, chat, [{"finish_reason": None, "index": 0, "delta": delta}])

    def native(self, a):
        return {"tokens_predicted": a.tokens, "tokens_evaluated": a.prompt, "id_slot": 0, "stop": True,
                "model": self.model, "truncated": False, "tokens_cached": a.prompt + a.tokens - 1,
                "stop_type": "limit" if a.finish == "length" else "eos", **self.extras(a)}

    def progress(self, a, chat):
        total, cached = a.prompt, a.cached
        for i in (1, 2):
            done = cached + (total - cached) * i // 2
            report = {"total": total, "cache": cached, "processed": done, "time_ms": 1}
            choices = [{"finish_reason": None, "index": 0, "delta": {"role": "assistant", "content": None}}]
            yield Step("progress", self.event(a, chat, choices, prompt_progress=report), 0, "progress")

    def steps(self, path, a):
        if path != "/completion":
            if a.request.get("return_progress") or self.o["progress"]:
                yield from self.progress(a, "chat" in path)
            yield from super().steps(path, a)
            return
        for _, text, tokens in a.pieces():
            event = {"index": 0, "content": text, "tokens": [tokens], "stop": False, "id_slot": -1,
                     "tokens_predicted": tokens, "tokens_evaluated": a.prompt}
            yield Step("text", "data: " + compact(event) + "\n\n", tokens)
        last = {"index": 0, "content": "", "tokens": [], **self.native(a)}
        yield Step("usage", "data: " + compact(last) + "\n\n", a.tokens, "tail")

    def tail(self, a, chat):
        """Finish and usage share a chunk; without include_usage the timings ride on the finish."""
        finish = [self.choice(chat, None, "", a.finish)]
        if not chat and self.with_usage(a):
            data = self.event(a, chat, finish, usage=self.usage(a), **self.extras(a))
        elif self.with_usage(a):
            data = self.event(a, chat, finish)
            data += self.event(a, chat, [], usage=self.usage(a), **self.extras(a))
        else:
            data = self.event(a, chat, finish, **self.extras(a))
        yield Step("usage", data, a.tokens, "tail")
        yield Step("done", "data: [DONE]\n\n", a.tokens, "tail")

    def whole(self, path, a):
        if path != "/completion":
            return super().whole(path, a)
        return {"index": 0, "content": "".join(t for _, t, _ in a.pieces()), "tokens": [], **self.native(a)}

    def too_long(self, a):
        return 400, {"error": {"code": 400, "message": "request (%d tokens) exceeds the available context size "
                               "(%d tokens), try increasing it" % (a.prompt, self.o["context"]),
                               "type": "exceed_context_size_error", "n_prompt_tokens": a.prompt,
                               "n_ctx": int(self.o["context"])}}


class Ollama(OpenAI):
    server, owner, model = None, "library", "llama3.1:8b"
    reasoning_key = "reasoning"
    cached_in_usage = False
    role_with_first = True

    def headers(self, stream):
        return [("Content-Type", "text/event-stream" if stream else "application/json; charset=utf-8")]

    def generates(self, path):
        return super().generates(path) or path in ("/api/chat", "/api/generate")

    def streams(self, path, request):
        return request.get("stream", path.startswith("/api/"))

    def details(self):
        return {"name": self.model, "model": self.model, "size": 4920753328, "digest": "46e0c10c039e",
                "details": {"format": "gguf", "family": "llama", "parameter_size": "8.0B",
                            "quantization_level": "Q4_K_M"}}

    def get(self, path, state):
        if path == "/api/version":
            return 200, {"version": "0.30.4"}
        if path == "/api/tags":
            return 200, {"models": [self.details()]}
        if path == "/api/ps":
            vram = 4920753328 // 2 if self.o["spill"] else 6654289920
            loaded = dict(self.details(), size=6654289920, size_vram=vram,
                          expires_at="2026-11-26T10:00:00Z", context_length=int(self.o["context"] or 4096))
            return 200, {"models": [loaded] if state.loaded else []}
        if path == "/":
            return 200, "Ollama is running"
        return super().get(path, state)

    def post(self, path, request, state):
        if path == "/api/show":
            return 200, {"details": self.details()["details"],
                         "model_info": {"general.architecture": "llama", "llama.context_length": 131072}}
        return None

    def counts(self, a):
        ns = 1e6
        counts = {"total_duration": int((a.load_ms + a.prompt_ms + a.predicted_ms) * ns),
                  "load_duration": int(a.load_ms * ns), "prompt_eval_count": a.prompt,
                  "prompt_eval_duration": int(a.prompt_ms * ns), "eval_count": a.tokens,
                  "eval_duration": int(a.predicted_ms * ns)}
        if self.o["cachedcount"]:
            counts["prompt_eval_cached_count"] = a.cached
        if self.o["usage"] == "no":
            return {}
        return counts

    def native(self, path, a, kind, text, **more):
        body = {"model": self.model, "created_at": "2026-11-20T10:00:00.123456Z"}
        if path == "/api/chat":
            body["message"] = {"role": "assistant", "content": "" if kind == "reasoning" else text}
            if kind == "reasoning":
                body["message"]["thinking"] = text
        else:
            body["response"] = "" if kind == "reasoning" else text
            if kind == "reasoning":
                body["thinking"] = text
        body.update(more)
        return body

    def steps(self, path, a):
        if not path.startswith("/api/"):
            yield from super().steps(path, a)
            return
        for kind, text, tokens in a.pieces():
            yield Step(kind, compact(self.native(path, a, kind, text, done=False)) + "\n", tokens)
        last = self.native(path, a, "text", "", done=True, done_reason=a.finish, **self.counts(a))
        yield Step("usage", compact(last) + "\n", a.tokens, "tail")

    def choice(self, chat, kind, text, finish=None):
        choice = super().choice(chat, kind, text, finish)
        if chat:
            choice["delta"] = {"role": "assistant", "content": "", **choice["delta"]}
        return choice

    def role(self, a, chat):
        return ""

    def whole(self, path, a):
        if not path.startswith("/api/"):
            return super().whole(path, a)
        text = "".join(t for k, t, _ in a.pieces() if k == "text")
        return self.native(path, a, "text", text, done=True, done_reason=a.finish, **self.counts(a))


class VLLM(OpenAI):
    server, owner, model = "uvicorn", "vllm", "meta-llama/Llama-3.1-8B-Instruct"
    reasoning_key = "reasoning"

    def models(self):
        body = super().models()
        body["data"][0].update(root=self.model, parent=None, max_model_len=int(self.o["context"] or 8192))
        return body

    def get(self, path, state):
        if path == "/version":
            return 200, {"version": "0.11.2"}
        if path == "/health":
            return 200, ""
        return super().get(path, state)

    def post(self, path, request, state):
        if path == "/tokenize":
            n = math.ceil(len(str(request.get("prompt", "")).split()) * self.o["slope"])
            return 200, {"count": n, "max_model_len": int(self.o["context"] or 8192), "tokens": list(range(n))}
        return None

    def usage(self, a):
        usage = super().usage(a)
        if not self.o["cachedcount"]:
            usage["prompt_tokens_details"] = None
        return usage


class LMStudio(OpenAI):
    server, owner, model = None, "organization_owner", "qwen2.5-7b-instruct"

    def headers(self, stream):
        return [("X-Powered-By", "Express"),
                ("Content-Type", "text/event-stream" if stream else "application/json; charset=utf-8")]

    def generates(self, path):
        return super().generates(path) or path in ("/api/v0/chat/completions", "/api/v1/chat")

    def get(self, path, state):
        embeds = {"id": "text-embedding-nomic", "object": "model", "type": "embeddings", "arch": "nomic-bert",
                  "compatibility_type": "gguf", "quantization": "Q4_0", "state": "loaded", "max_context_length": 2048}
        entry = {"id": self.model, "object": "model", "type": "llm", "publisher": "lmstudio-community",
                 "arch": "qwen2", "compatibility_type": "gguf", "quantization": "Q4_K_M",
                 "state": "loaded" if state.loaded else "not-loaded", "max_context_length": 32768}
        if self.o["context"]:
            entry["loaded_context_length"] = int(self.o["context"])
        if path == "/api/v0/models" and self.o["own"] != "v1":
            return 200, {"object": "list", "data": [embeds, entry]}
        if path == "/api/v1/models" and self.o["own"] != "v0":
            return 200, {"models": self.models_v1(state)}
        found = super().get(path, state)
        return found or (200, {"error": "Unexpected endpoint or method. (GET %s). Returning 200 anyway" % path})

    def models_v1(self, state):
        config = {"context_length": int(self.o["context"] or 4096), "eval_batch_size": 512, "flash_attention": True}
        loaded = [{"id": self.model + ":2", "config": config}] if state.loaded else []
        embeds = {"type": "embedding", "publisher": "nomic-ai", "key": "text-embedding-nomic",
                  "display_name": "Nomic Embed Text", "quantization": {"name": "F16", "bits_per_weight": 16},
                  "size_bytes": 274290560, "params_string": None, "format": "gguf", "max_context_length": 2048,
                  "loaded_instances": [{"id": "text-embedding-nomic", "config": {"context_length": 2048}}]}
        chats = {"type": "llm", "publisher": "lmstudio-community", "key": self.model,
                 "display_name": "Qwen2.5 7B Instruct", "architecture": "qwen2",
                 "quantization": {"name": "Q4_K_M", "bits_per_weight": 4}, "size_bytes": 4683073184,
                 "params_string": "7B", "loaded_instances": loaded, "max_context_length": 32768,
                 "format": "gguf", "capabilities": {"vision": False, "trained_for_tool_use": True},
                 "description": None}
        return [embeds, dict(chats, key="zephyr-7b", loaded_instances=[]), chats]

    def usage(self, a):
        usage = super().usage(a)
        del usage["prompt_tokens_details"]
        return usage

    def seconds(self, a):
        return {"tokens_per_second": 1e3 * a.tokens / max(a.predicted_ms, 1e-3),
                "time_to_first_token": a.prompt_ms / 1e3, "generation_time": a.predicted_ms / 1e3,
                "stop_reason": "maxPredictedTokensReached" if a.finish == "length" else "eosFound"}

    def whole(self, path, a):
        if path == "/api/v1/chat":
            text = "".join(t for k, t, _ in a.pieces() if k == "text")
            stats = {"input_tokens": a.prompt, "total_output_tokens": a.tokens,
                     "reasoning_output_tokens": a.reasoning,
                     "tokens_per_second": 1e3 * a.tokens / max(a.predicted_ms, 1e-3),
                     "time_to_first_token_seconds": a.prompt_ms / 1e3}
            if a.load_ms:
                stats["model_load_time_seconds"] = a.load_ms / 1e3
            output = [{"type": "message", "content": text}]
            if a.reasoning:
                thought = "".join(t for k, t, _ in a.pieces() if k == "reasoning")
                output.insert(0, {"type": "reasoning", "content": thought})
            return {"model_instance_id": self.model, "output": output, "stats": stats}
        body = super().whole(path, a)
        if path.startswith("/api/v0/"):
            body.update(stats=self.seconds(a),
                        model_info={"arch": "qwen2", "quant": "Q4_K_M", "format": "gguf", "context_length": 4096},
                        runtime={"name": "llama.cpp-linux-x86_64-cuda12", "version": "1.48.0"})
        return body


DIALECTS = {"llamacpp": LlamaCpp, "ollama": Ollama, "vllm": VLLM, "lmstudio": LMStudio, "openai": OpenAI}


def words_of(request):
    """The prompt as words, whatever endpoint it was sent to."""
    if isinstance(request.get("prompt"), list):
        return ["#%s" % t for t in request["prompt"]]
    text = request.get("prompt") or request.get("input") or ""
    for message in request.get("messages", []):
        content = message.get("content") or ""
        text += " " + (content if isinstance(content, str) else " ".join(p.get("text", "") for p in content))
    return re.findall(r"\S+", str(text))


def of_length(request):
    """The most tokens that the request wants."""
    options = request.get("options") or {}
    for value in (request.get("max_tokens"), request.get("max_completion_tokens"), request.get("n_predict"),
                  request.get("max_output_tokens"), options.get("num_predict")):
        if isinstance(value, int) and value > 0:
            return value
    return 128
