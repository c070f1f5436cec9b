// duplicate_score.h: how likely two entries are the same person, in points that explain themselves. Pure.
//
// Each thing that is compared adds or takes away points (after Fellegi and Sunter): ten points make it ten times as likely. What
// speaks for chance is counted too: of a district's entries two taken blindly are hardly ever one person, of the nation's still less.
// So 0 means as likely as not, 20 a hundred to one. What each agreement weighs is data: the tables in duplicate_score.c. A rare name weighs more than a common one.
#ifndef REGISTRY_DUPLICATE_SCORE_H
#define REGISTRY_DUPLICATE_SCORE_H
#include "base/date.h"
#include "base/err.h"
#include "programme/scheme.h"

// ---- what is known of one entry ----------------------------------------------------------------------------------------------
typedef struct {
    int64_t kab, family_id, person_id, village_id;
    int64_t nik_claim;                                     // 0: no NIK
    Str nik, name, mother_name, address, rt, rw;           // as written; may be empty
    Date born_on;
    Sex sex;
} DuplicateFacts;

// The same, folded (name_words.h) and of fixed size: what is sorted, kept in a file and compared.
#define DUPLICATE_NAME_MAX 44          // letters and single spaces; the longest names are cut between words
#define DUPLICATE_MOTHER_MAX 32
typedef struct {
    int64_t nik_claim;
    uint32_t family_id, person_id;
    int32_t born_on;                                       // days, DATE_NONE.days when unknown
    uint32_t nik_day, nik_place;                           // what the NIK says: yymmdd of a birth date, kecamatan; 0 nothing. Not the NIK
    uint32_t village_id;                                   // of the district: the code less kab * 1,000,000
    uint32_t street;                                       // a hash of the address's words; 0 unknown
    uint16_t kab, rt, rw;
    uint8_t sex, nik_sex, name_n, mother_n;
    char name[DUPLICATE_NAME_MAX], mother[DUPLICATE_MOTHER_MAX];
} DuplicateEntry;
void duplicate_entry_make(const DuplicateFacts *facts, DuplicateEntry *out);
static inline Str duplicate_name(const DuplicateEntry *p) { return (Str){ p->name, p->name_n }; }
static inline Str duplicate_mother(const DuplicateEntry *p) { return (Str){ p->mother, p->mother_n }; }

// ---- how common words and villages are ---------------------------------------------------------------------------------------
typedef struct DuplicateCounts DuplicateCounts;
must_use bool duplicate_counts_open(DuplicateCounts **out, Err *e);
must_use bool duplicate_counts_add(DuplicateCounts *c, const DuplicateEntry *p, Err *e);      // LIMIT without memory
void duplicate_counts_close(DuplicateCounts *c);                                             // NULL is fine
int64_t duplicate_counts_entries(const DuplicateCounts *c);

// ---- the score ---------------------------------------------------------------------------------------------------------------
typedef enum {
    REASON_CHANCE, REASON_ONE_FAMILY,
    REASON_NIK_SAME, REASON_NIK_OTHER, REASON_NIK_DOUBTFUL,
    REASON_NAME_SAME, REASON_NAME_NEAR, REASON_NAME_PART, REASON_NAME_OTHER,
    REASON_BORN_SAME, REASON_BORN_ROUND, REASON_BORN_SWAPPED, REASON_BORN_YEAR, REASON_BORN_SLIP, REASON_BORN_UNSURE, REASON_BORN_OTHER, REASON_BORN_BY_NIK,
    REASON_MOTHER_SAME, REASON_MOTHER_NEAR, REASON_MOTHER_PART, REASON_MOTHER_OTHER,
    REASON_SEX_SAME, REASON_SEX_OTHER,
    REASON_HOME_SAME, REASON_VILLAGE_SAME, REASON_VILLAGE_OTHER, REASON_DISTRICT_OTHER,
    REASONS_N
} DuplicateReason;
const char *duplicate_reason_code(DuplicateReason reason);         // "name_near": stored
const char *duplicate_reason_text(DuplicateReason reason);         // "name written alike", in this thread's language
must_use bool duplicate_reason_find(Str code, DuplicateReason *out);

const char *duplicate_points_text(int points);             // "speaks strongly for it", in this thread's language

#define DUPLICATE_REASONS_MAX 8        // chance or family, NIK, name, birth, mother, sex, home
typedef struct { DuplicateReason reason; int points; } DuplicatePoints;
typedef struct { int score; size_t n; DuplicatePoints at[DUPLICATE_REASONS_MAX]; } DuplicateScore;
void duplicate_score(const DuplicateCounts *c, const DuplicateEntry *a, const DuplicateEntry *b, DuplicateScore *out);

extern const int DUPLICATE_LOOK;       // from this score on a pair is shown to people
extern const int DUPLICATE_SURE;       // from this score on it is called almost certain

// "chance:-70 name_same:38 born_same:42", and back. False for what this program never wrote.
void duplicate_score_put(Buf *b, const DuplicateScore *score);
must_use bool duplicate_score_parse(Str text, DuplicateScore *out);
#endif
