# A damaged ledger: an answer or a sentence, never a crash.

load lib

@test "no command crashes on a ledger with damaged bytes" {
	expect 0 import --ledger base.db --as-of 2026-11-02 "$HLLM_DATA_DIR"/examples/* "$HLLM_DATA_DIR"/earlier/*
	run python3 -B "$BATS_TEST_DIRNAME/damage.py" "${SEED:-1}" "${SEEDS:-12}" "$HLLM" base.db
	echo "$output"
	[ "$status" = 0 ]
}

@test "what does not add up is named, with what to do" {
	expect 0 import --ledger base.db --as-of 2026-11-02 "$HLLM_DATA_DIR"/examples/*
	python3 - base.db <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
rowid, slots = db.execute("SELECT rowid, slots FROM series ORDER BY length(slots) DESC LIMIT 1").fetchone()
at = len(slots) // 2
db.execute("UPDATE series SET slots = ? WHERE rowid = ?",
           (slots[:at] + bytes([slots[at] ^ 2]) + slots[at + 1:], rowid))
db.commit()
END
	local command
	for command in "report --period 2026-10" "chart spend" audit; do
		# shellcheck disable=SC2086
		expect 1 $command --ledger base.db --as-of 2026-11-02
		has err "hllm: base.db: a damaged ledger: what it holds of \""
		has err "in 2026-10 does not add up; hllm doctor says how to save what can be read of it"
		[ "$(wc -l <err)" = 1 ]
	done
}
