// search_index.h: the words of all names, kept so that a name is found in a nation within a blink (search.h asks).
//
// A name is its words in one spelling (name_words.h). Three tables are made from the rows of person, by one function, in the
// transaction of the change: the words of each 256 families (search_name), who has a word (search_posting), and the words that a
// district has (search_word). pack_refresh calls search_refresh, so whoever changes a family has nothing more to do.
//
// search_posting is the one large table of the registry that leads with something else than kab, as claims do with their hash: by
// measurement at ten million persons. A frequent word of the whole nation is read in 0.04 ms on SQLite and 0.11 ms on PostgreSQL; led by
// kab, with a probe for each of 514 districts, in 1.2 and 3.2 ms, and when little is cached in 8 and 18 ms. For one district both take
// the same (0.01 and 0.06 ms), and both are about as large (SQLite 306 against 316 MB, PostgreSQL 1,383 against 1,236 MB).
#ifndef REGISTRY_SEARCH_INDEX_H
#define REGISTRY_SEARCH_INDEX_H
#include "base/progress.h"
#include "db/db.h"
#include "office/violation.h"

// After changing rows of families first_id … last_id of a district, before the commit. What has not changed is not written.
must_use bool search_refresh(Db *db, int64_t kab, int64_t first_id, int64_t last_id, Progress *progress, Err *e);

// Words of a district that nobody has any more leave the list of its words: for an erasure, after search_refresh. Half a second in a city.
must_use bool search_forget(Db *db, int64_t kab, Err *e);

// All of it anew for all districts, in sorted passes: under 300 MB of memory whatever the number of persons. In the transaction of
// the caller. For bulk work that went past search_refresh (pack_make), and for a database from before there was a search.
must_use bool search_build(Db *db, Progress *progress, Err *e);

// The three tables equal the rows of person: words of names exactly, postings by a sum over every one of them, and no word is
// missing among the district's words. False only when it could not be done.
must_use bool search_check(Db *db, Violations *v, Progress *progress, Err *e);

// For search.c and search_words.c: the words of a district's part as (word, persons), ascending.
typedef struct { Str rest; char word[32]; uint8_t word_n; int64_t person_n; } WordPart;
WordPart word_part_open(Str bytes);
must_use bool word_part_next(WordPart *p, bool *has_word, Err *e);
#endif
