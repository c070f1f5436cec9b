// progress_bar.h: progress on stderr: a bar with rate and time left on a terminal, a plain line each 10 % elsewhere,
// JSON lines with --progress=json, nothing with --progress=none.
#ifndef CLI_PROGRESS_BAR_H
#define CLI_PROGRESS_BAR_H
#include "base/progress.h"
#include "base/str.h"

typedef struct {
    Progress progress;
    enum { BAR_TERMINAL, BAR_LINES, BAR_JSON, BAR_NONE } kind;
    const char *what;
    int64_t started_ms, drawn_ms, shown_percent;
    bool is_open;
} ProgressBar;

void progress_bar_start(ProgressBar *bar, Str kind);       // "", "json", "none"
void progress_bar_end(ProgressBar *bar);                   // clears the line
#endif
