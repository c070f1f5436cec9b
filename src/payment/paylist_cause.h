// paylist_cause.h: why the Ministry pays another amount than our rule book gives: the likely cause, found by trying what would give
// exactly their figure. A guess that fits to the rupiah, never more than a guess. Pure.
#ifndef PAYMENT_PAYLIST_CAUSE_H
#define PAYMENT_PAYLIST_CAUSE_H
#include "programme/entitlement.h"

// Names are given in JSON.
typedef enum {
    CAUSE_NONE,                        // nothing differs
    CAUSE_MONTHS,                      // the same components for another number of months
    CAUSE_CAP,                         // they pay somebody whom our cap leaves out
    CAUSE_DUTY,                        // they pay in full what we cut or suspend
    CAUSE_COMPONENT_MORE,              // they pay one component more
    CAUSE_COMPONENT_LESS,              // … one component less
    CAUSE_COMPONENT_OTHER,             // … one component as another one (SD as SMP)
    CAUSE_DOUBLE,                      // exactly twice our amount
    CAUSE_UNKNOWN,
    CAUSE_SUSPENDED, CAUSE_NO_COMPONENT, CAUSE_NOT_ELIGIBLE, CAUSE_LEFT, CAUSE_NOT_CLOSED,     // only theirs: what the family is with us
    CAUSE_NOT_LISTED,                  // only ours
    CAUSE_EXCLUDED, CAUSE_ZERO,        // amount 0, with and without the remark
    CAUSE_OLD_PERIOD,
    CAUSE_N
} CauseKind;
typedef struct { CauseKind kind; int component, other, months; } Cause;                // component, other: of the scheme, -1 none

// `channel`: ours; `their_channel` -1: not known.
must_use bool paylist_cause_find(const Scheme *s, int channel, int their_channel, const Case *c, Rupiah theirs, Cause *out, Err *e);

const char *cause_name(CauseKind kind);
void cause_put(Buf *b, const Scheme *s, const Cause *cause);        // a sentence for people
#endif
