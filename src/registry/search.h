// search.h: a person by what somebody remembers of the name, or by a number. Answers as one types, over a nation.
//
// A name is asked by its words, in any order: each in another spelling (name_words.h), with a letter or two wrong, the last perhaps
// unfinished; two words written as one or one as two; with a village or kecamatan beside them ("siti lubuk buaya"). Words are
// matched against the district's words first (search_words.h), then those who have them all are found, the rarest word first.
// Better spelling comes first; among equals one's own village, then one's own district.
//
// A number is asked whole: 16 digits a NIK or KK, 10 or more an account, up to 8 a family's own number. A part of a longer one finds nobody:
// it would make numbers guessable.
#ifndef REGISTRY_SEARCH_H
#define REGISTRY_SEARCH_H
#include "db/db.h"
#include "office/authority.h"

#define SEARCH_LIMIT_MAX 50
#define SEARCH_WORDS_MAX 6                     // of what was typed; the rest is left out

typedef struct {
    Str text;                                  // as typed
    bool is_typing;                            // the last word may be unfinished
    int64_t low_kab, high_kab;                 // the viewer's area
    // Only these families of one district, ascending: a companion's caseload. Nobody else is found, nor counted.
    bool is_own_only;
    int64_t own_kab;
    const int64_t *own_ids;
    size_t own_n;
    int64_t near_village_id, near_kab;         // 0: nowhere
    size_t limit_n;                            // at most SEARCH_LIMIT_MAX
} SearchAsk;

typedef enum { FOUND_EXACT, FOUND_BEGINNING, FOUND_SIMILAR } FoundHow;
typedef struct {
    int64_t kab, family_id, person_id, village_id;
    Str name, status;
    Date born_on;
    bool is_gone, is_payee;
    FoundHow how;
    int cost;                                  // lower is better
} SearchHit;

typedef struct {
    SearchHit *at;
    size_t n;
    bool is_more;                              // there are others; a further word narrows it
    bool is_too_short;                         // one letter is no question yet
} SearchFound;

// Whom this viewer may find: sets area and caseload of `ask`. The one place that says it; pages and verbs call it before they ask.
// Who sees no families finds nobody.
must_use bool search_reach(Db *db, Arena *a, Sight sight, SearchAsk *ask, Err *e);

// What stands in the box: digits with the blanks, points and dashes that people put between them. The digits in `a`; false for a name.
bool search_is_number(Arena *a, Str text, Str *digits);
// A name with so many digits in it that one of the numbers may be among them: it must not go into an address.
bool search_has_number(Str text);
must_use bool search_names(Db *db, Arena *a, const SearchAsk *ask, SearchFound *out, Err *e);
// Every family of a district (low_kab is high_kab) where somebody is found, ascending, for a filter of a list: near and limit_n do not
// limit it. How far spellings may differ is decided as for the box. is_cut: there are more than anybody reads.
typedef struct { int64_t family_id; int cost; } SearchFamily;
typedef struct { SearchFamily *at; size_t n; bool is_cut; } SearchFamilies;
must_use bool search_families(Db *db, Arena *a, const SearchAsk *ask, SearchFamilies *out, Err *e);
// `digits` as search_is_number gives them; of another length nobody is found. person_id 0: the family itself.
must_use bool search_number(Db *db, Arena *a, const SearchAsk *ask, Str digits, SearchFound *out, Err *e);
#endif
