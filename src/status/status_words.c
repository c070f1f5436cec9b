// status_words.c: every sentence about a family's status. List, page, letter and file take their words from here and nowhere else.
#include "base/lang.h"
#include "payment/paid_identity.h"
#include "registry/life.h"
#include "status/family_status.h"

// letter: to the mother. Where money is known it takes the stage's name and the amount, in this order.
static const struct { const char *name, *title, *colour, *letter; } KINDS[STATUS_N] = {
    [STATUS_LEFT] = { "left", N_("No longer a member"), "", N_("Your family no longer takes part in the programme.") },
    [STATUS_SUSPENDED] = { "suspended", N_("Suspended"), "amber", N_("Help for your family is paused for now. Your family has not been taken off the list.") },
    [STATUS_NO_STAGE] = { "no_stage", N_("Waits for the first stage"), "", N_("Your family takes part in the programme. The next payment is still being prepared, so we cannot yet say how much it will be.") },
    [STATUS_NEXT_STAGE] = { "next_stage", N_("From the next stage on"), "blue", N_("Your family takes part in the programme. It came in after the list of this stage was made, so it is in the next one.") },
    [STATUS_CLOSED] = { "closed", N_("Amount not computed yet"), "", N_("Your family is on the list of this stage. The amount is being computed; we cannot say it yet.") },
    [STATUS_NOT_ELIGIBLE] = { "not_eligible", N_("Does not qualify"), "", N_("In this stage there is no money for your family, because a condition of the programme is not met in our data.") },
    [STATUS_NOTHING] = { "nothing", N_("No component"), "", N_("In this stage there is no money for your family, because our data show no school child, small child, pregnancy, elderly person or person with a severe disability.") },
    [STATUS_EXPECTED] = { "expected", N_("Expected"), "blue", N_("For %.*s we have worked out %s for your family. The office still has to sign it; it has not been paid yet.") },
    [STATUS_HELD] = { "held", N_("Held back"), "amber", N_("For %.*s we have worked out %s for your family. It is held back because something in the data must be cleared up first. The money is not lost.") },
    [STATUS_APPROVED] = { "approved", N_("Signed, not yet sent"), "blue", N_("For %.*s your family gets %s. The office has signed it; the order to pay is being written.") },
    [STATUS_RESERVED] = { "reserved", N_("In a payment file"), "blue", N_("For %.*s your family gets %s. The order to pay is written and will be handed over soon.") },
    [STATUS_ORDERED] = { "ordered", N_("Handed to the channel"), "green", N_("For %.*s the order to pay %s to your family has been handed over. We do not know yet whether the money has arrived.") },
    [STATUS_PAID] = { "paid", N_("Paid"), "green", N_("For %.*s your family was paid %s. We do not know yet whether it has been withdrawn.") },
    [STATUS_WITHDRAWN] = { "withdrawn", N_("Withdrawn"), "green", N_("For %.*s your family was paid %s, and it has been withdrawn.") },
    [STATUS_FAILED] = { "failed", N_("Could not be paid"), "red", N_("For %.*s your family was to get %s, but the payment did not go through. The money is not lost; we are mending the cause.") },
    [STATUS_FOLLOWED] = { "followed", N_("Followed up"), "amber", N_("For %.*s your family has %s. Something particular happened to the payment, and the office is looking into it. We do not know yet whether it has been paid.") },
};

static const struct { const char *name, *text, *letter; } NEXT[NEXT_N] = {
    [NEXT_NOTHING] = { "nothing", N_("Nothing more is to be done."), N_("You need not do anything.") },
    [NEXT_RETURN] = { "return", N_("It is decided whether the family comes back."), N_("The coordinator looks into whether help can go on. Your companion tells you the result.") },
    [NEXT_CLOSE] = { "close", N_("The stage is closed; then it shows what the family gets."), N_("When the list of the stage is made, your companion tells you the amount.") },
    [NEXT_CLOSE_AGAIN] = { "close_again", N_("The next stage is closed with this family in it."), N_("When the list of the next stage is made, your companion tells you the amount.") },
    [NEXT_RUN] = { "run", N_("The amounts of the stage are computed."), N_("When the amount is known, your companion tells you.") },
    [NEXT_CONDITION] = { "condition", N_("Look at which condition is not met, and mend the data where they are wrong."), N_("If our data about your family are not right, please tell your companion.") },
    [NEXT_COMPONENT] = { "component", N_("Visit the family: is a school child, a small child, a pregnancy, an elderly person or a disability missing in the data?"),
                         N_("If somebody in your family goes to school, is small, expects a child, is elderly or has a severe disability, please tell your companion.") },
    [NEXT_ASK] = { "ask", N_("The stage is put forward for its signatures."), N_("After the signatures the order to pay is written. You need not do anything.") },
    [NEXT_SIGN] = { "sign", N_("The stage waits for the next signature."), N_("After the signatures the order to pay is written. You need not do anything.") },
    [NEXT_HOLD] = { "hold", N_("Clear up why the family is held back, then decide."), N_("Please have your KTP and family card ready; the companion comes to look at them with you.") },
    [NEXT_FILE] = { "file", N_("The payment file is written."), N_("You need not do anything. Your companion tells you when the money can be taken.") },
    [NEXT_HAND_OVER] = { "hand_over", N_("The payment file is handed over to the channel."), N_("You need not do anything. Your companion tells you when the money can be taken.") },
    [NEXT_RESULT] = { "result", N_("The channel pays and sends its result."), N_("Please wait until your companion tells you that the money can be taken.") },
    [NEXT_WITHDRAW] = { "withdraw", N_("The money is withdrawn by the family."), N_("You may take the money, whole. Nobody may keep your card or PIN.") },
    [NEXT_MEND] = { "mend", N_("Mend the account or the data together with the family; then it is paid again."), N_("Your companion comes to mend the account or the data with you. Then it is paid again.") },
    [NEXT_LOOK] = { "look", N_("Look at the payment's own record and decide."), N_("Your companion tells you the result.") },
    [NEXT_NAME_PAYEE] = { "name_payee", N_("Name a grown member of the family who receives the money."), N_("Please agree with your companion on a grown member of your family who receives the money.") },
    [NEXT_GIVE_NIK] = { "give_nik", N_("Bring the NIK of whoever receives the money."), N_("Please show your companion the KTP of whoever receives the money.") },
    [NEXT_OPEN_ACCOUNT] = { "open_account", N_("Have an account opened, or let the family be paid through Pos."), N_("An account is still needed. Your companion tells you when and where it is opened.") },
};

static const struct { const char *name, *title; } WHO[WHO_N] = {
    [WHO_NOBODY] = { "nobody", N_("nobody") }, [WHO_FAMILY] = { "family", N_("the family") }, [WHO_COMPANION] = { "companion", N_("the companion") },
    [WHO_OPERATOR] = { "operator", N_("the operator") }, [WHO_COORDINATOR] = { "coordinator", N_("the coordinator") },
    [WHO_APPROVER] = { "approver", N_("who signs next") }, [WHO_BANK] = { "bank", N_("the bank") }, [WHO_POST] = { "post", N_("the post") } };

static const struct { unsigned bit; const char *name, *title; } MISSING[MISSING_N] = {
    { MISSING_PAYEE, "payee", N_("nobody is named to receive the money") }, { MISSING_PAYEE_GONE, "payee_gone", N_("whoever received the money is no longer there") },
    { MISSING_NIK, "nik", N_("the NIK of the receiver") }, { MISSING_ACCOUNT, "account", N_("an account") } };

const char *status_name(StatusKind kind) { return KINDS[kind].name; }
const char *status_title_of(StatusKind kind) { return tr(KINDS[kind].title); }
const char *status_colour(StatusKind kind) { return KINDS[kind].colour; }
const char *next_name(StatusNext next) { return NEXT[next].name; }
const char *who_name(StatusWho who) { return WHO[who].name; }
const char *who_title(StatusWho who) { return tr(WHO[who].title); }
const char *money_known_name(MoneyKnown known) {
    static const char *const NAMES[] = { [MONEY_NONE] = "none", [MONEY_KNOWN] = "known", [MONEY_UNKNOWN] = "unknown", [MONEY_DRAFT] = "draft" };
    return NAMES[known];
}

bool status_find(Str name, StatusKind *out) {
    for (int i = 0; i < STATUS_N; i++)
        if (str_eq(name, str_c(KINDS[i].name))) return *out = (StatusKind)i, true;
    return false;
}

static Str date_text(Arena *a, Date d) {
    Buf b = { .max = 64 };
    date_put_local(&b, d);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

Str missing_names(Arena *a, unsigned missing) {
    Str out = STR("");
    for (int i = 0; i < MISSING_N; i++) if (missing & MISSING[i].bit) out = arena_fmt(a, STR_FMT "%s%s", STR_ARG(out), out.n ? " " : "", MISSING[i].name);
    return out;
}

Str status_missing_text(Arena *a, const FamilyStatus *s) {
    Str out = STR("");
    for (int i = 0; i < MISSING_N; i++) if (s->missing & MISSING[i].bit) out = arena_fmt(a, STR_FMT "%s%s", STR_ARG(out), out.n ? ", " : "", tr(MISSING[i].title));
    return out;
}

Str status_reason_text(Arena *a, const FamilyStatus *s) {
    (void)a;
    if (!s->reason.n) return STR("");
    if (str_eq(s->reason, STR("move_out"))) return str_c(_("moved to another district"));
    if (str_eq(s->reason, STR("split"))) return str_c(_("a new family that must first be found to qualify"));
    for (const LifeReason *r = LIFE_REASONS; r->name; r++) if (str_eq(s->reason, str_c(r->name))) return str_c(tr(r->title));
    for (int i = 0; i < CLASH_N; i++) if (str_eq(s->reason, str_c(clash_name((ClashKind)i)))) return str_c(clash_title((ClashKind)i));
    return s->reason;                                      // what a channel wrote
}

Str status_membership_text(Arena *a, const FamilyStatus *s) {
    bool has_day = date_is_known(s->since_on);
    Str day = has_day ? date_text(a, s->since_on) : STR("");
    bool is_reason_of_it = s->kind == STATUS_LEFT || s->kind == STATUS_SUSPENDED;
    Str why = is_reason_of_it ? status_reason_text(a, s) : STR("");
    Str what;
    if (str_eq(s->membership, STR("left"))) what = has_day ? arena_fmt(a, _("No longer a member since %.*s"), STR_ARG(day)) : str_c(_("No longer a member"));
    else if (str_eq(s->membership, STR("suspended"))) what = has_day ? arena_fmt(a, _("Suspended since %.*s"), STR_ARG(day)) : str_c(_("Suspended"));
    else if (s->kind == STATUS_SUSPENDED) what = arena_fmt(a, _("A member since %.*s; it was suspended when the stage was closed"), STR_ARG(day));
    else what = arena_fmt(a, _("A member since %.*s"), STR_ARG(day));
    return why.n ? arena_fmt(a, STR_FMT ": " STR_FMT, STR_ARG(what), STR_ARG(why)) : what;
}

Str status_money_text(Arena *a, const StatusMoney *money) {
    Str amount = money->known == MONEY_KNOWN || money->known == MONEY_DRAFT ? arena_rupiah(a, money->amount) : STR("");
    if (money->known == MONEY_KNOWN) return amount;
    if (money->known == MONEY_DRAFT) return arena_fmt(a, _("%.*s, a first calculation for the next stage; it may still change"), STR_ARG(amount));
    return str_c(money->known == MONEY_NONE ? _("none yet") : _("not known yet"));
}

Str status_next_text(Arena *a, const FamilyStatus *s) {
    Str why = s->next == NEXT_HOLD || s->next == NEXT_LOOK || s->next == NEXT_MEND ? status_reason_text(a, s) : STR("");
    return why.n ? arena_fmt(a, "%s (" STR_FMT ")", tr(NEXT[s->next].text), STR_ARG(why)) : str_c(tr(NEXT[s->next].text));
}

Str status_who_text(Arena *a, const FamilyStatus *s) {
    if (!date_is_known(s->due_on)) return str_c(who_title(s->who));
    Str day = date_text(a, s->due_on);
    return arena_fmt(a, _("%s, by %.*s"), who_title(s->who), STR_ARG(day));
}

Str status_line(Arena *a, const FamilyStatus *s) {
    Str amount = s->expected.known == MONEY_KNOWN ? arena_rupiah(a, s->expected.amount) : STR(""), next = status_next_text(a, s), who = status_who_text(a, s);
    return arena_fmt(a, "%s%s" STR_FMT ". " STR_FMT " (" STR_FMT ")", status_title_of(s->kind), amount.n ? ", " : "", STR_ARG(amount), STR_ARG(next), STR_ARG(who));
}

Letter status_letter(Arena *a, const FamilyStatus *s, Str stage_label) {
    Letter l = { .n = 0 };
    const char *says = tr(KINDS[s->kind].letter);
    Str amount = s->expected.known == MONEY_KNOWN ? arena_rupiah(a, s->expected.amount) : STR("");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    l.at[l.n++] = s->expected.known == MONEY_KNOWN ? arena_fmt(a, says, STR_ARG(stage_label), amount.p) : str_c(says);
#pragma GCC diagnostic pop
    Str draft = s->expected.known == MONEY_DRAFT ? arena_rupiah(a, s->expected.amount) : STR("");
    if (draft.n) l.at[l.n++] = arena_fmt(a, _("Our first calculation comes to %.*s. It may still change."), STR_ARG(draft));
    Str why = status_reason_text(a, s);
    if (why.n) l.at[l.n++] = arena_fmt(a, _("The reason: %.*s."), STR_ARG(why));
    Str missing = status_missing_text(a, s);
    if (missing.n) l.at[l.n++] = arena_fmt(a, _("What is still missing: %.*s."), STR_ARG(missing));
    l.at[l.n++] = str_c(tr(NEXT[s->next].letter));
    Str day = s->next == NEXT_SIGN ? date_text(a, s->due_on) : STR("");       // the others are terms of the office, not promises
    if (day.n) l.at[l.n++] = arena_fmt(a, _("The office means to have it done by %.*s."), STR_ARG(day));
    return l;
}
