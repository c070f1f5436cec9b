// people.h: a file of people, one row a person, for computing without a database (harapan rules eval). Every cell is checked;
// what is wrong becomes a finding with row and field, and nothing is guessed. Rows of a family may stand anywhere in the file.
#ifndef PROGRAMME_PEOPLE_H
#define PROGRAMME_PEOPLE_H
#include "base/progress.h"
#include "files/csv.h"
#include "programme/entitlement.h"

typedef struct {
    Str name;
    Date born_on;
    uint8_t sex, school_level, pregnancy_no, outcome;
    bool is_severe_disability, is_rights_victim;
    uint32_t next;                                         // next person of the family + 1; 0: the last
    int64_t row_n;
    const int64_t *extra;                                  // by the book's attributes; NULL: all empty
} Someone;

typedef struct { Str name; int channel; uint32_t first, last, n; int64_t row_n; const int64_t *extra; } SomeFamily;

typedef struct {
    SomeFamily *families; size_t family_n, family_room;    // in the order in which they first appear
    Someone *persons; size_t person_n, person_room;
    uint32_t *slots; size_t slot_n;                        // families by name
} People;

#define PEOPLE_MAX ((size_t)50 << 20)                      // persons of one file: more than any nation's poor; a ceiling for memory

// Reads to the end, whatever is wrong, so that all findings are known; BAD_INPUT when there is an error among them.
// Nobody may be born after `today` or after the stage. Texts live in `a`; free the rest with people_free.
must_use bool people_read(Arena *a, const Scheme *s, CsvReader *r, Date today, Progress *progress, People *out, Findings *findings, Err *e);
void people_free(People *p);

void person_facts(const Scheme *s, const Someone *who, PersonFacts *out);
void family_facts(const Scheme *s, const SomeFamily *family, FamilyFacts *out);
#endif
