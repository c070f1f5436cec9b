// authority.h: who may do what, and where. One predicate over one table; pages, verbs and queries ask it and nothing else.
#ifndef OFFICE_AUTHORITY_H
#define OFFICE_AUTHORITY_H
#include "base/err.h"

#define LOGIN_MAX 40                   // characters of a log-in name
#define USER_NAME_MAX 120              // bytes of a person's name

// Fixed order; names are stored (role_name).
typedef enum { ROLE_OPERATOR, ROLE_COORDINATOR, ROLE_HEAD_LINJAMSOS, ROLE_HEAD_DINSOS, ROLE_COMPANION, ROLE_AUDITOR, ROLE_N } Role;

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
    ACTION_USERS,                      // add and disable users
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
// The viewer's area for a query: … WHERE kab BETWEEN low AND high.
void authority_area(const Viewer *viewer, int64_t *low_kab, int64_t *high_kab);
// True when a person of that role is never more than a reader.
bool role_is_reader(Role role);

const char *role_name(Role role);                          // "head_dinsos": stored, and typed in the shell
const char *role_title(Role role);                         // for people, in this thread's language
must_use bool role_find(Str name, Role *out);
const char *action_title(Action action);                   // "close a stage", in this thread's language
#endif
