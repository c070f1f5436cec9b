// actor.h: who acts in the shell. `harapan login` leaves a token in a file of one's own, one for each database; a verb that
// changes anything names its actor by it, and a verb that moves money asks for the password again.
#ifndef CLI_ACTOR_H
#define CLI_ACTOR_H
#include "cli/cli.h"
#include "office/authority.h"
#include "office/session.h"

// Who is logged in here, and may do `action` in district `kab` (KAB_NONE: in no district). FORBIDDEN with what to type.
must_use bool actor_require(Cli *cli, Db *db, Action action, int64_t kab, Viewer *out, Err *e);
// Who is logged in here, whatever he may do: for what asks it itself (registry/search.h).
must_use bool actor_viewer(Cli *cli, Db *db, Viewer *out, Err *e);
// As actor_require for the district of --kab; without it for the only one that the person works for, else 0 (all of the area) where
// `may_be_all`, else BAD_INPUT.
must_use bool actor_require_here(Cli *cli, Db *db, Action action, bool may_be_all, int64_t *kab, Viewer *out, Err *e);
// The same as actor_require, with the password once more: from the terminal without echo, or the first line of stdin with --password-stdin.
must_use bool actor_confirm(Cli *cli, Db *db, Action action, int64_t kab, Viewer *out, Err *e);
// The same for a signature by which no money moves at once.
must_use bool actor_confirm_signature(Cli *cli, Db *db, Action action, int64_t kab, Viewer *out, Err *e);
// Who is logged in here and may look at families: all of an area, or the own caseload. *kab: of --kab, or the own district. What
// they may see goes into SEE(…).
must_use bool actor_reader(Cli *cli, Db *db, int64_t *kab, Viewer *out, Sight *sight, Err *e);
Sight actor_sight(const Viewer *viewer);                   // what that person may see today

// Who keeps the users of `kab`, with the password or a code once more when the log-in is older than five minutes.
must_use bool actor_keeper(Cli *cli, Db *db, int64_t kab, Viewer *out, Err *e);

// Whoever is logged in, also one who must do something first (session->must): only for what lets him do that.
must_use bool actor_arriving(Cli *cli, Db *db, Session *out, Err *e);
// The password or a code once more, unless the log-in is younger than five minutes.
must_use bool actor_prove(Cli *cli, Db *db, const Session *session, Err *e);

// For login and logout.
must_use bool actor_login(Cli *cli, Db *db, Str login, Viewer *out, Err *e);
must_use bool actor_logout(Cli *cli, Db *db, Err *e);
must_use bool actor_session(Cli *cli, Db *db, Session *out, bool *is_found, Err *e);
// A password from --password-stdin or the terminal. `again`: asks twice, for a new one.
must_use bool actor_password(Cli *cli, const char *prompt, bool again, Str *out, Err *e);

#define OPTION_PASSWORD_STDIN { "--password-stdin", NULL, N_("read the password from the first line of the input") }

// A practice database says so on the error stream, in every answer.
must_use bool actor_band(Cli *cli, Db *db, bool *is_practice, Err *e);
#endif
