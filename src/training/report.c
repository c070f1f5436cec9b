// report.c: the numbers of a training, each counted from its list; what follows from them; and a draft for the press.
#include "base/lang.h"
#include "training/certificate.h"

#define ADVICE_MAX 12

static bool is_there(const Attendance *list, size_t n, int64_t session_n, int64_t companion_id) {
    for (size_t i = 0; i < n; i++) if (list[i].companion_id == companion_id && (!session_n || list[i].session_n == session_n)) return true;
    return false;
}

static void sessions_count(Arena *a, Report *r, const Attendance *list, size_t n) {
    const Training *t = &r->training;
    r->sessions = NEW(a, SessionCount, t->session_n + 1);
    for (size_t i = 0; i < t->session_n; i++) {
        SessionCount *c = &r->sessions[i];
        c->session = &t->sessions[i];
        for (size_t k = 0; k < n; k++) {
            if (list[k].session_n != c->session->n) continue;
            c->present_n++;
            c->self_n += list[k].way == CHECK_SELF, c->desk_n += list[k].way == CHECK_DESK, c->list_n += list[k].way == CHECK_LIST;
        }
        r->jp_sum_n += c->present_n * c->session->jp_n;
    }
}

static void people_count(Report *r, const TrainingPerson *people, size_t people_n, const Attendance *list, size_t n) {
    for (size_t i = 0; i < people_n; i++) {
        bool is_full = r->training.session_n > 0, was_there = is_there(list, n, 0, people[i].companion_id);
        for (size_t k = 0; k < r->training.session_n; k++) is_full &= is_there(list, n, r->training.sessions[k].n, people[i].companion_id);
        r->called_n += !people[i].is_walk_in, r->walk_in_n += people[i].is_walk_in;
        r->came_n += was_there && !people[i].is_walk_in;
        r->present_n += was_there, r->absent_n += !was_there, r->full_n += is_full;
    }
}

static bool goods_count(Db *db, Arena *a, Sight sight, Report *r, const TrainingPerson *people, size_t people_n, const Attendance *list, size_t n, Err *e) {
    Goods *goods;
    HandedOver *given;
    size_t goods_n, given_n;
    if (!training_goods(db, a, sight, r->training.kab, r->training.id, &goods, &goods_n, e) || !training_handed_over(db, a, sight, r->training.kab, r->training.id, &given, &given_n, e)) return false;
    r->goods = NEW(a, GoodsCount, goods_n + 1);
    for (size_t i = 0; i < goods_n; i++) {
        if (!r->goods_n || !str_eq(r->goods[r->goods_n - 1].kind, goods[i].kind)) r->goods[r->goods_n++].kind = goods[i].kind;
        r->goods[r->goods_n - 1].stock_n += goods[i].stock_n;
    }
    for (size_t g = 0; g < r->goods_n; g++) {
        GoodsCount *c = &r->goods[g];
        for (size_t k = 0; k < given_n; k++) c->given_n += str_eq(given[k].kind, c->kind);
        for (size_t i = 0; i < people_n; i++) {
            bool has_one = false;
            for (size_t k = 0; k < given_n; k++) has_one |= given[k].companion_id == people[i].companion_id && str_eq(given[k].kind, c->kind);
            c->owed_n += !has_one && is_there(list, n, 0, people[i].companion_id);
        }
    }
    return true;
}

// ---- what follows ----------------------------------------------------------------------------------------------------------
static void advise(Report *r, Str text) { if (r->advice_n < ADVICE_MAX) r->advice[r->advice_n++] = text; }

static void advice_make(Arena *a, Report *r) {
    const Learning *l = &r->learning;
    r->advice = NEW(a, Str, ADVICE_MAX);
    if (r->absent_n) advise(r, arena_fmt(a, _("%lld who were called did not come: ask why, and offer them the material and a second date."), (long long)r->absent_n));
    if (r->present_n > r->certificate_n && r->training.state == TRAINING_CLOSED)
        advise(r, arena_fmt(a, _("%lld were there for fewer hours than a certificate needs: offer them what they missed."), (long long)(r->present_n - r->certificate_n)));
    for (size_t i = 0; i < l->topic_n; i++) {
        const TopicGain *g = &l->topics[i];
        if (g->gain.has_interval && g->gain.is_certain && g->gain.mean < 0) advise(r, arena_fmt(a, _("Fewer answers on \"%.*s\" were right afterwards: look at what was taught."), STR_ARG(g->name)));
        else if (g->gain.has_interval && !g->gain.is_certain && g->after < 700) advise(r, arena_fmt(a, _("On \"%.*s\" no gain can be shown: teach it again, in another way."), STR_ARG(g->name)));
    }
    for (size_t i = 0; i < l->item_n; i++)
        if (l->post_items[i].has_discrimination && l->post_items[i].discrimination < 0)
            advise(r, arena_fmt(a, _("Question %zu is answered right more often by the weaker ones: check its wording and its key."), i + 1));
    for (size_t i = 0; i < r->goods_n; i++)
        if (r->goods[i].owed_n) advise(r, arena_fmt(a, _("%lld who were there still wait for: %.*s."), (long long)r->goods[i].owed_n, STR_ARG(r->goods[i].kind)));
    if (!l->both_n) advise(r, str_c(_("Nobody did both tests, so it cannot be said what this training changed.")));
    else if (!l->gain.has_interval) advise(r, str_c(_("Too few did both tests to say what this training changed.")));
}

bool training_report(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Report *out, Err *e) {
    Report r = { 0 };
    TrainingPerson *people;
    Attendance *list;
    Certificate *certificates;
    size_t people_n, n, certificate_n;
    if (sight_is_own_only(&sight)) return fail(e, NOT_FOUND, "There is no training with this number.");
    if (!training_read(db, a, sight, kab, id, &r.training, e) || !training_people(db, a, sight, kab, id, &people, &people_n, e) || !training_attendance(db, a, sight, kab, id, &list, &n, e) ||
        !training_certificates(db, a, sight, kab, id, &certificates, &certificate_n, e) || !training_learning(db, a, sight, kab, id, &r.learning, e)) return false;
    r.certificate_n = (int64_t)certificate_n;
    sessions_count(a, &r, list, n);
    people_count(&r, people, people_n, list, n);
    if (!goods_count(db, a, sight, &r, people, people_n, list, n, e)) return false;
    advice_make(a, &r);
    *out = r;
    return true;
}

// ---- the press -------------------------------------------------------------------------------------------------------------
Str training_press_note(Arena *a, const Report *r, Str area) {
    const Training *t = &r->training;
    Buf b = { .max = 8000 };
    Str days = training_days_text(a, t->facts.first_on, t->facts.last_on);
    buf_fmt(&b, _("%.*s – The Social Service held the training \"%.*s\" at %.*s on %.*s."), STR_ARG(area), STR_ARG(t->facts.title), STR_ARG(t->facts.place), STR_ARG(days));
    buf_char(&b, ' ');
    buf_fmt(&b, _("%lld of %lld who were called took part, in %zu sessions with %lld learning hours."), (long long)r->came_n, (long long)r->called_n, t->session_n, (long long)t->jp_n);
    if (r->certificate_n) {
        buf_char(&b, ' ');
        buf_fmt(&b, _("%lld received a certificate."), (long long)r->certificate_n);
    }
    if (r->learning.gain.has_interval && r->learning.gain.is_certain) {
        Str gain = gain_text(a, &r->learning.gain);
        buf_char(&b, ' ');
        buf_fmt(&b, _("A test before and after shows a change of %.*s"), STR_ARG(gain));
    } else if (r->learning.both_n) {
        buf_char(&b, ' ');
        buf_c(&b, _("The test before and after does not yet show a certain change."));
    }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}
