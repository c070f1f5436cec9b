// web.h: the office's pages: who is signed in, what each role sees, and the route tables of all pages.
#ifndef WEB_WEB_H
#define WEB_WEB_H
#include "db/db.h"
#include "http/server.h"
#include "office/authority.h"
#include "office/session.h"

// Fills what the pages need into `o` (routes, menu, hooks); the caller has set db_url and where to listen.
void web_options(ServerOptions *o);
void web_close(void);                                      // after server_stop: ends the read log's committer

// ---- for the pages' handlers
const Session *web_session(const Request *r);              // of a route that allows only who is signed in
static inline const Viewer *web_viewer(const Request *r) { return &web_session(r)->viewer; }
// The district the page is about: the viewer's own, or for those above districts the one of ?kab=, or the first of their area
// that has families. 0 when there is none yet.
must_use bool web_kab(Request *r, Db *db, int64_t *kab, Err *e);
// What this viewer may see, for SEE(…) in every query that shows rows (office/authority.h).
Sight web_sight(const Request *r);
Date web_today(const Request *r);                          // the day in the district's zone
// Before a page shows personal data: writes into the read log (office/read_log.h) which families it shows. Returns when that is
// on the disk. False when it cannot be written: the answer then is a page that says why, and the handler returns true.
bool web_may_show(Request *r, Response *res, const char *purpose, int64_t kab, const int64_t *family_ids, size_t family_n);
// The form's field `password` once more, before a signature; the session's cookie and code are new from here on. FORBIDDEN, BUSY.
must_use bool web_confirm(Request *r, Response *res, Db *db, Err *e);
// The same for people of a file that is not applied yet: they are no families here, so they stand as number 0.
bool web_may_show_file(Request *r, Response *res, int64_t kab);
// The stage the page is about: ?stage=, or the latest that the district closed; empty when there is none.
typedef struct { Str *at; size_t n; Str chosen; } Stages;  // newest first
must_use bool web_stages(Request *r, Db *db, int64_t kab, Stages *out, Err *e);
Str stage_title(Arena *a, Str stage);                      // "Stage 2 of 2024", in this thread's language
Str channel_title(Str code);                               // "BRI", "Pos": as the office says it
must_use bool web_qr(Arena *a, Str text, Html *out, Err *e);        // a text as a QR code, black on white
Str id_text(Arena *a, int64_t id);                         // a family's number inside a sentence: 2024, not 2.024
#define STAGE_TEXT_MAX 20

extern const Route IDENTITY_ROUTES[], DUPLICATES_ROUTES[];
extern const Route LOGIN_ROUTES[], ACCOUNT_ROUTES[], USERS_ROUTES[], DASHBOARD_ROUTES[], FAMILIES_ROUTES[], SEARCH_ROUTES[], FAMILY_ROUTES[], APPROVAL_ROUTES[], IMPORT_ROUTES[];
extern const Route WORKLIST_ROUTES[];
extern const Route PAYLIST_ROUTES[], DESK_ROUTES[], SUBJECT_ROUTES[];
extern const Route LIFE_ROUTES[], DRIFT_ROUTES[], PERSON_ROUTES[], ADJUSTMENT_ROUTES[];
extern const Route AUDIT_ROUTES[], FORMS_ROUTES[], CASELOAD_ROUTES[];
extern const Route TRAINING_ROUTES[];
#endif
