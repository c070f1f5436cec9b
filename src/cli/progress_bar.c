#include "cli/progress_bar.h"
#include "base/lang.h"
#include "base/rupiah.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define BAR_DRAW_MS 100        // ten times a second: smooth, and nothing beside the work
#define BAR_CELLS 24

static int64_t clock_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void draw_terminal(ProgressBar *bar, int64_t done_n, int64_t total_n, int64_t now) {
    Buf b = { 0 };
    int64_t spent = now - bar->started_ms, filled = total_n ? done_n * BAR_CELLS / total_n : 0;
    buf_fmt(&b, "\r\033[K%s ", bar->what);
    for (int64_t i = 0; total_n && i < BAR_CELLS; i++) buf_c(&b, i < filled ? "█" : "░");
    buf_char(&b, ' ');
    count_put(&b, done_n);
    if (total_n) { buf_c(&b, " / "); count_put(&b, total_n); }
    if (spent > 1000) {
        buf_c(&b, "  ");
        count_put(&b, done_n * 1000 / spent);
        buf_c(&b, _("/s"));
        if (total_n && done_n) { buf_c(&b, "  "); buf_fmt(&b, _("%lld s left"), (long long)(spent * (total_n - done_n) / done_n / 1000)); }
    }
    fwrite(b.p, 1, b.n, stderr);
    fflush(stderr);
    buf_free(&b);
}

static void draw_line(ProgressBar *bar, int64_t done_n, int64_t total_n) {
    int64_t percent = total_n ? done_n * 100 / total_n : 0;
    if (percent / 10 == bar->shown_percent / 10 && bar->shown_percent >= 0) return;
    bar->shown_percent = percent;
    fprintf(stderr, "%s %lld%% (%lld/%lld)\n", bar->what, (long long)percent, (long long)done_n, (long long)total_n);
}

static void bar_report(Progress *p, const char *what, int64_t done_n, int64_t total_n) {
    ProgressBar *bar = p->with;
    int64_t now = clock_ms();
    if (!bar->what || strcmp(bar->what, what) != 0) {
        progress_bar_end(bar);
        bar->what = what;
        bar->started_ms = now;
        bar->drawn_ms = 0;
        bar->shown_percent = -1;
    }
    if (bar->kind == BAR_NONE || (now - bar->drawn_ms < BAR_DRAW_MS && done_n != total_n)) return;
    bar->drawn_ms = now;
    if (bar->kind == BAR_TERMINAL) { bar->is_open = true; draw_terminal(bar, done_n, total_n, now); }
    else if (bar->kind == BAR_LINES) draw_line(bar, done_n, total_n);
    else fprintf(stderr, "{\"progress\":\"%s\",\"done\":%lld,\"total\":%lld}\n", what, (long long)done_n, (long long)total_n);
}

void progress_bar_start(ProgressBar *bar, Str kind) {
    *bar = (ProgressBar){ .progress = { .report = bar_report, .with = bar } };
    bar->kind = str_eq(kind, STR("json")) ? BAR_JSON : str_eq(kind, STR("none")) ? BAR_NONE : isatty(2) ? BAR_TERMINAL : BAR_LINES;
}

void progress_bar_end(ProgressBar *bar) {
    if (bar->is_open) fputs("\r\033[K", stderr);
    bar->is_open = false;
}
