// passkey_http.h: what pages need of passkeys (office/passkey.h): the fields that the script fills, the site, the challenge as the browser wants it.
#ifndef WEB_PASSKEY_HTTP_H
#define WEB_PASSKEY_HTTP_H
#include "http/server.h"
#include "office/passkey.h"

PasskeySite passkey_site(const Request *r);
must_use bool passkey_answer(Request *r, PasskeyAnswer *out, Err *e);
// The browser's options as JSON: for a new passkey of `who`, or (NULL) to sign with one that is known.
must_use bool passkey_options(Request *r, Response *res, Db *db, int64_t user_id, const Hash *bound, PasskeyPurpose purpose, const Viewer *who, Err *e);
#endif
