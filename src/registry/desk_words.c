// desk_words.c: the closed lists of the desk, and what is said to people.
#include "registry/desk.h"
#include "base/lang.h"
#include "registry/identity.h"

static const DeskWord KINDS[DESK_KINDS_N] = {
    [DESK_CORRECT] = { "correct", N_("Correct data") }, [DESK_ACCESS] = { "access", N_("See all data") }, [DESK_OBJECT] = { "object", N_("Object to a decision") },
    [DESK_WITHDRAW] = { "withdraw", N_("Withdraw from the programme") }, [DESK_ERASE] = { "erase", N_("Erase data") },
};
static const DeskWord STATES[DESK_STATES_N] = { [DESK_OPEN] = { "open", N_("Not answered") }, [DESK_GRANTED] = { "granted", N_("Granted") }, [DESK_REFUSED] = { "refused", N_("Refused") } };

const DeskWord DESK_ASKERS[] = { { "self", N_("The person himself or herself") }, { "member", N_("Another member of the family") }, { "guardian", N_("Parent or guardian of a child") },
                                 { "proxy", N_("Somebody with a written power") }, { 0 } };
const DeskWord DESK_PROOFS[] = { { "ktp", N_("Identity card (KTP)") }, { "kk", N_("Family card (KK)") }, { "kks", N_("Card of the programme (KKS)") }, { "known", N_("Known to the companion in person") },
                                 { "letter", N_("Letter of the kelurahan or nagari") }, { 0 } };
const DeskWord DESK_REASONS[] = {
    { "right", N_("What we have is right by the evidence that was shown") }, { "not_shown", N_("It was not shown who asks, or what is asked") },
    { "others", N_("It would reveal the data of somebody else") }, { "duty", N_("The law makes us keep it: money of the state was paid by it") },
    { "in_programme", N_("The family is still in the programme") }, { "elsewhere", N_("Another office must do it") }, { "taken_back", N_("The family has taken the request back") },
    { "erased", N_("The data was erased") }, { 0 } };

#define SCREEN_LIFE N_("the page Tell what happened of the family")
const DeskField DESK_FIELDS[] = {
    { "name", N_("Name"), NULL, true, false, 0 }, { "born_on", N_("Birth date"), NULL, true, false, 0 }, { "birth_place", N_("Birth place"), NULL, true, false, 0 },
    { "sex", N_("Sex"), NULL, true, false, 0 }, { "mother", N_("Name of the mother"), NULL, true, false, 0 }, { "disability", N_("Severe disability"), NULL, true, false, 0 },
    { "nik", "NIK", NULL, true, true, SECRET_NIK }, { "kk", N_("Family card (KK)"), NULL, false, true, SECRET_KK }, { "address", N_("Address"), NULL, false, false, 0 },
    { "village", N_("Kelurahan"), SCREEN_LIFE, false, false, 0 }, { "school", N_("School"), SCREEN_LIFE, true, false, 0 }, { "pregnancy", N_("Pregnancy"), SCREEN_LIFE, true, false, 0 },
    { "member", N_("Who belongs to the family"), SCREEN_LIFE, false, false, 0 }, { "payee", N_("Payee or account"), SCREEN_LIFE, false, false, 0 },
    { "status", N_("Membership"), SCREEN_LIFE, false, false, 0 }, { 0 } };

static bool word_find(const DeskWord *list, int n, Str name, int *out) {
    for (int i = 0; i < n; i++) if (str_eq(name, str_c(list[i].name))) return *out = i, true;
    return false;
}
const char *desk_kind_name(DeskKind kind) { return KINDS[kind].name; }
const char *desk_kind_title(DeskKind kind) { return tr(KINDS[kind].title); }
const char *desk_state_name(DeskState state) { return STATES[state].name; }
const char *desk_state_title(DeskState state) { return tr(STATES[state].title); }
bool desk_kind_find(Str name, DeskKind *out) { int i; return word_find(KINDS, DESK_KINDS_N, name, &i) && (*out = (DeskKind)i, true); }
bool desk_state_find(Str name, DeskState *out) { int i; return word_find(STATES, DESK_STATES_N, name, &i) && (*out = (DeskState)i, true); }

const DeskField *desk_field_find(Str name) {
    for (const DeskField *f = DESK_FIELDS; f->name; f++) if (str_eq(name, str_c(f->name))) return f;
    return NULL;
}

const char *desk_word_title(const DeskWord *list, Str name) {
    for (; list->name; list++) if (str_eq(name, str_c(list->name))) return tr(list->title);
    return "";
}

// ---- the clock -----------------------------------------------------------------------------------------------------------
#define HOUR_MS 3600000
static Str hours_text(Arena *a, int64_t ms) {
    int64_t hours = ms / HOUR_MS, days = hours / 24;
    if (hours < 1) return arena_fmt(a, _("%lld minutes"), (long long)(ms / 60000));
    if (days == 0) return arena_fmt(a, _("%lld hours"), (long long)hours);
    return hours % 24 ? arena_fmt(a, _("%lld days %lld hours"), (long long)days, (long long)(hours % 24)) : arena_fmt(a, _("%lld days"), (long long)days);
}

Str desk_clock_text(Arena *a, const DeskRequest *r, Instant now) {
    int64_t left_ms = r->due_at.ms - (r->state == DESK_OPEN ? now : r->answered_at).ms;
    Str time = hours_text(a, left_ms < 0 ? -left_ms : left_ms);
    if (r->state != DESK_OPEN) return left_ms < 0 ? arena_fmt(a, _("answered late by %.*s"), STR_ARG(time)) : str_c(_("answered in time"));
    return left_ms < 0 ? arena_fmt(a, _("late by %.*s"), STR_ARG(time)) : arena_fmt(a, _("%.*s left"), STR_ARG(time));
}

// ---- the letter ------------------------------------------------------------------------------------------------------------
static Str day_text(Arena *a, Date day) {
    Buf b = { .max = 60 };
    date_put_local(&b, day);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static Str moment_text(Arena *a, Instant at) {
    int64_t minutes = (at.ms / 60000 + 420) % 1440;        // WIB: where a letter says an hour it says which
    return arena_fmt(a, _("%.*s at %02lld.%02lld WIB"), STR_ARG(day_text(a, date_of_instant(at, 420))), (long long)(minutes / 60), (long long)(minutes % 60));
}

Str desk_value_shown(Arena *a, const DeskRequest *r, Str value, bool is_whole) {
    Date day;
    if (!r->field || value.n == 0) return value.n ? value : STR("–");
    if (r->field->is_number) return is_whole ? value : identity_masked(a, value);
    if (!strcmp(r->field->name, "born_on") && date_parse_iso(value, &day)) return day_text(a, day);
    if (!strcmp(r->field->name, "sex")) return str_c(str_eq(value, STR("P")) ? _("female") : str_eq(value, STR("L")) ? _("male") : "–");
    if (!strcmp(r->field->name, "disability")) return str_c(str_eq(value, STR("1")) ? _("Yes") : _("No"));
    return value;
}

static void say(DeskLetter *l, Str text) { if (text.n && l->n < sizeof l->at / sizeof *l->at) l->at[l->n++] = text; }

static Str what_text(Arena *a, const DeskRequest *r) {
    if (r->kind != DESK_CORRECT) return str_c(desk_kind_title(r->kind));
    Str of = r->person_name.n ? r->person_name : str_c(_("the whole family"));
    return arena_fmt(a, _("%s: %s of %.*s"), desk_kind_title(r->kind), tr(r->field->title), STR_ARG(of));
}

DeskLetter desk_letter(Arena *a, const DeskRequest *r, Str source) {
    DeskLetter l = { .n = 0 };
    say(&l, arena_fmt(a, _("On %.*s you asked us for this: %.*s."), STR_ARG(moment_text(a, r->taken_at)), STR_ARG(what_text(a, r))));
    if (r->kind == DESK_CORRECT && r->wanted.n) {
        say(&l, arena_fmt(a, _("What we had written: %.*s"), STR_ARG(desk_value_shown(a, r, r->wrong, false))));
        say(&l, arena_fmt(a, _("What you told us is right: %.*s"), STR_ARG(desk_value_shown(a, r, r->wanted, false))));
    } else if (r->wanted.n) say(&l, arena_fmt(a, _("Your words: %.*s"), STR_ARG(r->wanted)));
    if (r->state == DESK_OPEN) {
        say(&l, arena_fmt(a, _("You get an answer by %.*s at the latest (%.*s)."), STR_ARG(moment_text(a, r->due_at)), STR_ARG(source)));
        say(&l, str_c(_("Keep this letter: with its number you can ask how far it is.")));
        return l;
    }
    if (r->state == DESK_GRANTED && r->kind == DESK_CORRECT) say(&l, arena_fmt(a, _("We have corrected it on %.*s. From the next stage on it counts; a stage that is closed stays as it was."), STR_ARG(moment_text(a, r->answered_at))));
    else if (r->state == DESK_GRANTED) say(&l, arena_fmt(a, _("We have done it on %.*s."), STR_ARG(moment_text(a, r->answered_at))));
    else {
        say(&l, arena_fmt(a, _("We cannot do it. The reason: %s."), desk_word_title(DESK_REASONS, r->reason)));
        say(&l, str_c(_("If you do not agree, come to the office and bring what shows it, or ask again: it costs nothing.")));
    }
    say(&l, r->answer);
    return l;
}
