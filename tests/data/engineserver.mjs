// SPDX-License-Identifier: GPL-3.0-or-later
// engineserver - llama.cpp, as the npm registry ships it in node-llama-cpp, behind OpenAI's protocol.
//
//	HLLM_ENGINE=FOLDER node engineserver.mjs MODEL.gguf [--slots N] [--log FILE] [--for SECONDS]
//
// FOLDER is where `npm install node-llama-cpp` was run.  Prints the free port of 127.0.0.1 that it listens
// at; /health and /v1/models answer 503 until the model is loaded, and say nothing but what OpenAI's would.
//
// The log is what the engine itself says, a JSON object a line for each answer: at, when the request was
// there; times, when each token came out of the engine (both ns of CLOCK_MONOTONIC, which Node's
// hrtime is); prompt and output, the tokens that its meter counted.  What is sent is counted apart from
// that, so that the two can be held against each other.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';

const { values: options, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		slots: { type: 'string', default: '1' },
		log: { type: 'string' },
		for: { type: 'string', default: '600' },
	},
});
const MODEL = 'random-words-q8_0';
const CONTEXT = 4096;
const HELD = 8; // tokens before one that can change how it is spelt

const entry = path.resolve(process.env.HLLM_ENGINE, 'node_modules/node-llama-cpp/dist/index.js');
const { getLlama, LlamaLogLevel } = await import(pathToFileURL(entry));

const now = () => process.hrtime.bigint();
let model;
const free = []; // sequences of the context: one a slot
const waiting = []; // requests, first come first served

const load = async () => {
	const llama = await getLlama({ build: 'never', gpu: false, logLevel: LlamaLogLevel.error });
	const loaded = await llama.loadModel({ modelPath: positionals[0] });
	// one thread: those of an engine wait for each other by spinning, which takes the other programs' time
	const context = await loaded.createContext({
		contextSize: CONTEXT,
		sequences: Number(options.slots),
		threads: 1,
	});
	while (context.sequencesLeft > 0) free.push(context.getSequence());
	model = loaded;
};

const slot = () => (free.length ? Promise.resolve(free.shift()) : new Promise((got) => waiting.push(got)));
const release = (sequence) => {
	const next = waiting.shift();
	if (next) next(sequence);
	else free.push(sequence);
};

const reply = (res, status, body) => {
	res.writeHead(status, { 'Content-Type': 'application/json' });
	res.end(JSON.stringify(body));
};
const refuse = (res, status, message, type = 'invalid_request_error') =>
	reply(res, status, { error: { message, type, param: null, code: null } });

const prompt = (messages) =>
	messages.map((m) => `<|im_start|>${m.role}\n${m.content}<|im_end|>\n`).join('') + '<|im_start|>assistant\n';

// One answer, token by token: {text} of what can be printed by now, then {finish}.
async function* answer(sequence, tokens, most, entry, gone) {
	const before = sequence.tokenMeter.getState();
	const said = [];
	let held = [];
	let finish = 'length';
	for await (const token of sequence.evaluate(tokens, { temperature: 0 })) {
		entry.times.push(Number(now()));
		held.push(token);
		const text = model.detokenize(held, false, said.slice(-HELD));
		if (!text.endsWith('\uFFFD')) {
			said.push(...held);
			held = [];
			yield { text, n: entry.times.length };
		}
		if (entry.times.length >= most || gone()) break;
	}
	// the evaluation that reads the last token of the prompt is metered as output: it makes the first one
	const metered = sequence.tokenMeter.diff(before);
	entry.prompt = metered.usedInputTokens + 1;
	entry.output = metered.usedOutputTokens;
	if (entry.times.length < most) finish = 'stop';
	yield { finish, n: entry.times.length };
}

const chunk = (id, more) =>
	`data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: Math.floor(Date.now() / 1000), model: MODEL, ...more })}\n\n`;

const usage = (read, written) => ({
	prompt_tokens: read,
	completion_tokens: written,
	total_tokens: read + written,
});

async function stream(res, request, pieces, read) {
	const id = `chatcmpl-${now()}`;
	const choice = (delta, reason = null) => ({ choices: [{ index: 0, delta, finish_reason: reason }] });
	res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
	res.write(chunk(id, choice({ role: 'assistant', content: '' })));
	for await (const piece of pieces) {
		if (piece.text !== undefined) res.write(chunk(id, choice({ content: piece.text })));
		if (piece.finish) res.write(chunk(id, choice({}, piece.finish)));
		if (piece.finish && request.stream_options?.include_usage)
			res.write(chunk(id, { choices: [], usage: usage(read, piece.n) }));
	}
	res.end('data: [DONE]\n\n');
}

async function whole(res, pieces, read) {
	let text = '';
	for await (const piece of pieces) {
		text += piece.text ?? '';
		if (piece.finish)
			reply(res, 200, {
				id: `chatcmpl-${now()}`,
				object: 'chat.completion',
				created: Math.floor(Date.now() / 1000),
				model: MODEL,
				choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: piece.finish }],
				usage: usage(read, piece.n),
			});
	}
}

async function chat(res, body) {
	const entry = { at: Number(now()), times: [], prompt: 0, output: 0 };
	let request;
	try {
		request = JSON.parse(body);
	} catch {
		return refuse(res, 400, 'the body is not JSON');
	}
	if (!Array.isArray(request.messages)) return refuse(res, 400, "'messages' is missing");
	const tokens = model.tokenize(prompt(request.messages), true);
	const room = CONTEXT - tokens.length;
	if (room < 1) return refuse(res, 400, `the prompt has ${tokens.length} tokens, the context ${CONTEXT}`);
	const most = Math.max(1, Math.min(room, request.max_tokens ?? room));
	let gone = false;
	res.on('close', () => (gone = true));
	const sequence = await slot();
	try {
		await sequence.clearHistory(); // nothing is taken from a cache
		const pieces = answer(sequence, tokens, most, entry, () => gone);
		await (request.stream ? stream(res, request, pieces, tokens.length) : whole(res, pieces, tokens.length));
	} finally {
		release(sequence);
	}
	if (options.log) fs.appendFileSync(options.log, JSON.stringify(entry) + '\n');
}

const server = http.createServer((req, res) => {
	const { pathname } = new URL(req.url, 'http://127.0.0.1');
	const parts = [];
	req.on('data', (part) => parts.push(part));
	req.on('end', () => {
		if (!model) return refuse(res, 503, 'Loading model', 'unavailable_error');
		if (pathname === '/health') return reply(res, 200, { status: 'ok' });
		if (pathname === '/v1/models')
			return reply(res, 200, { object: 'list', data: [{ id: MODEL, object: 'model', created: 0, owned_by: 'me' }] });
		if (pathname === '/v1/chat/completions' && req.method === 'POST')
			return chat(res, Buffer.concat(parts).toString()).catch((error) => {
				console.error(error);
				res.destroy();
			});
		return refuse(res, 404, `${pathname}: not found`);
	});
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
setTimeout(() => process.exit(0), Number(options.for) * 1000).unref();
await load();
