// audit_words.c: what stands in an entry as a word of the program, for people.
#include "web/audit.h"
#include "base/rupiah.h"
#include "web/families.h"

const AuditWord AUDIT_ACTIONS[] = {
    { "registry.import", N_("File applied") }, { "registry.import_mapping", N_("Columns of a source shown") }, { "registry.import_drop", N_("File dropped") }, { "registry.life", N_("Life event of a family") }, { "commitment.record", N_("Facts of commitment recorded") }, { "commitment.excuse", N_("Excuse granted") }, { "commitment.excuse_end", N_("Excuse ended early") }, { "commitment.sanctions", N_("Sanctions decided") }, { "commitment.corrections", N_("Corrections decided") }, { "commitment.adjustment", N_("Step of a sanction or correction") }, { "commitment.outcomes", N_("Outcomes of a stage written") },
    { "registry.life_settle", N_("Life events settled") }, { "registry.identity_work", N_("Search for faults") }, { "registry.identity_decide", N_("Fault decided") },
    { "registry.duplicates", N_("Search for duplicates") }, { "registry.duplicate_decide", N_("Duplicate decided") }, { "registry.merge", N_("Duplicates merged") },
    { "registry.merge_undo", N_("Merge undone") }, { "registry.area", N_("Areas read") }, { "registry.search_build", N_("Search index made") }, { "registry.synth", N_("Synthetic data made") },
    { "caseload.hand_over", N_("Families handed over") }, { "caseload.join", N_("A log-in linked to a companion") }, { "family.identity_seen", N_("NIK and account in full") }, { "stage.prepare", N_("Stage prepared") },
    { "stage.close", N_("Stage closed") }, { "stage.run", N_("Stage computed") }, { "payment.approve", N_("Payment signed") }, { "payment.reserve", N_("Money reserved") },
    { "payment.release", N_("File handed over") }, { "payment.settle", N_("Answer of a channel taken in") },
    { "payment.reissue", N_("Paid again in a follow-up wave") }, { "payment.to_treasury", N_("Due to the treasury") }, { "payment.sp2d", N_("SP2D recorded") },
    { "payment.receipt", N_("Receipt of the treasury recorded") }, { "approval.ask", N_("Approval asked for") }, { "approval.sign", N_("Approval signed") }, { "approval.refuse", N_("Approval refused") },
    { "approval.withdraw", N_("Request withdrawn") }, { "approval.void", N_("Signatures void") }, { "approval.policy", N_("Rule of approval changed") },
    { "approval.delegate", N_("Signature lent") }, { "approval.undelegate", N_("Loan of a signature ended") }, { "user.add", N_("User added") }, { "user.disable", N_("User disabled") },
    { "user.enable", N_("User let in again") }, { "user.role", N_("Another role or area") }, { "user.password", N_("Own password changed") }, { "user.password_give", N_("Password given") },
    { "factor.add", N_("Second factor set up") }, { "factor.drop", N_("Second factor taken away") }, { "factor.passkey_add", N_("Passkey added") }, { "factor.passkey_remove", N_("Passkey removed") }, { "factor.passkey_copied", N_("Passkey refused: perhaps copied") },
    { "factor.recovery", N_("Recovery codes made") },
    { "session.end", N_("Session ended") }, { "session.end_all", N_("All sessions ended") }, { "session.code_refused", N_("Code refused") },
    { "session.login", N_("Log-in") }, { "session.logout", N_("Log-out") }, { "session.refused", N_("Log-in refused") }, { "session.confirm_refused", N_("Password refused") },
    { "audit.head", N_("Head signed") }, { "audit.head_key", N_("Another key for the daily head") }, { "office.backup", N_("Backup made") }, { "office.restore", N_("Restored from a backup") },
    { "office.key_change", N_("Key of a district changed") }, { "office.key_gone", N_("Old key taken away") }, { "office.key_copy", N_("Keys copied") }, { "office.factor_key", N_("Another key of the authenticator apps") }, { "office.key_restore", N_("Keys put back") },
    { "registry.edit", N_("Family or person changed") }, { "registry.erase", N_("Personal data erased") }, { "registry.erase_again", N_("Personal data erased once more") }, { "registry.drift_look", N_("Drift put aside") },
    { "registry.drift_apply", N_("Drift applied") }, { "registry.drift_undo", N_("Drift undone") }, { "paylist.read", N_("Pay list read") }, { "paylist.columns", N_("Columns of a pay list shown") }, { "paylist.mend", N_("Rows of a pay list mended") }, { "paylist.match", N_("Pay list matched") },
    { "form.apply", N_("Filled form taken over") }, { "form.remind", N_("Reminder of a missing form") },
    { "desk.take", N_("Request of a family taken in") }, { "desk.assign", N_("Request of a family assigned") },
    { "desk.ask", N_("Signature asked for a family's request") }, { "desk.grant", N_("Family's data corrected") }, { "desk.answer", N_("Request of a family answered") },
    { "training.plan", N_("Training planned") }, { "training.cancel", N_("Training cancelled") }, { "training.call", N_("People called to a training") },
    { "training.uncall", N_("Person taken off a training") }, { "training.called", N_("Assignment letter signed") }, { "training.pay_day", N_("Day of paying out noted") },
    { "training.check_in", N_("Check-in at a training") }, { "training.check_in_list", N_("Check-ins from a paper list") }, { "training.stock", N_("Stock of a training noted") },
    { "training.hand_over", N_("Goods of a training handed over") }, { "training.question", N_("Questions put into the bank") }, { "training.retire", N_("Question retired") },
    { "training.items", N_("Questions of a test chosen") }, { "training.test", N_("Test opened or closed") }, { "training.sheet", N_("Answer sheet handed in") },
    { "training.sheet_mend", N_("Answer sheet from paper put right") }, { "training.close", N_("Training closed, certificates made") },
    { "paylist.count", N_("Pay list counts") }, { "paylist.decide", N_("Stranger on a pay list decided") }, { "paylist.drop", N_("Pay list dropped") }, { "paylist.mode", N_("Who decides a stage") }, { 0 } };

const AuditWord AUDIT_PURPOSES[] = { { "list", NULL }, { "family", NULL }, { "identity", NULL }, { "search", NULL }, { "export", NULL }, { "explain", NULL }, { "import", NULL }, { "duplicates", NULL }, { "identity_work", NULL }, { "sql", NULL }, { "status", NULL }, { "letter", NULL }, { "file", NULL }, { "subject", NULL }, { 0 } };

static const AuditWord KEYS[] = {
    { "family_n", N_("families") }, { "person_n", N_("persons") }, { "row_n", N_("rows") }, { "entry_n", N_("entries") }, { "amount_rp", N_("amount") }, { "total_rp", N_("total") },
    { "channel", N_("channel") }, { "status", N_("status") }, { "state", N_("state") }, { "name", N_("name") }, { "address", N_("address") }, { "role", N_("role") }, { "is_active", N_("active") },
    { "village_id", N_("kelurahan") }, { "payee_id", N_("payee") }, { "decile_n", N_("decile") }, { "school_level", N_("school level") }, { "reason", N_("reason") }, { "kind", N_("kind") },
    { "from_on", N_("from") }, { "until_on", N_("until") }, { "on", N_("day") }, { "salt_n", N_("salts") }, { "person_id", N_("person") }, { "family_id", N_("family") }, { "taker_id", N_("for") },
    { "is_gone", N_("gone") }, { "hold_n", N_("held back") }, { "hold_rp", N_("held back") }, { "face", N_("by") }, { "companion_id", N_("companion") }, { "steps", N_("who signs") },
    { "kab", N_("area") }, { "from_kab", N_("from area") }, { "to_kab", N_("to area") }, { "closing_n", N_("closing no.") }, { "payable_n", N_("families to pay") }, { "run_hash", N_("hash of the run") },
    { "closing_hash", N_("hash of the closing") }, { "book_hash", N_("hash of the rule book") }, { "seen_hash", N_("hash of what was seen") }, { "root", N_("root") }, { "request_id", N_("request no.") },
    { "step_n", N_("step") }, { "part_n", N_("part") }, { "bytes_n", N_("bytes") }, { "person_new_n", N_("new persons") }, { "person_changed_n", N_("changed persons") }, { "family_new_n", N_("new families") },
    { "family_changed_n", N_("changed families") }, { "row_rejected_n", N_("refused rows") }, { "new_n", N_("new") }, { "changed_n", N_("changed") }, { "removed_n", N_("removed") }, { "mended_n", N_("mended") },
    { "pregnancy_n", N_("pregnancies") }, { "school_npsn", N_("school") }, { "batch_id", N_("import no.") }, { "score_n", N_("score") }, { "file", N_("file") }, { "from_family_id", N_("from family") },
    { "gone_family_id", N_("family of the merged entry") }, { "gone_person_id", N_("merged entry") }, { "mother_id", N_("mother") }, { "new_family_id", N_("new family") }, { "found_n", N_("found") }, { "recorded_n", N_("recorded") },
    { "task_n", N_("tasks") }, { "refused_n", N_("refused") }, { "corrected_n", N_("corrected") }, { 0 } };

// How a subject begins, and what people call it.
static const AuditWord SUBJECTS[] = { { "family", N_("family") }, { "user", N_("user") }, { "import", N_("import") }, { "person", N_("person") }, { "desk", N_("request of a family") }, { "training", N_("training") }, { 0 } };

static const char *title_of(const AuditWord *list, Str word) {
    for (; list->word; list++) if (list->title && str_eq(word, str_c(list->word))) return tr(list->title);
    return NULL;
}

static Str title_or(const AuditWord *list, Str word) {
    const char *title = title_of(list, word);
    return title ? str_c(title) : word;
}

Str audit_action_title(Str action) { return title_or(AUDIT_ACTIONS, action); }
Str audit_key_title(Str key) { return title_or(KEYS, key); }

Str audit_subject_title(Arena *a, Str subject) {
    Str rest = subject, word = str_cut(&rest, ' ');
    const char *title = rest.p ? title_of(SUBJECTS, word) : NULL;
    return title ? arena_fmt(a, "%s " STR_FMT, title, STR_ARG(rest)) : subject;
}

Str audit_subject_parse(Arena *a, Str typed) {
    Str rest = typed, word = str_cut(&rest, ' ');
    for (const AuditWord *s = SUBJECTS; rest.p && s->word; s++)
        if (str_eq_nocase(word, str_c(tr(s->title)))) return arena_fmt(a, "%s " STR_FMT, s->word, STR_ARG(str_trim(rest)));
    return typed;
}

Str audit_value_title(Arena *a, Str key, Str value) {
    int64_t n;
    Role role;
    Buf b = { .max = 200 };
    if (str_eq(key, STR("role")) && role_find(value, &role)) return str_c(role_title(role));
    if (str_eq(key, STR("status")) && *status_title(value)) return str_c(status_title(value));
    if (str_eq(key, STR("channel"))) return channel_title(value);
    bool is_n = str_int64(value, &n);
    if (is_n && str_ends(key, STR("_rp"))) rupiah_put(&b, (Rupiah){ n });
    else if (is_n && (str_ends(key, STR("_on")) || str_eq(key, STR("on"))) && n > -1000000 && n < 1000000) date_put_local(&b, (Date){ (int32_t)n });
    else if (is_n && str_starts(key, STR("is_"))) buf_c(&b, n ? _("Yes") : _("No"));
    else if (is_n && str_ends(key, STR("_n"))) count_put(&b, n);
    else if (value.n == 64) buf_fmt(&b, STR_FMT "…", STR_ARG(str_part(value, 0, 12)));
    else return value;
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}
