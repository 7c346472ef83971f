#!/usr/bin/env python3
"""A fake inference server for tests: it says when it wrote what, and fails as it is told.

    fakeserver.py [--log FILE] [--host ADDRESS] [--port N] [--for SECONDS] [--cert PEM] [KEY=VALUE...]

It listens on a free port of 127.0.0.1, unless told otherwise, and prints the port. What it does is said by KEY=VALUE on the
command line; for one request also by its path (/+KEY=VALUE,KEY=VALUE/v1/...), its query, or the model
it asks for ("name?KEY=VALUE&KEY=VALUE"); the later of these wins. Times are milliseconds.

  dialect    llamacpp, ollama, vllm, lmstudio, openai
  ttft       from the request (or its slot) to the first token, beside prefill
  prefill    prompt tokens a second; 0: at once        tpot     between tokens
  vary       tpot of a request differs by this share, up and down
  share      each other busy request makes tpot longer by this share
  per        tokens an event      blank   every Nth token has no text       reasoning  first N tokens
  role       0: no role-only event; else the first event is one             role_at  when it comes
  progress   1: llama.cpp's progress events come before the first token
  usage      yes, no, zero (zeros on every event, the truth at the end), zero-always
  cachedcount 0: cached tokens are not told     draft  1: counts of speculative decoding
  cache      on: prefixes seen before are cached; off; or how many tokens are said to be
  router     1: llama.cpp for several models, which loads one when it is asked for
  slots      requests at a time, others wait; 0: any number     early  1: headers before the slot
  model      what it calls its model (not llama.cpp's)
  context    0: any; longer prompts are refused, or cut with truncate=1
  overhead   tokens that a template adds        slope   tokens a word
  eos        stops by itself after so many tokens, unless ignore_eos
  load       not ready, or loading, for so long after the start     spill  1: half in CPU memory
  key        what Authorization must bring     own  v0, v1, both: which of its own APIs LM Studio has
  replay     the bytes of a recorded transcript are the answer
  fault      401 403 404 429 500 503 redirect notjson badevent html empty errorevent headers longheader
             huge drip hang cut reset garbage slowheaders; with after=N tokens where it can
  to         where a redirect points           once   the fault happens to the Nth request only
  on         generate: the fault happens to requests for an answer only
  die        after N requests it is gone       close   1: closes connections after each answer, unsaid

The log has a JSON object a line: t (ns of CLOCK_MONOTONIC, taken right before the bytes were written), req
(number of the request), what, and bytes: how many of the reply's bytes this write ends at.
"""
import argparse
import asyncio
import json
import os
import random
import signal
import ssl
import sys
import time
import urllib.parse

import dialects

DEFAULTS = {
    "router": 0,
    "dialect": "llamacpp", "ttft": 20.0, "prefill": 0.0, "tpot": 5.0, "vary": 0.0, "share": 0.0, "per": 1,
    "blank": 0, "reasoning": 0, "role": 1, "role_at": 0.0, "progress": 0, "usage": "yes", "cachedcount": 1,
    "draft": 0, "cache": "on", "slots": 0, "early": 0, "context": 0, "truncate": 0, "overhead": 7,
    "slope": 1.0, "eos": 0, "load": 0.0, "spill": 0, "key": "", "replay": "", "fault": "", "after": 0, "to": "",
    "once": 0, "die": 0, "close": 0, "seed": 1, "metrics": 0, "wait": 0.0, "size": 1 << 30, "own": "both", "on": "",
    "model": "",
}
REASONS = {200: "OK", 302: "Found", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
           429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable"}
WORDS = {401: "Invalid API Key", 403: "not for you", 404: "model not found", 429: "rate limit reached",
         500: "CUDA error: out of memory", 503: "server busy, please try again"}


def options(pairs, base):
    """'base' with KEY=VALUE pairs over it, each of the type of its default."""
    o = dict(base)
    for pair in pairs:
        key, _, value = pair.partition("=")
        if key not in DEFAULTS:
            raise SystemExit("fakeserver: no option %s" % key)
        kind = type(DEFAULTS[key])
        o[key] = kind(float(value)) if kind is int else kind(value)
    return o


class Gone(Exception):
    """The connection ends here."""


class Server:
    def __init__(self, base, log):
        self.base, self.log = base, log
        self.lines, self.requests, self.busy = [], 0, 0
        self.begun = time.monotonic()
        self.slots = asyncio.Semaphore(base["slots"]) if base["slots"] else None
        self.cache, self.loaded = [], base["load"] == 0
        self.random = random.Random(base["seed"])

    def loading(self):
        return (time.monotonic() - self.begun) * 1e3 < self.base["load"]

    def note(self, request, what, **more):
        self.lines.append({"t": time.monotonic_ns(), "req": request, "what": what, **more})

    def flush(self):
        if self.log and self.lines:
            with open(self.log, "a", encoding="utf-8") as out:
                out.writelines(json.dumps(line) + "\n" for line in self.lines)
        self.lines = []

    async def connection(self, reader, writer):
        try:
            while await Exchange(self, reader, writer).serve():
                pass
        except (Gone, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError):
            pass
        writer.close()
        if self.base["die"] and self.requests >= self.base["die"]:
            self.flush()
            os._exit(0)


class Exchange:
    """One request and its answer."""

    def __init__(self, server, reader, writer):
        self.server, self.reader, self.writer = server, reader, writer
        self.n = self.sent = 0
        self.o = server.base

    # ---- bytes ----

    async def write(self, data, what, **more):
        if isinstance(data, str):
            data = data.encode()
        self.sent += len(data)
        self.server.note(self.n, what, bytes=self.sent, **more)
        self.writer.write(data)
        if self.writer.transport.get_write_buffer_size() > 1 << 16:
            await self.writer.drain()
        if self.writer.is_closing():
            raise Gone

    async def head(self, status, headers, what="headers"):
        lines = ["HTTP/1.1 %d %s" % (status, REASONS.get(status, "Status"))]
        lines += ["%s: %s" % (k, v) for k, v in headers if v is not None]
        await self.write("\r\n".join(lines) + "\r\n\r\n", what)

    async def chunk(self, data, what, **more):
        data = data.encode() if isinstance(data, str) else data
        await self.write(b"%x\r\n%s\r\n" % (len(data), data), what, **more)

    async def whole(self, status, body, more=()):
        if not isinstance(body, (str, bytes)):
            body = dialects.compact(body)
        body = body.encode() if isinstance(body, str) else body
        lines = ["HTTP/1.1 %d %s" % (status, REASONS.get(status, "Status"))]
        headers = [h for h in self.dialect.headers(False) if h[1] is not None] + list(more)
        lines += ["%s: %s" % h for h in headers] + ["Content-Length: %d" % len(body)]
        if status >= 400:
            lines.append("Connection: close")
        await self.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body, "reply", status=status)
        return status < 400

    def kill(self):
        """Both ends see a reset, as when a process is killed."""
        self.server.note(self.n, "reset")
        self.writer.transport.abort()
        raise Gone

    # ---- a request ----

    async def read(self):
        first = await self.reader.readexactly(1)
        if first == b"\x16":  # the hello of TLS
            self.writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            raise Gone
        head = (first + await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        self.method, target, _ = head[0].split(" ", 2)
        self.headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
        body = await self.reader.readexactly(int(self.headers.get("content-length", 0)))
        arrived = time.monotonic_ns()
        self.server.requests += 1
        self.n = self.server.requests
        url = urllib.parse.urlsplit(target)
        self.path, pairs = url.path, []
        if self.path.startswith("/+"):
            said, _, rest = self.path[2:].partition("/")
            pairs, self.path = urllib.parse.unquote(said).split(","), "/" + rest
        pairs += [p for p in url.query.split("&") if p.partition("=")[0] in DEFAULTS]
        try:
            self.request = json.loads(body) if body else {}
        except ValueError:
            self.request = None
        model = str((self.request or {}).get("model", "")) if isinstance(self.request, dict) else ""
        if "?" in model:
            pairs += model.partition("?")[2].split("&")
        self.o = options(pairs, self.server.base)
        if self.o["once"] and self.n != self.o["once"]:
            self.o = dict(self.o, fault="")
        self.dialect = dialects.DIALECTS[self.o["dialect"]](self.o)
        if self.o["on"] == "generate" and not self.dialect.generates(self.path):
            self.o = self.dialect.o = dict(self.o, fault="")
        self.server.lines.append({"t": arrived, "req": self.n, "what": "request", "method": self.method,
                                  "path": self.path, "authorization": self.headers.get("authorization"),
                                  "agent": self.headers.get("user-agent"), "body": len(body), "model": model})

    async def serve(self):
        """Returns whether the connection stays open."""
        await self.read()
        server, o = self.server, self.o
        server.busy += 1
        try:
            keep = await self.answer()
        finally:
            server.busy -= 1
            server.note(self.n, "end", bytes=self.sent)
            if not server.busy:
                server.flush()
        gone = server.base["die"] and server.requests >= server.base["die"]
        return keep and not o["close"] and not gone

    async def answer(self):
        o, path = self.o, self.path
        if o["wait"]:
            await asyncio.sleep(o["wait"] / 1e3)
        if self.server.loading() and o["dialect"] != "ollama" and not o["router"]:
            await self.write(dialects.transcript("startup_health_loading"), "reply", status=503)
            return False
        if o["key"] and self.headers.get("authorization") != "Bearer " + o["key"] and path != "/health":
            return await self.whole(401, {"error": {"message": "Invalid API Key: " + str(self.headers.get("authorization")),
                                                    "type": "authentication_error", "code": 401}})
        if o["replay"]:
            return await self.replay()
        if o["fault"] and not (o["after"] and self.dialect.generates(path)) and await self.fail():
            return False
        found = self.dialect.get(path, self.server) if self.method == "GET" else None
        if found is None and self.method == "POST" and isinstance(self.request, dict):
            if self.dialect.generates(path):
                return await self.generate()
            found = self.dialect.post(path, self.request, self.server)
        elif found is None and self.request is None:
            return await self.whole(500, {"error": {"code": 500, "message": "parse error", "type": "server_error"}})
        if isinstance(found, bytes):
            await self.write(found, "reply")
            return b"Connection: close" not in found
        return await self.whole(*(found or (404, {"error": {"message": "File Not Found", "code": 404}})))

    async def replay(self):
        """The recorded bytes, chunk after chunk when there are chunks."""
        raw = dialects.transcript(self.o["replay"])
        head, _, body = raw.partition(b"\r\n\r\n")
        await self.write(head + b"\r\n\r\n", "headers")
        if b"chunked" not in head:
            await self.write(body, "reply")
            return b"Connection: close" not in head
        await asyncio.sleep(self.o["ttft"] / 1e3)
        while body:
            size, _, rest = body.partition(b"\r\n")
            n = len(size) + 2 + int(size, 16) + 2
            await self.write(body[:n], "chunk")
            body = body[n:]
            await asyncio.sleep(self.o["tpot"] / 1e3)
        return True

    # ---- failures ----

    async def fail(self):
        """True: it failed as it was told."""
        fault, o = self.o["fault"], self.o
        if fault.isdigit():
            status = int(fault)
            more = [("Retry-After", "7")] if status in (429, 503) else []
            await self.whole(status, {"error": {"message": WORDS.get(status, "no"), "type": "x", "code": status}}, more)
        elif fault == "redirect":
            await self.whole(302, "", [("Location", o["to"] or "http://127.0.0.1:1/elsewhere")])
        elif fault == "notjson":
            await self.whole(200, "this is not JSON")
        elif fault == "html":
            await self.write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 38\r\n\r\n"
                             "<html><body>Welcome!</body></html>    ", "reply")
        elif fault == "empty":
            await self.whole(200, "")
        elif fault in ("badevent", "errorevent"):
            await self.head(200, self.dialect.headers(True) + [("Transfer-Encoding", "chunked")])
            event = 'data: {"choices":[{"delta":{"content":\n\n' if fault == "badevent" else \
                'data: {"error":{"message":"CUDA error: out of memory","code":500}}\n\n'
            await self.chunk(event, "event")
            await self.write("0\r\n\r\n", "end of chunks")
        elif fault == "garbage":
            await self.write("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "garbage")
        elif fault == "hang":
            await asyncio.sleep(3600)
        elif fault == "reset":
            self.kill()
        elif fault == "cut":
            raise Gone
        else:
            return await self.fail_at_length()
        return True

    async def fail_at_length(self):
        fault = self.o["fault"]
        if fault == "headers":
            await self.write("HTTP/1.1 200 OK\r\n", "headers")
            for i in range(1 << 30):
                await self.write("X-Filler-%d: %s\r\n" % (i, "x" * 60), "headers")
        elif fault == "longheader":
            await self.write("HTTP/1.1 200 OK\r\nX-Filler: ", "headers")
            while True:
                await self.write("x" * 4096, "headers")
        elif fault == "slowheaders":
            await self.write("HTTP/1.1 200 OK\r\n", "headers")
            while True:
                await self.write("X-A: b\r\n", "headers")
                await asyncio.sleep(0.1)
        elif fault == "huge":
            await self.head(200, [("Content-Type", "application/json"), ("Content-Length", self.o["size"])])
            block = b" " * (1 << 16)
            for _ in range(self.o["size"] >> 16):
                await self.write(block, "body")
        elif fault == "drip":
            await self.head(200, self.dialect.headers(True) + [("Transfer-Encoding", "chunked")])
            while True:
                await self.chunk(":", "byte")
                await asyncio.sleep(max(self.o["tpot"], 1) / 1e3)
        else:
            return False
        return True

    async def fail_amid(self, tokens, whole):
        """In the middle of a stream."""
        if self.o["fault"] == "reset":
            self.kill()
        if self.o["fault"] == "cut":
            raise Gone
        if self.o["fault"] == "hang":
            await asyncio.sleep(3600)
        if self.o["fault"] == "badevent":
            await self.chunk(whole[: len(whole) // 2] + "\n\n", "event", tokens=tokens)
        if self.o["fault"] == "errorevent":
            await self.chunk('data: {"error":{"message":"CUDA error: out of memory","code":500}}\n\n', "event")

    # ---- answers ----

    def count(self):
        """What the prompt comes to, and how much of it was seen before."""
        o, words = self.o, dialects.words_of(self.request)
        ids = isinstance(self.request.get("prompt"), list)
        overhead = 0 if ids else o["overhead"]
        prompt = max(1, round(len(words) * (1.0 if ids else o["slope"])) + overhead)
        if o["context"] and o["truncate"]:
            prompt = min(prompt, o["context"])
        cached = 0
        if o["cache"] == "on" and self.request.get("cache_prompt", True):
            best = -1
            for old in self.server.cache:
                same = 0
                while same < min(len(old), len(words)) and old[same] == words[same]:
                    same += 1
                best = max(best, same)
            if best >= 0:
                cached = min(prompt - 1, int(best * (1.0 if ids else o["slope"])) + overhead)
        elif o["cache"] not in ("on", "off"):
            cached = min(prompt - 1, int(o["cache"]))
        self.server.cache = [words] + self.server.cache[:63]
        return prompt, cached

    async def generate(self):
        o, server = self.o, self.server
        stream = self.dialect.streams(self.path, self.request)
        prompt, cached = self.count()
        wanted = dialects.of_length(self.request)
        ends = o["eos"] and o["eos"] < wanted and not self.request.get("ignore_eos")
        answer = dialects.Answer(o, self.request, prompt, cached, o["eos"] if ends else wanted,
                                 "stop" if ends else "length")
        if o["context"] and not o["truncate"] and prompt > o["context"]:
            return await self.whole(*self.dialect.too_long(answer))
        if stream and o["early"]:
            await self.head(200, self.dialect.headers(True) + [("Transfer-Encoding", "chunked")])
        if server.slots:
            await server.slots.acquire()
        server.note(self.n, "slot", prompt=prompt, cached=cached, tokens=answer.tokens)
        try:
            return await self.speak(answer, stream)
        finally:
            if server.slots:
                server.slots.release()

    def pace(self, answer):
        o = self.o
        answer.prompt_ms = o["ttft"] + (1e3 * (answer.prompt - answer.cached) / o["prefill"] if o["prefill"] else 0)
        if (o["dialect"] in ("ollama", "lmstudio") or o["router"]) and not self.server.loaded:
            answer.load_ms, self.server.loaded = o["load"], True
        tpot = o["tpot"] * (1 + o["vary"] * self.server.random.uniform(-1, 1))
        answer.predicted_ms = tpot * max(0, answer.tokens - 1)
        return tpot

    async def speak(self, answer, stream):
        o, begin = self.o, time.monotonic()
        tpot = self.pace(answer)
        if not stream:
            await asyncio.sleep((answer.load_ms + answer.prompt_ms + answer.predicted_ms) / 1e3)
            return await self.whole(200, self.dialect.whole(self.path, answer))
        if not o["early"]:
            headers = self.dialect.headers(True)
            if self.path.startswith("/api/") and o["dialect"] == "ollama":
                headers = [("Content-Type", "application/x-ndjson")]
            await self.head(200, headers + [("Transfer-Encoding", "chunked")])
        first = begin + (answer.load_ms + answer.prompt_ms) / 1e3
        due, last = first, 0
        for step in self.dialect.steps(self.path, answer):
            if step.at in ("role", "progress"):
                due_now = begin + o["role_at"] / 1e3
            else:
                if step.at == "token" and last:
                    due += (step.tokens - last) * tpot * (1 + o["share"] * (self.server.busy - 1)) / 1e3
                due_now, last = due, step.tokens if step.at == "token" else last
            wait = due_now - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            if o["fault"] and o["after"] and step.tokens > o["after"]:
                await self.fail_amid(step.tokens, step.data)
                return False
            await self.chunk(step.data, step.kind, tokens=step.tokens)
            if step.at == "token":
                answer.came(begin)
        await self.write("0\r\n\r\n", "end of chunks")
        return True


async def run(args):
    base = options(args.options, DEFAULTS)
    server = Server(base, args.log)
    tls = None
    if args.cert:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(args.cert)
    listener = await asyncio.start_server(server.connection, args.host, args.port, ssl=tls, limit=1 << 22)
    print(listener.sockets[0].getsockname()[1], flush=True)
    over = asyncio.get_running_loop().create_future()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, lambda: over.done() or over.set_result(None))
    try:
        await asyncio.wait_for(over, args.seconds)
    except asyncio.TimeoutError:
        pass
    server.flush()
    # Whoever still waits for an answer is not worth waiting for.
    sys.stdout.flush()
    os._exit(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--for", dest="seconds", type=float, default=600.0, help="then it ends by itself")
    parser.add_argument("--cert", help="certificate and key: speaks TLS")
    parser.add_argument("options", nargs="*", metavar="KEY=VALUE")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
