// synth.h: invented families, for practice, tests and benches: a seed makes a city, the same bytes every time. No person in it
// exists: serial numbers of NIK and KK start at 9001, branches at 9001, schools at 99000001, codes with S.
//
// The composition is a table (SYNTH_COMPOSITION): of so many families so many persons that are paid for. A district of that many
// families has exactly those persons; another size is scaled. Ages and levels are those of SYNTH_AS_OF. What it sums to is for the
// rule book to say: nothing here knows an amount. This part is pure; synth_store.h writes it to a database.
#ifndef REGISTRY_SYNTH_H
#define REGISTRY_SYNTH_H
#include "base/arena.h"
#include "base/random.h"
#include "programme/scheme.h"

// Persons that the rule book pays the same for are one kind: early childhood and pregnancy; elderly and severe disability.
typedef enum { SYNTH_YOUNG, SYNTH_SD, SYNTH_SMP, SYNTH_SMA, SYNTH_ELDER, SYNTH_KINDS_N } SynthKind;
typedef enum { SYNTH_BRI, SYNTH_POS, SYNTH_CHANNELS_N } SynthChannel;
typedef struct { const char *channel; int64_t family_n, paid_n[SYNTH_KINDS_N]; } SynthComposition;
extern const SynthComposition SYNTH_COMPOSITION[SYNTH_CHANNELS_N];
extern const int64_t SYNTH_COMPANIONS;                     // of the whole composition, without the coordinator
extern const Date SYNTH_AS_OF;
int64_t synth_composition_families(void);

typedef struct { int64_t id; uint32_t weight; } SynthVillage;
uint32_t synth_village_weight(int64_t village_id);         // how many families live there, compared with other villages

typedef struct {
    uint64_t seed;
    int64_t kab, family_n;
    Str name;                                              // of the district: "Padang"
    const SynthVillage *villages;                          // ascending by id; at least one
    size_t village_n;
    int district_n;                                        // 0, 1, … over the nation: gives the branch of its accounts
    int64_t first_school_n;                                // schools of the districts before this one: school numbers are national
} SynthPlan;

#define SYNTH_BRANCH_FIRST 9001    // branches that no bank has
#define SYNTH_PERSON_MAX 12
typedef struct {
    int64_t id;                                            // runs through the district
    char nik[17], school_npsn[9];                          // npsn "" without school
    Str name, mother_name, birth_place;
    const char *relation;
    PersonFacts facts;                                     // without extra attributes
} SynthPerson;

typedef struct {
    int64_t id, village_id, companion_id, health_post_id, payee_id;
    SynthChannel channel;
    char dtks_code[16], kk[17], account[16], rt[4], rw[4]; // account "" through the post
    Str address, hamlet;
    int decile_n;
    Date entered_on;
    size_t person_n;
    SynthPerson persons[SYNTH_PERSON_MAX];
    char text[2048];                                       // where the names stand
    size_t text_n;
} SynthFamily;

typedef struct { char npsn[9]; int64_t village_id; const char *level; char name[80]; } SynthSchool;
typedef struct { int64_t id, village_id; const char *kind; char name[80]; } SynthPost;
typedef struct { int64_t id; bool is_coordinator; char name[48]; } SynthCompanion;

typedef struct SynthDistrict SynthDistrict;
// Lays out villages, schools, posts and caseloads. The plan's villages and name must outlive it; memory is the arena's.
SynthDistrict *synth_district(Arena *a, const SynthPlan *plan);
size_t synth_schools(const SynthDistrict *d, const SynthSchool **out);
size_t synth_posts(const SynthDistrict *d, const SynthPost **out);
size_t synth_companions(const SynthDistrict *d, const SynthCompanion **out);
int64_t synth_schools_of(const SynthPlan *plan);           // how many schools the district has, without laying it out
// The next family, ids from 1, village by village; false after the last.
bool synth_family_next(SynthDistrict *d, SynthFamily *out);
#endif
