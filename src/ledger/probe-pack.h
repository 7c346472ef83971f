/* SPDX-License-Identifier: GPL-3.0-or-later */
/* probe-pack - what a probe holds beside its columns, as a JSON object: keys are only ever added. */
#ifndef HLLM_LEDGER_PROBE_PACK_H
#define HLLM_LEDGER_PROBE_PACK_H

#include "ledger/probe.h"

void probe_pack(const struct probe *probe, struct str *out);
/* False: it is no such object. */
bool probe_unpack(struct probe *probe, struct slice text) hl_must_check;

#endif
