#include "commitment/observation.h"

static const char *const HOW[] = { [MEASURED_BY_AGE] = "", [MEASURED_LYING] = "lying", [MEASURED_STANDING] = "standing" };

Str observation_text(Arena *a, const Observation *o) {
    Buf b = { .max = 200 };
    buf_char(&b, '1');
    if (o->weight_g) buf_fmt(&b, " g=%d", (int)o->weight_g);
    if (o->length_mm) buf_fmt(&b, " mm=%d", (int)o->length_mm);
    if (o->length_mm && o->posture != MEASURED_BY_AGE) buf_fmt(&b, " how=%s", HOW[o->posture]);
    if (date_is_known(o->on)) { buf_c(&b, " on="); date_put_iso(&b, o->on); }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static bool figure_read(Str text, int32_t *out) {
    int64_t n;
    if (!str_is_digits(text) || !str_int64(text, &n) || n > INT32_MAX) return false;
    *out = (int32_t)n;
    return true;
}

bool observation_read(Str text, Observation *out) {
    Observation o = { .on = DATE_NONE };
    Str rest = text;
    if (!str_eq(str_cut(&rest, ' '), STR("1"))) return false;
    while (rest.p) {
        Str value = str_cut(&rest, ' '), key = str_cut(&value, '=');
        bool is_good = str_eq(key, STR("g")) ? figure_read(value, &o.weight_g) : str_eq(key, STR("mm")) ? figure_read(value, &o.length_mm) : str_eq(key, STR("on")) && date_parse_iso(value, &o.on);
        for (int i = MEASURED_LYING; i <= MEASURED_STANDING && !is_good && str_eq(key, STR("how")); i++)
            if (str_eq(value, str_c(HOW[i]))) { o.posture = (GrowthPosture)i; is_good = true; }
        if (!is_good) return false;
    }
    *out = o;
    return true;
}
