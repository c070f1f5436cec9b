// daily_head.h: while the pages are served, the head of each day is made without anybody asking.
#ifndef CLI_DAILY_HEAD_H
#define CLI_DAILY_HEAD_H
#include "base/str.h"

typedef struct DailyHead DailyHead;
// A thread of its own: makes today's head now, and each next one soon after midnight. What fails is told on the error stream and
// tried again. key_path NULL: where head_key.h looks.
DailyHead *daily_head_start(Str db_url, const char *key_path);
void daily_head_stop(DailyHead *daily);
#endif
