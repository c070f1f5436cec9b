#include "programme/growth_chart.h"
#include "base/lang.h"
#include "http/page.h"
#include <stdio.h>
#include <stdlib.h>

// In the units of the drawing; the page scales it.
#define WIDTH 720
#define HEIGHT 460
#define LEFT 46
#define RIGHT 682
#define TOP 14
#define BOTTOM 412

static const struct { int32_t from, until; const char *colour; } BANDS[] = {
    { -300, -200, "#f6e58d" }, { -200, -100, "#cfe8b5" }, { -100, 100, "#a6d58f" }, { 100, 200, "#cfe8b5" }, { 200, 300, "#f6e58d" },
};
static const struct { const char *colour; int32_t z; int width; } LINES[] = {
    { "#c0271d", -300, 3 }, { "#6f8f52", -200, 1 }, { "#3d7a2c", 0, 2 }, { "#d27a16", 100, 2 }, { "#6f8f52", 200, 1 }, { "#8a7a1c", 300, 1 },
};
// The card is blue for boys and pink for girls.
static const char *const FRAME[GROWTH_SEX_N] = { "#2c7fb8", "#d1578c" };

typedef struct { const GrowthChart *chart; Buf *b; int months_n; int32_t low, high, step; } Drawing;

static int month_day(int month) { return (int)(month * 30.4375 + 0.5); }           // the WHO's month

static int32_t value_of(const GrowthChart *c, size_t i) { return c->index == WEIGHT_FOR_AGE ? c->measures[i].weight_g : c->measures[i].length_mm; }
static int32_t age_of(const GrowthChart *c, size_t i) { return c->measures[i].on.days - c->measures[i].born_on.days; }
static bool is_drawn(const GrowthChart *c, size_t i) { return value_of(c, i) > 0 && age_of(c, i) >= 0 && age_of(c, i) <= GROWTH_AGE_MAX; }

// Tenths are enough for a screen, and short.
static void put_tenths(Buf *b, double v) {
    long tenths = (long)(v * 10 + 0.5);
    buf_int(b, tenths / 10);
    if (tenths % 10) buf_fmt(b, ".%ld", tenths % 10);
}

static double x_of(const Drawing *d, double days) { return LEFT + (RIGHT - LEFT) * days / (d->months_n * 30.4375); }

static double y_of(const Drawing *d, int32_t value) {
    double share = (double)(value - d->low) / (d->high - d->low);
    return BOTTOM - (BOTTOM - TOP) * (share < 0 ? 0 : share > 1 ? 1 : share);
}

static void put_point(const Drawing *d, double days, int32_t value) {
    put_tenths(d->b, x_of(d, days));
    buf_char(d->b, ',');
    put_tenths(d->b, y_of(d, value));
    buf_char(d->b, ' ');
}

// A point a month; in the last month's place at most the last day that the standards know.
static void put_line(const Drawing *d, int32_t z, bool is_backward) {
    for (int i = 0; i <= d->months_n; i++) {
        int month = is_backward ? d->months_n - i : i, day = month_day(month);
        day = day > GROWTH_AGE_MAX ? GROWTH_AGE_MAX : day;
        put_point(d, day, growth_value_at(d->chart->index, d->chart->sex, day, z));
    }
}

static void put_bands(const Drawing *d) {
    for (size_t i = 0; i < sizeof BANDS / sizeof *BANDS; i++) {
        buf_fmt(d->b, "<polygon fill=\"%s\" points=\"", BANDS[i].colour);
        put_line(d, BANDS[i].until, false);
        put_line(d, BANDS[i].from, true);
        buf_c(d->b, "\"/>");
    }
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        buf_fmt(d->b, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%d\" points=\"", LINES[i].colour, LINES[i].width);
        put_line(d, LINES[i].z, false);
        buf_c(d->b, "\"/>");
    }
}

static void put_text(const Drawing *d, double x, double y, const char *anchor, const char *text) {
    buf_c(d->b, "<text x=\"");
    put_tenths(d->b, x);
    buf_c(d->b, "\" y=\"");
    put_tenths(d->b, y);
    buf_fmt(d->b, "\" text-anchor=\"%s\">", anchor);
    html_escape(d->b, str_c(text));
    buf_c(d->b, "</text>");
}

static void put_grid(const Drawing *d) {
    char text[32];
    int every = d->months_n > 24 ? 3 : 1;
    buf_c(d->b, "<path fill=\"none\" stroke=\"#000\" stroke-opacity=\".16\" d=\"");
    for (int month = 0; month <= d->months_n; month += every) {
        buf_c(d->b, "M");
        put_tenths(d->b, x_of(d, month * 30.4375));
        buf_fmt(d->b, " %dV%d", TOP, BOTTOM);
    }
    for (int32_t v = d->low; v <= d->high; v += d->step) {
        buf_fmt(d->b, "M%d ", LEFT);
        put_tenths(d->b, y_of(d, v));
        buf_fmt(d->b, "H%d", RIGHT);
    }
    buf_c(d->b, "\"/><g fill=\"#222\" font-family=\"sans-serif\" font-size=\"13\">");
    for (int month = 0; month <= d->months_n; month += d->months_n > 24 ? 6 : 2) {
        snprintf(text, sizeof text, "%d", month);
        put_text(d, x_of(d, month * 30.4375), BOTTOM + 17, "middle", text);
    }
    for (int32_t v = d->low; v <= d->high; v += d->chart->index == WEIGHT_FOR_AGE ? 2 * d->step : d->step) {
        snprintf(text, sizeof text, "%d", v / (d->chart->index == WEIGHT_FOR_AGE ? 1000 : 10));
        put_text(d, LEFT - 7, y_of(d, v) + 4, "end", text);
    }
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        int day = month_day(d->months_n);
        snprintf(text, sizeof text, "%s%d", LINES[i].z > 0 ? "+" : LINES[i].z < 0 ? "−" : "", abs(LINES[i].z) / 100);
        put_text(d, RIGHT + 6, y_of(d, growth_value_at(d->chart->index, d->chart->sex, day > GROWTH_AGE_MAX ? GROWTH_AGE_MAX : day, LINES[i].z)) + 4, "start", text);
    }
    put_text(d, (LEFT + RIGHT) / 2.0, BOTTOM + 38, "middle", _("age in months"));
    put_text(d, LEFT + 6, TOP + 16, "start", d->chart->index == WEIGHT_FOR_AGE ? _("kg") : _("cm"));
    buf_c(d->b, "</g>");
}

static void put_child(const Drawing *d) {
    buf_c(d->b, "<polyline fill=\"none\" stroke=\"#12263f\" stroke-width=\"2.5\" points=\"");
    for (size_t i = 0; i < d->chart->n; i++) if (is_drawn(d->chart, i)) put_point(d, age_of(d->chart, i), value_of(d->chart, i));
    buf_c(d->b, "\"/><g fill=\"#12263f\" stroke=\"#fff\">");
    for (size_t i = 0; i < d->chart->n; i++) {
        if (!is_drawn(d->chart, i)) continue;
        buf_c(d->b, "<circle r=\"5\" cx=\"");
        put_tenths(d->b, x_of(d, age_of(d->chart, i)));
        buf_c(d->b, "\" cy=\"");
        put_tenths(d->b, y_of(d, value_of(d->chart, i)));
        buf_c(d->b, "\"><title>");
        date_put_local(d->b, d->chart->measures[i].on);
        buf_c(d->b, ": ");
        growth_decimal_put(d->b, d->chart->index == WEIGHT_FOR_AGE ? value_of(d->chart, i) : value_of(d->chart, i) * 100, 1);
        buf_fmt(d->b, " %s</title></circle>", d->chart->index == WEIGHT_FOR_AGE ? _("kg") : _("cm"));
    }
    buf_c(d->b, "</g>");
}

// From a round figure below the lowest line to one above the highest.
static void scale_choose(Drawing *d) {
    const GrowthChart *c = d->chart;
    d->months_n = 24;
    for (size_t i = 0; i < c->n; i++) if (is_drawn(c, i) && age_of(c, i) > month_day(24)) d->months_n = 60;
    d->step = c->index == WEIGHT_FOR_AGE ? 1000 : 50;
    int last = month_day(d->months_n) > GROWTH_AGE_MAX ? GROWTH_AGE_MAX : month_day(d->months_n);
    int32_t high = growth_value_at(c->index, c->sex, last, 300), low = growth_value_at(c->index, c->sex, 0, -300);
    for (size_t i = 0; i < c->n; i++) if (is_drawn(c, i) && value_of(c, i) > high && value_of(c, i) < 2 * high) high = value_of(c, i);
    d->low = c->index == WEIGHT_FOR_AGE ? 0 : low / d->step * d->step;
    d->high = (high / (2 * d->step) + 1) * 2 * d->step;
}

void growth_chart_put(Buf *b, const GrowthChart *chart) {
    Drawing d = { .chart = chart, .b = b };
    scale_choose(&d);
    buf_fmt(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"growth\" role=\"img\" width=\"100%%\" viewBox=\"0 0 %d %d\" aria-label=\"", WIDTH, HEIGHT);
    html_escape(b, chart->label);
    buf_fmt(b, "\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>", WIDTH, HEIGHT);
    put_bands(&d);
    put_grid(&d);
    put_child(&d);
    buf_fmt(b, "<rect x=\"1\" y=\"1\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/></svg>", WIDTH - 2, HEIGHT - 2, FRAME[chart->sex]);
}
