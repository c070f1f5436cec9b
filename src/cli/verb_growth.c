// verb_growth.c: how one child grows, by the WHO's standards and the KMS card. Needs no database and writes nothing down.
#include "base/lang.h"
#include "cli/verbs.h"
#include "files/outfile.h"
#include "programme/growth_chart.h"
#include "programme/rules_eval.h"
#include <stdio.h>

const CliOption GROWTH_OPTIONS[] = {
    { "--sex", N_("L|P"), N_("L for a boy, P for a girl") },
    { "--born", N_("DATE"), N_("birth date, 2023-11-24") },
    { "--on", N_("DATE"), N_("day of measuring (today)") },
    { "--weight", N_("GRAMS"), N_("8.4 kg is 8400") },
    { "--height", N_("MM"), N_("length or height; 71.5 cm is 715") },
    { "--lying", NULL, N_("the length was taken lying (so by itself under two years)") },
    { "--standing", NULL, N_("the height was taken standing (so by itself from two years on)") },
    { "--before", N_("DATE=GRAMS"), N_("a weighing before that; may be given often, the oldest first") },
    { "--chart", N_("FILE"), N_("also draw the curve of the KMS card into this file (SVG)") },
    { 0 },
};

#define WEIGHINGS_MAX 100                                  // five years of months, and some

typedef struct { GrowthMeasure at[WEIGHINGS_MAX]; GrowthStep steps[WEIGHINGS_MAX]; size_t n; } Child;

static bool day_option(const Cli *cli, const char *name, Date *out, Err *e) {
    const char *text = cli_option(cli, name);
    return !text || date_parse_iso(str_c(text), out) || fail(e, BAD_INPUT, "%s takes a day such as 2024-04-01, not \"%s\".", name, text);
}

static bool small_int(const Cli *cli, const char *name, int32_t *out, Err *e) {
    int64_t n;
    if (!cli_int(cli, name, 0, &n, e)) return false;
    if (n < 0 || n > 1000000) return fail(e, BAD_INPUT, "%s takes grams or millimetres between 0 and 1000000.", name);
    *out = (int32_t)n;
    return true;
}

static bool before_read(const char *text, const GrowthMeasure *last, Child *c, Err *e) {
    Str rest = str_c(text), day = str_cut(&rest, '=');
    GrowthMeasure m = *last;
    int64_t grams;
    if (!date_parse_iso(day, &m.on) || !str_int64(rest, &grams) || grams < 1 || grams > 1000000)
        return fail(e, BAD_INPUT, "--before takes a day and grams, such as 2024-04-01=7900, not \"%s\".", text);
    if (c->n + 1 >= WEIGHINGS_MAX) return fail(e, LIMIT, "At most %d weighings fit.", WEIGHINGS_MAX);
    if (m.on.days > last->on.days || (c->n && m.on.days < c->at[c->n - 1].on.days)) return fail(e, BAD_INPUT, "The weighings must stand in the order of their days, and none after --on.");
    m.weight_g = (int32_t)grams;
    m.length_mm = 0;
    c->at[c->n++] = m;
    return true;
}

static bool child_read(const Cli *cli, Child *c, Err *e) {
    GrowthMeasure m = { .born_on = DATE_NONE, .on = date_of_instant(instant_now(), 420) };
    const char *sex = cli_option(cli, "--sex");
    bool lies = cli_has(cli, "--lying"), stands = cli_has(cli, "--standing");
    if (!sex || !growth_sex_find(str_c(sex), &m.sex)) return fail(e, BAD_INPUT, "Boy or girl? Say --sex L or --sex P: their standards differ.");
    if (!day_option(cli, "--born", &m.born_on, e) || !day_option(cli, "--on", &m.on, e)) return false;
    if (!date_is_known(m.born_on)) return fail(e, BAD_INPUT, "When was the child born? Say --born 2023-11-24.");
    if (lies && stands) return fail(e, BAD_INPUT, "The child was measured lying or standing, not both.");
    if (!small_int(cli, "--weight", &m.weight_g, e) || !small_int(cli, "--height", &m.length_mm, e)) return false;
    m.posture = lies ? MEASURED_LYING : stands ? MEASURED_STANDING : MEASURED_BY_AGE;
    for (size_t i = 0; i < 2 * cli->option_n; i += 2)
        if (strcmp(cli->options[i], "--before") == 0 && !before_read(cli->options[i + 1], &m, c, e)) return false;
    c->at[c->n++] = m;
    return growth_follow(c->at, c->n, c->steps, e);
}

static void score_print(Buf *b, GrowthIndex index, const GrowthScore *s) {
    buf_fmt(b, "  %s: ", tr(growth_index_title(index)));
    if (!s->is_known) { buf_fmt(b, "%s\n", _("not known")); return; }
    growth_z_put(b, s->z);
    buf_fmt(b, " SD, %s\n", s->is_implausible ? _("cannot be right: measure again") : tr(growth_class_title(s->class)));
}

static void child_print(Buf *b, const Child *c) {
    const GrowthMeasure *m = &c->at[c->n - 1];
    const GrowthStep *s = &c->steps[c->n - 1];
    buf_fmt(b, _("%d days old (%d months).\n"), (int)s->result.age_days, (int)s->result.age_months);
    for (int i = 0; i < GROWTH_INDEX_N; i++) score_print(b, (GrowthIndex)i, &s->result.scores[i]);
    if (m->length_mm && m->posture == MEASURED_BY_AGE)
        buf_fmt(b, "%s\n", s->result.age_days < GROWTH_STANDING_FROM ? _("The length is taken as measured lying; say --standing if it was not.") : _("The height is taken as measured standing; say --lying if it was not."));
    if (s->result.is_length_moved) buf_fmt(b, _("As the standard of this age wants it, the height is %d mm.\n"), (int)s->result.length_mm);
    if (s->weighed != WEIGHED_NONE && c->n > 1) {
        buf_fmt(b, "KMS: %s (%s)", growth_weighed_code(s->weighed), tr(growth_weighed_title(s->weighed)));
        if (s->least_gain_g) buf_fmt(b, _(": %+d g, at least %d g were wanted"), (int)s->gain_g, (int)s->least_gain_g);
        buf_c(b, "\n");
    }
    if (s->is_twice_not_gained) buf_fmt(b, "%s\n", _("Not gained twice in a row (2T): to the puskesmas."));
    if (s->is_below_red_line) buf_fmt(b, "%s\n", _("Below the red line: to the puskesmas."));
    if (s->has_crossed_down) buf_fmt(b, "%s\n", _("The weight fell through a line of the card since the time before."));
    buf_fmt(b, "%s\n", _("A score compares with healthy children of the same age; it is no diagnosis. WHO 2006, Permenkes 2/2020."));
}

static void score_json(Buf *b, GrowthIndex index, const GrowthScore *s) {
    buf_fmt(b, ",\"%s\":", growth_index_code(index));
    if (!s->is_known) { buf_c(b, "null"); return; }
    buf_fmt(b, "{\"z_hundredths\":%d,\"implausible\":%s,\"class\":", (int)s->z, s->is_implausible ? "true" : "false");
    if (s->class == GROWTH_CLASS_NONE) buf_c(b, "null}");
    else buf_fmt(b, "\"%s\"}", growth_class_code(s->class));
}

static void child_json(Buf *b, const Child *c) {
    for (size_t i = 0; i < c->n; i++) {
        const GrowthStep *s = &c->steps[i];
        buf_c(b, "{\"on\":\"");
        date_put_iso(b, c->at[i].on);
        buf_fmt(b, "\",\"age_days\":%d,\"age_months\":%d", (int)s->result.age_days, (int)s->result.age_months);
        for (int k = 0; k < GROWTH_INDEX_N; k++) score_json(b, (GrowthIndex)k, &s->result.scores[k]);
        buf_fmt(b, ",\"kms\":\"%s\"", growth_weighed_code(s->weighed));
        if (s->least_gain_g) buf_fmt(b, ",\"gain_g\":%d,\"least_gain_g\":%d", (int)s->gain_g, (int)s->least_gain_g);
        buf_fmt(b, ",\"twice_not_gained\":%s,\"below_red_line\":%s,\"crossed_down\":%s}\n", s->is_twice_not_gained ? "true" : "false", s->is_below_red_line ? "true" : "false",
                s->has_crossed_down ? "true" : "false");
    }
}

static bool chart_write(const char *path, const Child *c, Err *e) {
    Buf b = { .max = BUF_MAX };
    OutFile *file;
    growth_chart_put(&b, &(GrowthChart){ WEIGHT_FOR_AGE, c->at[0].sex, c->at, c->n, str_c(tr(growth_index_title(WEIGHT_FOR_AGE))) });
    bool is_good = outfile_open(path, &file, e);
    if (is_good && !outfile_write(file, buf_view(&b), e)) { outfile_abort(file); is_good = false; }
    else if (is_good) is_good = outfile_finish(file, NULL, e);
    buf_free(&b);
    return is_good;
}

bool verb_growth(Cli *cli, Err *e) {
    Child *c = NEW(cli->arena, Child, 1);
    const char *path = cli_option(cli, "--chart");
    Buf b = { .max = BUF_MAX };
    if (!child_read(cli, c, e) || (path && !chart_write(path, c, e))) return false;
    if (cli->is_json) child_json(&b, c);
    else child_print(&b, c);
    fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
    return true;
}
