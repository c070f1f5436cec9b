// life_list.c: a family's life as it was told, in sentences; families on their way; what must always hold.
#include "registry/life_work.h"

bool life_list(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, LifeEvents *out, Err *e) {
    LifeEventListRows rows = { 0 };
    LifeEventListRow row;
    size_t room = 32, n = 0;
    LifeEvent *list = NEW(a, LifeEvent, room);
    bool has_row, is_good = life_event_list(db, (LifeEventListArgs){ .kab = kab, .family_id = family_id, SEE(sight) }, &rows, e);
    while (is_good && (is_good = life_event_list_next(&rows, &row, &has_row, e)) && has_row) {
        LifeKind kind;
        if (!life_kind_find(row.kind, &kind)) continue;
        if (n == room) {
            LifeEvent *more = NEW(a, LifeEvent, room *= 2);
            memcpy(more, list, n * sizeof *list);
            list = more;
        }
        #define ID(value) ((value) == INT64_MIN ? 0 : (value))
        list[n] = (LifeEvent){ .n = row.n, .person_id = ID(row.person_id), .other_kab = ID(row.other_kab_id), .other_family_id = ID(row.other_family_id),
            .other_person_id = ID(row.other_person_id), .corrects_n = ID(row.corrects_n), .actor_id = row.actor_id, .kind = kind, .on = row.happened_on,
            .person_name = db_keep(a, row.person_name), .old_value = db_keep(a, row.old_value), .new_value = db_keep(a, row.new_value), .note = db_keep(a, row.note),
            .actor_name = db_keep(a, row.actor_name), .recorded_at = row.recorded_at, .is_corrected = row.corrected_n > 0 };
        #undef ID
        n++;
    }
    life_event_list_end(&rows);
    if (is_good) *out = (LifeEvents){ list, n };
    return is_good;
}

// ---- sentences -----------------------------------------------------------------------------------------------------------------
static Str words_of(Str value, Str *rest) {
    *rest = value;
    return str_cut(rest, ' ');
}

static const char *status_word(Str status) {
    if (str_eq(status, STR("active"))) return _("active");
    if (str_eq(status, STR("suspended"))) return _("suspended");
    return _("left");
}

static void reason_put(Buf *b, Str reason) {
    for (const LifeReason *r = LIFE_REASONS; r->name; r++) if (str_eq(reason, str_c(r->name))) buf_fmt(b, ": %s", tr(r->title));
}

static void day_put(Buf *b, Str iso) {
    Date day;
    if (date_parse_iso(iso, &day)) date_put_local(b, day);
}

static void pregnancy_put(Buf *b, const LifeEvent *ev) {
    Str due, order = words_of(ev->new_value, &due);
    buf_fmt(b, _("pregnancy number %.*s"), STR_ARG(order));
    if (!due.n) return;
    buf_c(b, _(", expected on "));
    day_put(b, due);
}

static void school_put(Buf *b, const LifeEvent *ev) {
    Str old_npsn, new_npsn, before = words_of(ev->old_value, &old_npsn), after = words_of(ev->new_value, &new_npsn);
    if (!after.n) buf_fmt(b, _("no longer at school (was in %.*s)"), STR_ARG(before));
    else if (before.n && !str_eq(before, after)) buf_fmt(b, _("from %.*s to %.*s"), STR_ARG(before), STR_ARG(after));
    else buf_fmt(b, _("goes to %.*s"), STR_ARG(after));
    if (after.n && new_npsn.n) buf_fmt(b, " (NPSN %.*s)", STR_ARG(new_npsn));
}

void life_event_put(Buf *b, const LifeEvent *ev) {
    Str reason, status = words_of(ev->new_value, &reason);
    if (ev->person_name.n) buf_fmt(b, "%.*s: ", STR_ARG(ev->person_name));
    else if (ev->person_id) buf_fmt(b, _("person %lld: "), (long long)ev->person_id);
    switch (ev->kind) {
    case LIFE_BIRTH: buf_c(b, _("born")); break;
    case LIFE_DEATH: buf_c(b, str_eq(ev->old_value, STR("payee")) ? _("died; received the family's money until then") : _("died")); break;
    case LIFE_SCHOOL: school_put(b, ev); break;
    case LIFE_PREGNANCY: pregnancy_put(b, ev); break;
    case LIFE_PREGNANCY_END: buf_c(b, _("the pregnancy ended without a living child")); break;
    case LIFE_POSTPARTUM_END: buf_c(b, _("the weeks after the birth are over")); break;
    case LIFE_MOVE: buf_c(b, _("moved inside the district")); break;
    case LIFE_MOVE_OUT: buf_fmt(b, _("moved to district %lld; closed here"), (long long)ev->other_kab); break;
    case LIFE_ARRIVE: buf_fmt(b, _("came from district %lld, where it was family %lld"), (long long)ev->other_kab, (long long)ev->other_family_id); break;
    case LIFE_SPLIT: buf_fmt(b, _("members left and are family %lld now"), (long long)ev->other_family_id); break;
    case LIFE_JOINED: buf_fmt(b, _("began as part of family %lld"), (long long)ev->other_family_id); break;
    case LIFE_MEMBER: buf_c(b, _("came with the Ministry's data")); break;
    case LIFE_GONE: buf_c(b, _("no longer a member of the family")); break;
    case LIFE_DECILE: buf_fmt(b, _("decile %.*s, before %.*s"), STR_ARG(ev->new_value.n ? ev->new_value : STR("–")), STR_ARG(ev->old_value.n ? ev->old_value : STR("–"))); break;
    case LIFE_PAYEE: buf_c(b, _("receives the family's money from now on")); break;
    case LIFE_ACCOUNT: buf_fmt(b, _("a new account; channel %.*s, before %.*s"), STR_ARG(ev->new_value), STR_ARG(ev->old_value)); break;
    case LIFE_LEAVE: case LIFE_SUSPEND: case LIFE_RETURN: buf_c(b, status_word(status)); reason_put(b, reason); break;
    case LIFE_CORRECTION: buf_fmt(b, _("fact %lld was a mistake and is taken back"), (long long)ev->corrects_n); break;
    case LIFE_KINDS_N: break;
    }
}

bool life_event_may_correct(const LifeEvent *ev) {
    static const bool MAY[LIFE_KINDS_N] = { [LIFE_BIRTH] = true, [LIFE_DEATH] = true, [LIFE_GONE] = true, [LIFE_SCHOOL] = true, [LIFE_PREGNANCY] = true, [LIFE_PREGNANCY_END] = true,
                                            [LIFE_LEAVE] = true, [LIFE_SUSPEND] = true, [LIFE_RETURN] = true, [LIFE_MOVE_OUT] = true };
    return MAY[ev->kind] && !ev->is_corrected;
}

// ---- on their way ----------------------------------------------------------------------------------------------------------------
bool life_transfers(Db *db, Arena *a, const Viewer *viewer, int64_t kab, LifeTransfers *out, Err *e) {
    LifeTransferListRows rows = { 0 };
    LifeTransferListRow row;
    LifeTransfers list = { .at = NULL };
    if (!authority_allows(viewer, ACTION_READ, kab)) { *out = list; return true; }
    list.at = NEW(a, LifeTransfer, 500);
    bool has_row, is_good = life_transfer_list(db, (LifeTransferListArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = life_transfer_list_next(&rows, &row, &has_row, e)) && has_row && list.n < 500)
        list.at[list.n++] = (LifeTransfer){ row.id, row.from_kab_id, row.from_family_id, row.member_n, db_keep(a, row.name), row.left_on, row.recorded_at };
    life_transfer_list_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

// ---- what the calendar brings ------------------------------------------------------------------------------------------------------
static void due_add(Arena *a, LifeDues *list, size_t *room, LifeDue due) {
    if (list->n == *room) {
        LifeDue *more = NEW(a, LifeDue, *room = *room ? 2 * *room : 64);
        if (list->n) memcpy(more, list->at, list->n * sizeof *more);
        list->at = more;
    }
    list->at[list->n++] = due;
}

bool life_due_mothers(Db *db, Arena *a, int64_t kab, Date day, LifeDues *out, Err *e) {
    LifePregnancyUnsettledRows rows = { 0 };
    LifePregnancyUnsettledRow row;
    LifeDues list = { .at = NULL };
    size_t room = 0;
    bool has_row, is_good = life_pregnancy_unsettled(db, (LifePregnancyUnsettledArgs){ .kab = kab, .day_on = day }, &rows, e);
    while (is_good && (is_good = life_pregnancy_unsettled_next(&rows, &row, &has_row, e)) && has_row)
        if (!row.is_gone && row.pregnancy_n > 0) due_add(a, &list, &room, (LifeDue){ row.family_id, row.person_id, { row.counts_until_on.days + 1 } });
    life_pregnancy_unsettled_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

bool life_due_births(Db *db, Arena *a, int64_t kab, Date day, LifeDues *out, Err *e) {
    LifeBirthsExpectedRows rows = { 0 };
    LifeBirthsExpectedRow row;
    LifeDues list = { .at = NULL };
    size_t room = 0;
    bool has_row, is_good = life_births_expected(db, (LifeBirthsExpectedArgs){ .kab = kab, .day_on = day }, &rows, e);
    while (is_good && (is_good = life_births_expected_next(&rows, &row, &has_row, e)) && has_row)
        due_add(a, &list, &room, (LifeDue){ row.family_id, row.person_id, row.due_on });
    life_births_expected_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

// ---- what must always hold ---------------------------------------------------------------------------------------------------------
#define CHECK_EACH(query, Query, sentence, ...) do { \
        Query##Rows rows = { 0 }; \
        Query##Row row; \
        bool has_row, is_good = query(db, &rows, e); \
        while (is_good && (is_good = query##_next(&rows, &row, &has_row, e)) && has_row) violation(v, sentence, __VA_ARGS__); \
        query##_end(&rows); \
        if (!is_good) return false; \
    } while (0)

bool life_check(Db *db, Violations *v, Err *e) {
    CHECK_EACH(life_check_payees, LifeCheckPayees, N_("District %lld: the payee of family %lld is gone."), (long long)row.kab, (long long)row.id);
    CHECK_EACH(life_check_pregnancies, LifeCheckPregnancies, N_("District %lld: the open pregnancy of person %lld of family %lld does not count."), (long long)row.kab,
               (long long)row.person_id, (long long)row.family_id);
    CHECK_EACH(life_check_transfers, LifeCheckTransfers, N_("District %lld: family on its way %lld has not left where it came from."), (long long)row.kab, (long long)row.id);
    return true;
}
