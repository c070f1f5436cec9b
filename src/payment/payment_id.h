// payment_id.h: the names under which banks know our messages and payments. They follow from stage, channel, part, family and
// attempt alone: writing a file again gives the same names, so the bank's own check for duplicates protects us. Pure.
#ifndef PAYMENT_PAYMENT_ID_H
#define PAYMENT_PAYMENT_ID_H
#include "base/err.h"

#define PAYMENT_ID_MAX 35              // ISO 20022 Max35Text: MsgId, EndToEndId (a file adds 6 for its blocks)
typedef struct { char text[PAYMENT_ID_MAX + 1]; } PaymentId;
static inline Str payment_id_str(const PaymentId *id) { return str_c(id->text); }

// "PKH-1371-2024-2-BRI-P01-A1". LIMIT when it does not fit.
must_use bool payment_id_message(Str programme, int64_t kab, Str stage, Str channel, int64_t part_n, int64_t attempt_n, PaymentId *out, Err *e);
// "13710000123-20242-1": four digits of district, the family in at least seven, the stage without dashes, the attempt.
must_use bool payment_id_family(int64_t kab, int64_t family_id, Str stage, int64_t attempt_n, PaymentId *out, Err *e);
// The inverse: which family and attempt a bank speaks of. False for anything that payment_id_family does not make for `stage`.
must_use bool payment_id_parse(Str text, Str stage, int64_t *kab, int64_t *family_id, int64_t *attempt_n);
#endif
