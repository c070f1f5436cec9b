// scheme.h: a rule book made ready for one stage: which components a person may fill, and what each pays through each channel.
// Pure and integer; the same code for a nation, one family and the phone. Nothing here reads a clock, a file or a database.
#ifndef PROGRAMME_SCHEME_H
#define PROGRAMME_SCHEME_H
#include "programme/case.h"
#include "programme/rulebook.h"

#define CLASS_MAX 4096         // distinct (mask, outcome) pairs of one scheme
#define EXTRA_MAX 16           // attributes beyond the standard ones that a rule book names

typedef enum { SEX_UNKNOWN, SEX_MALE, SEX_FEMALE } Sex;                              // L, P in Indonesian files
typedef enum { SCHOOL_NONE, SCHOOL_SD, SCHOOL_SMP, SCHOOL_SMA } SchoolLevel;

// Facts of a person as the registry or a file of `rules eval` holds them. Extra attributes by the scheme's index; EXTRA_NONE: not known.
typedef struct {
    Date born_on;                                          // DATE_NONE when unknown: fits no component that asks for an age
    Sex sex;
    SchoolLevel school_level;
    uint8_t pregnancy_no;                                  // 0 not pregnant, else which pregnancy
    bool is_severe_disability, is_rights_victim;
    Outcome outcome;
    int64_t extra[EXTRA_MAX];
} PersonFacts;

typedef struct { Standing standing; int64_t extra[EXTRA_MAX]; } FamilyFacts;

typedef struct Scheme Scheme;
typedef struct { Str code, title_id, title_en, source_id, source_en; ComponentKind kind; int layer; } SchemeComponent;
typedef struct {
    Str code, title_id, title_en;                          // "BRI"; label of the stage in this channel: see stage_label_*
    Str stage_label_id, stage_label_en;
    Date first_on;                                         // first day of the months paid for
    int months;
    Date reference_on;                                     // the day on which ages are taken in this channel
    Rupiah amount[COMPONENT_MAX];                          // full amount of the stage for one person (or family), rounded as the book says
    Rupiah rate[COMPONENT_MAX];                            // the rate it comes from …
    int rate_months[COMPONENT_MAX];                        // … for so many months (12: a yearly rate; 0: once, whatever the months)
    int paid_months[COMPONENT_MAX];                        // months of the stage that count (usually `months`; fewer when a component rests)
} SchemeChannel;

// Makes the scheme of `stage` ("2024-2"). NOT_FOUND names the stages that the book has. Lives as long as `a` and `book`.
must_use bool scheme_make(Arena *a, const RuleBook *book, Str stage, const Scheme **out, Err *e);
// The same with no sanction at all, or with that of the stage as though it were decided, whatever its action is: what a proposal would take.
typedef enum { SANCTIONS_OF_BOOK, SANCTIONS_NONE, SANCTIONS_DECIDED } SchemeSanctions;
must_use bool scheme_make_as(Arena *a, const RuleBook *book, Str stage, SchemeSanctions sanctions, const Scheme **out, Err *e);
Str scheme_stage(const Scheme *s);
Date scheme_reference_on(const Scheme *s);                 // the day on which ages are taken (of the first channel; see SchemeChannel)
size_t scheme_components(const Scheme *s, const SchemeComponent **out);
size_t scheme_channels(const Scheme *s, const SchemeChannel **out);
int scheme_channel_find(const Scheme *s, Str code);        // -1 when the stage has no such channel
size_t scheme_extra_names(const Scheme *s, const Str **person, size_t *person_n, const Str **family, size_t *family_n);
// What an empty field of the i-th attribute of a book's own means: the book's word for it, or EXTRA_NONE (unknown).
int64_t scheme_person_empty(const Scheme *s, size_t i);
int64_t scheme_family_empty(const Scheme *s, size_t i);
// Whether it decides anything in this stage.
bool scheme_reads_person(const Scheme *s, size_t i);
bool scheme_reads_family(const Scheme *s, size_t i);

// Facts of somebody of whom nothing is known: each of the book's attributes holds its value for an empty cell.
void person_facts_empty(const Scheme *s, PersonFacts *out);
void family_facts_empty(const Scheme *s, FamilyFacts *out);

// ---- from facts to a case ----------------------------------------------------------------------------------------
// A person's class: which components he may fill, his outcome, and which cut an unmet duty brings. Class 0 fills none and never
// matters to an amount, unless the book counts household members. Bit i of the mask is component i; when the channels of a stage
// take ages on different days, the bits of the second day follow those of the first: scheme_mask_in gives a channel's own.
typedef struct { uint32_t mask; Outcome outcome; uint8_t cut; } PersonClass;
uint32_t scheme_mask_in(const Scheme *s, int channel, uint32_t mask);
uint16_t scheme_person_class(const Scheme *s, const PersonFacts *p);
size_t scheme_classes(const Scheme *s, const PersonClass **out);
// The birth dates at which a class may change, ascending: between two of them all birth dates are alike. For tables.
size_t scheme_birth_bounds(const Scheme *s, const Date **out);

// LIMIT for more than PERSON_MAX persons.
must_use bool case_make(const Scheme *s, const FamilyFacts *family, const PersonFacts *persons, size_t person_n, Case *out, Err *e);

// Canonical bytes: equal families give equal bytes on every machine and engine. At most CASE_BYTES_MAX.
#define CASE_BYTES_MAX (16 + 8 * QUANTITY_MAX + 8 * PERSON_MAX)
size_t case_encode(const Case *c, uint8_t *out);
must_use bool case_decode(const uint8_t *bytes, size_t n, Case *out);                // false: not canonical bytes
bool scheme_has_quantities(const Scheme *s);               // an amount depends on an income: cases may be as many as families
bool scheme_is_case_of_groups(const Scheme *s);            // no family flags, members or quantities: only standing and groups
#endif
