// head_request.h: another key for the head of each day. Who could change it alone could sign a history built anew, so one who keeps users
// asks and another signs (approval.h, kind "head_key"); from then on heads made with that key follow those of the old one.
#ifndef OFFICE_HEAD_REQUEST_H
#define OFFICE_HEAD_REQUEST_H
#include "office/approval.h"

extern const ApprovalKind HEAD_KEY_APPROVAL;   // subject: the public key, 64 hexadecimal digits
// Asks. FORBIDDEN unless the viewer keeps the users of every district whose trail is sealed; CONFLICT when nothing was signed yet, or when
// this key signs already or may. A second call finds the first one's request. One transaction of its own.
must_use bool head_key_ask(Db *db, const Viewer *viewer, const Hash *public_key, Instant now, Err *e);
#endif
