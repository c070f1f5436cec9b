// casebook.h: from packed facts to a case number, millions of times. One book belongs to one thread and lives for one closing.
//
// A member's class is two look-ups: his birth date gives a band (no class changes inside one), band and facts give the class.
// The members' sorted classes are the key of a hash table; only a key never seen before is made into a Case and encoded.
// Where a rule book asks more of a family than its members' classes, each family is made into a Case; still once for each
// distinct one afterwards.
#ifndef REGISTRY_CASEBOOK_H
#define REGISTRY_CASEBOOK_H
#include "programme/scheme.h"

typedef struct CaseBook CaseBook;

// BAD_INPUT when the scheme asks for an attribute that the registry does not keep.
must_use bool casebook_open(const Scheme *s, CaseBook **out, Err *e);
void casebook_close(CaseBook *b);
// Number of the case in this book (from 0, in order of first sight). `born` and `facts`: u16 columns of a person pack.
must_use bool casebook_find(CaseBook *b, Standing standing, uint8_t decile, const uint8_t *born, const uint8_t *facts, size_t member_n,
                            uint32_t *case_id, Err *e);
// The facts of a pack as the rule book sees them: attributes that the registry does not keep count as empty.
PersonFacts casebook_person(const CaseBook *b, uint16_t born, uint16_t facts);
FamilyFacts casebook_family(const CaseBook *b, Standing standing, uint8_t decile);
uint32_t casebook_n(const CaseBook *b);
Str casebook_bytes(const CaseBook *b, uint32_t case_id);    // canonical bytes; live as long as the book

// A case in few bytes, for drafts (draft.h): standing and classes where they are all that a case is, else its canonical bytes.
// The same rule book and stage give the same keys. They live as long as the book.
must_use bool casebook_key(CaseBook *b, uint32_t case_id, Str *out, Err *e);
// The case of such a key. CONFLICT: no key of this rule book and stage.
must_use bool casebook_find_key(CaseBook *b, Str key, uint32_t *case_id, Err *e);
#endif
