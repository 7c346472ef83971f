/* SPDX-License-Identifier: GPL-3.0-or-later */
/* views - the views of hllm-ledger(5), as SQL; the inside of the ledger. */
#ifndef HLLM_LEDGER_VIEWS_H
#define HLLM_LEDGER_VIEWS_H

#include "ledger/sql.h"

/* Makes them anew: they hold nothing.  Inside a transaction. */
bool views_make(struct ledger *ledger, struct err *err) hl_must_check;

#endif
