// audit.h: the audit trail, the record of who looked, and the signed heads, for those who may read them. Nothing changes here.
#ifndef WEB_AUDIT_H
#define WEB_AUDIT_H
#include "office/audit_list.h"
#include "office/head.h"
#include "office/user.h"
#include "web/web.h"

typedef struct { int64_t kab; Str name; } AuditDistrict;
typedef struct { const char *word, *title; } AuditWord;    // as stored, and a msgid; a row of NULL ends a list
extern const AuditWord AUDIT_ACTIONS[], AUDIT_PURPOSES[];
static inline size_t audit_word_n(const AuditWord *list) { size_t n = 0; while (list[n].word) n++; return n; }
// For people, in this thread's language; what is not in a list stands as it is.
Str audit_action_title(Str action);
Str audit_key_title(Str key);
Str audit_value_title(Arena *a, Str key, Str value);       // rupiah, days, yes and no, the beginning of a hash
Str audit_subject_title(Arena *a, Str subject);            // "keluarga 12"
Str audit_subject_parse(Arena *a, Str typed);              // the other way: "family 12"

// What the three pages share: the filter as it stands in the address, and its choices.
typedef struct {
    int64_t kab, user_id, before_n, last_n;                // last_n: of the last row shown
    Str action, subject, purpose, family;
    Date from_on, until_on;
    AuditDistrict *districts;
    size_t district_n;
    User *users;
    size_t user_n;
    bool has_more, is_filtered;
    Url newest, older, all;
} AuditChoice;

typedef struct { AuditRow row; Str actor; Url by_actor, by_subject, by_action; AuditShown *shown; size_t shown_n; } AuditLine;
typedef struct { AuditChoice choice; AuditLine *lines; size_t line_n; } AuditView;
typedef struct { LookRow row; Str actor; Url by_actor, by_purpose; } LookLine;
typedef struct { AuditChoice choice; LookLine *lines; size_t line_n; } LooksView;

typedef struct {
    Heads heads;
    bool is_checked;
    Str *faults;                                           // what does not hold
    size_t fault_n;
    int64_t found_n;                                       // all of them; faults holds the first
} HeadsView;
#define AUDIT_ROWS 50
#define AUDIT_USERS_MAX 300            // a choice that a person can still look through
#endif
