/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ledger/sql.h"

/* Version 1.  Later versions add steps behind it; nothing here changes once released. */
const char ledger_schema[] =
	"CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;"
	"CREATE TABLE import ("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, command TEXT NOT NULL) "
	"STRICT;"
	"CREATE TABLE source ("
	"  id INTEGER PRIMARY KEY, name TEXT NOT NULL, reader TEXT NOT NULL, title TEXT NOT NULL,"
	"  reason TEXT NOT NULL, origin INTEGER NOT NULL, counts BLOB NOT NULL, rejects TEXT NOT "
	"NULL,"
	"  flags INTEGER NOT NULL, collapsed INTEGER NOT NULL, first INTEGER NOT NULL, last "
	"INTEGER NOT NULL,"
	"  plain INTEGER NOT NULL, dev INTEGER NOT NULL, inode INTEGER NOT NULL, size INTEGER NOT "
	"NULL,"
	"  mtime INTEGER NOT NULL, lines INTEGER NOT NULL, chain INTEGER NOT NULL,"
	"  head INTEGER NOT NULL, tail INTEGER NOT NULL, options TEXT NOT NULL) STRICT;"
	"CREATE INDEX source_file ON source (dev, inode);"
	"CREATE TABLE import_source ("
	"  import INTEGER NOT NULL REFERENCES import, source INTEGER NOT NULL REFERENCES source,"
	"  place INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (import, place)) STRICT, "
	"WITHOUT ROWID;"
	"CREATE TABLE key ("
	"  id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, texts BLOB NOT NULL, numbers BLOB "
	"NOT NULL) STRICT;"
	"CREATE TABLE series ("
	"  source INTEGER NOT NULL, key INTEGER NOT NULL, month INTEGER NOT NULL,"
	"  totals BLOB NOT NULL, slots BLOB NOT NULL, dists BLOB NOT NULL) STRICT;"
	"CREATE INDEX series_source ON series (source);"
	"CREATE TABLE page ("
	"  source INTEGER NOT NULL, number INTEGER NOT NULL, entries BLOB NOT NULL) STRICT;"
	"CREATE INDEX page_source ON page (source, number);"
	"CREATE TABLE tap ("
	"  source INTEGER NOT NULL, kind INTEGER NOT NULL, key INTEGER NOT NULL, month INTEGER NOT "
	"NULL,"
	"  data BLOB NOT NULL) STRICT;"
	"CREATE INDEX tap_source ON tap (source, kind);";

const char *const ledger_steps[LEDGER_VERSION - 1] = {
	/* to version 2: requests by the minute; NULL where they were not counted */
	"ALTER TABLE series ADD COLUMN minutes BLOB;",
	/* to version 3: probes of the user's own hardware; 'detail' is that of probe-pack.h */
	"CREATE TABLE probe ("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, label INTEGER NOT NULL,"
	"  host TEXT NOT NULL, hardware TEXT NOT NULL, units INTEGER NOT NULL,"
	"  server TEXT NOT NULL, version TEXT NOT NULL, model TEXT NOT NULL, quant TEXT NOT NULL,"
	"  slots INTEGER NOT NULL, context INTEGER NOT NULL, detail TEXT NOT NULL) STRICT;",
};
