// SPDX-License-Identifier: GPL-3.0-or-later
// peer - the same job in DuckDB: read a log, each request once, priced, by day, model and task.
//
//	PEERS=FOLDER node peer.mjs log|csv|chat FILE PRICES THREADS
//
// FOLDER is where `npm install @duckdb/node-api` was run.  Prints requests, input, output and cached
// tokens, and the cost.
import { createRequire } from 'node:module';
import path from 'node:path';

const load = createRequire(path.join(path.resolve(process.env.PEERS || '.'), 'x.js'));
const { DuckDBInstance } = load('@duckdb/node-api');
const [kind, file, prices, threads] = process.argv.slice(2);

const text = (s) => `'${s.replaceAll("'", "''")}'`;

// As fast as it can be asked for: the types are said, only the columns that are used are named.
const sources = {
	log: `SELECT request_id AS id, substr("timestamp", 1, 10) AS day, model, task_type AS task,
		tokens_in AS input, tokens_out AS output, cached_tokens AS cached
		FROM read_json(${text(file)}, format = 'newline_delimited', columns = {request_id: 'VARCHAR',
			"timestamp": 'VARCHAR', model: 'VARCHAR', task_type: 'VARCHAR', tokens_in: 'BIGINT',
			tokens_out: 'BIGINT', cached_tokens: 'BIGINT'})`,
	csv: `SELECT request_id AS id, substr("timestamp", 1, 10) AS day, model, task_type AS task,
		tokens_in AS input, tokens_out AS output, cached_tokens AS cached
		FROM read_csv(${text(file)}, auto_detect = false, header = true, delim = ',', columns = {
			'timestamp': 'VARCHAR', 'request_id': 'VARCHAR', 'task_type': 'VARCHAR', 'model': 'VARCHAR',
			'tokens_in': 'BIGINT', 'tokens_out': 'BIGINT', 'cached_tokens': 'BIGINT',
			'duration_ms': 'DOUBLE', 'project': 'VARCHAR', 'user': 'VARCHAR'})`,
	chat: `SELECT id, strftime(make_timestamp(created * 1000000), '%Y-%m-%d') AS day, model,
		metadata.task_type AS task, usage.prompt_tokens AS input, usage.completion_tokens AS output,
		usage.prompt_tokens_details.cached_tokens AS cached
		FROM read_json(${text(file)}, format = 'newline_delimited', columns = {id: 'VARCHAR', created: 'BIGINT',
			model: 'VARCHAR', metadata: 'STRUCT(task_type VARCHAR)', usage: 'STRUCT(prompt_tokens BIGINT,
			completion_tokens BIGINT, prompt_tokens_details STRUCT(cached_tokens BIGINT))'})`,
};

const query = `
	WITH price AS (SELECT model, max(price) FILTER (kind = 'uncached_input') AS fresh,
			max(price) FILTER (kind = 'cache_read') AS again, max(price) FILTER (kind = 'output') AS made
			FROM read_csv(${text(prices)}, comment = '#') GROUP BY model),
		request AS (SELECT any_value(day) AS day, any_value(model) AS model, any_value(task) AS task,
			any_value(input) AS input, any_value(output) AS output, any_value(cached) AS cached
			FROM (${sources[kind]}) GROUP BY id)
	SELECT day, request.model, task, count(*), sum(input), sum(output), sum(cached),
		sum((input - cached) * fresh + cached * again + output * made) / 1e6
	FROM request JOIN price ON request.model = price.model
	GROUP BY ALL ORDER BY ALL`;

const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
const connection = await instance.connect();
const totals = [0n, 0n, 0n, 0n];
let cost = 0;
for (const row of (await connection.runAndReadAll(query)).getRows()) {
	for (let i = 0; i < 4; i++)
		totals[i] += BigInt(row[3 + i]);
	cost += row[7];
}
console.log(totals.join(' '), cost.toFixed(4));
