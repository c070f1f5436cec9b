// rules_show.h: the values of a rule book that hold on a day, as rows of a table for people and for JSON.
#ifndef PROGRAMME_RULES_SHOW_H
#define PROGRAMME_RULES_SHOW_H
#include "programme/scheme.h"

// section: "component", "amount", "cap", …; `what` and `value` in this thread's language.
typedef struct { const char *section; Str code, what, value, from, until, confidence, source, note; bool is_off; } ShownRule;   // is_off: needs a switch that is off
size_t rules_show(Arena *a, const RuleBook *book, Date on, const ShownRule **out);

// Makes every stage of the book: what only then goes wrong (too many kinds of persons, caps that cross) becomes a finding, and the
// rest a summary.
typedef struct { size_t stage_n, component_n, class_n; bool is_case_of_groups, has_quantities; Str wide_stage; } StagesTried;      // of the last stage
must_use bool rules_try_stages(Arena *a, const RuleBook *book, Findings *findings, StagesTried *out, Err *e);
#endif
