// rules_eval.h: what every family of a file would be paid, written with its lines: one record a family, CSV or JSON Lines.
#ifndef PROGRAMME_RULES_EVAL_H
#define PROGRAMME_RULES_EVAL_H
#include "programme/people.h"

typedef struct { int64_t family_n, person_n, paid_n; Rupiah total; } EvalSummary;

// In the order in which the families first appear; persons in the order of their rows, then the amounts of the family.
must_use bool rules_eval_write(const Scheme *s, const People *p, bool is_json, Sink sink, Progress *progress, EvalSummary *out, Err *e);
void put_json_text(Buf *b, Str text);
void put_money(Buf *b, const RuleBook *book, int64_t amount);        // 142.00 with two minor digits, else 142
#endif
