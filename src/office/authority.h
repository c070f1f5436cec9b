// authority.h: who may do what, and where. One predicate over one table; pages, verbs and queries ask it and nothing else.
//
// Before doing something:   if (!authority_require(viewer, ACTION_CLOSE, kab, e)) return false;
// In every query for rows:  the predicate of may_see.sql, so that a row one may not see is simply not there:
//
//     -- family_full :one
//     SELECT f.status FROM family f WHERE f.kab = :kab AND f.id = :id AND may_see_family(f.kab, f.id);
//
//     Sight sight = authority_sight(viewer, district_today);                      (pages: web_sight(r))
//     family_full(db, a, (FamilyFullArgs){ .kab = kab, .id = id, SEE(sight) }, &row, &found, e)
//
// may_see_district(x.kab) is for what belongs to a district as a whole (stages, totals, batches), companion_today(f.kab, f.id) the
// companion who answers for a family. What is not found is answered with NOT_FOUND in the words for what does not exist.
#ifndef OFFICE_AUTHORITY_H
#define OFFICE_AUTHORITY_H
#include "base/date.h"
#include "base/err.h"

#define LOGIN_MAX 40                   // characters of a log-in name
#define USER_NAME_MAX 120              // bytes of a person's name

// Fixed order; names are stored (role_name).
typedef enum { ROLE_OPERATOR, ROLE_COORDINATOR, ROLE_HEAD_LINJAMSOS, ROLE_HEAD_DINSOS, ROLE_COMPANION, ROLE_AUDITOR, ROLE_NATIONAL, ROLE_PROVINCE,
               ROLE_BANK, ROLE_POST, ROLE_ADMINISTRATOR, ROLE_N } Role;

typedef enum {
    ACTION_READ,                       // totals, lists, families: personal data masked
    ACTION_READ_OWN,                   // own caseload only (companions)
    ACTION_READ_IDENTITY,              // NIK, KK and account in full
    ACTION_READ_AUDIT,                 // the audit chain and the users
    ACTION_CHECK,                      // run the checks
    ACTION_REFERENCE,                  // areas, schools, rule books: things of no district
    ACTION_IMPORT,
    ACTION_EDIT,                       // families and persons
    ACTION_CLOSE,
    ACTION_RUN,
    ACTION_SIGN_FIRST,                 // the maker's signature
    ACTION_SIGN_SECOND,                // the checker's
    ACTION_PAY,                        // reserve and write the channel's files
    ACTION_USERS,                      // add, change and disable users, see and end their sessions
    ACTION_CASELOAD,                   // say which companion answers for which family
    ACTION_DESK,                       // take in and handle what families ask about their own data (own families for companions)
    ACTION_TELL,                       // tell what a family has done for its money, ask for an excuse, take in an objection (own families for companions)
    ACTION_TRAIN,                      // plan a training, keep its day, its tests and its goods
    ACTION_CHANNEL,                    // take the files of the own channel and bring its results (bank, post)
    ACTION_N,
} Action;

// Who looks or acts. kab: the district's code; two digits for a province; 0 for the nation. A copy stands on its own.
typedef struct {
    int64_t user_id, kab;
    Role role;
    bool is_practice;
    char login[LOGIN_MAX + 1], name[USER_NAME_MAX + 1];
} Viewer;

#define KAB_NONE (-1)                  // for what belongs to no district (ACTION_REFERENCE): the role alone decides

// True when the viewer's role holds the action and `kab` is inside the viewer's area.
bool authority_allows(const Viewer *viewer, Action action, int64_t kab);
// The same, with FORBIDDEN in words when not.
must_use bool authority_require(const Viewer *viewer, Action action, int64_t kab, Err *e);
// The viewer's area: low to high, both inside. For rows of families and stages use a Sight instead: it also knows the role.
void authority_area(const Viewer *viewer, int64_t *low_kab, int64_t *high_kab);

// What a viewer may see on a day: the parameters of may_see.sql. Roles that read nothing get an area without a district.
typedef struct { int64_t low_kab, high_kab, user_id; Date on; } Sight;
Sight authority_sight(const Viewer *viewer, Date on);
#define SEE(sight) .see_low_n = (sight).low_kab, .see_high_n = (sight).high_kab, .see_user_id = (sight).user_id, .see_on = (sight).on
// The program itself: checks, runs, files. Never for what a person is shown.
static inline Sight sight_of_program(Date on) { return (Sight){ 0, INT64_MAX, 0, on }; }
// Own families only, as companions.
static inline bool sight_is_own_only(const Sight *s) { return s->user_id != 0; }
static inline bool sight_has_district(const Sight *s, int64_t kab) { return kab >= s->low_kab && kab <= s->high_kab; }
// True when a person of that role is never more than a reader.
bool role_is_reader(Role role);
// True for roles that sign, move money or keep the users: they prove themselves by a second factor, too.
bool role_needs_factor(Role role);
const char *role_channel(Role role);                       // "BRI" of the bank, "POS" of the post, else NULL

const char *role_name(Role role);                          // "head_dinsos": stored, and typed in the shell
const char *role_title(Role role);                         // for people, in this thread's language
must_use bool role_find(Str name, Role *out);
const char *action_title(Action action);                   // "close a stage", in this thread's language
#endif
