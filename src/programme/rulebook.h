// rulebook.h: a rule book as an office writes it (YAML, rules/*.yaml), read and checked. Pure: the text comes from the caller.
// Everything that changes from year to year stands in the file with its dates, source and confidence; nothing of it is in C.
#ifndef PROGRAMME_RULEBOOK_H
#define PROGRAMME_RULEBOOK_H
#include "base/date.h"
#include "base/hash.h"
#include "base/rupiah.h"
#include "programme/yaml_tree.h"

typedef struct RuleBook RuleBook;

// Reads `yaml` (named `file` in messages). Mistakes become findings with line, place and what was expected; returns false with
// BAD_INPUT when there is at least one error. The book lives as long as `a` and keeps no pointer into `yaml`.
must_use bool rulebook_parse(Arena *a, Str file, Str yaml, const RuleBook **out, Findings *findings, Err *e);
// The same for a caller who shows no list: e names the first mistake and where to see all.
must_use bool rulebook_open(Arena *a, Str file, Str yaml, const RuleBook **out, Err *e);
Str rulebook_pkh(void);                                    // the text of rules/pkh.yaml as it was when the program was built
Str rulebook_code(const RuleBook *book);                   // "pkh"
Str rulebook_stage_before(const RuleBook *book, Str stage);   // in the book's order; empty for the first, and for one that it has not
Str rulebook_stage_after(const RuleBook *book, Str stage);    // the same for the last; after the empty text comes the first
Hash rulebook_hash(const RuleBook *book);                  // of the text's bytes: what a closing binds itself to
#endif
