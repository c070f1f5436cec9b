// paylist.h: the Ministry's pay list in pages: files, how it compares with our closing, the tray, who decides, each companion's list.
#ifndef WEB_PAYLIST_H
#define WEB_PAYLIST_H
#include "http/list.h"
#include "paylist/paylist_mode.h"
#include "paylist/paylist_tray.h"
#include "payment/paylist_list.h"
#include "web/web.h"

typedef struct { CompareRow row; CompareWords words; } PaylistLine;
typedef struct { CompareKind kind; CompareSum sum; bool is_chosen; } PaylistKindRow;
typedef struct {
    int64_t kab, tray_n, upload_max_mb;
    Str stage, area_name, fault, trouble;                  // trouble: why there is no comparison
    Stages stages;
    Paylists lists;
    StageModeRow mode;
    StageMode asked;
    bool is_asked, is_own_only, has_sums, may_import, may_mode;
    CompareFilter filter;
    Str kind_name, companion_name;
    PaylistKindRow kinds[COMPARE_N];
    size_t kind_n;
    CompareSums sums;
    const ComparePlace *village, *companion;               // of the filter; NULL: all
    PaylistLine *lines;
    size_t line_n;
    List list;
} PaylistView;

typedef struct {
    int64_t kab, list_id, row_n;                           // of the form that was refused
    Str stage, fault, reason;
    bool is_decided, may_decide;
    TrayRows rows;
    List list;
} TrayView;

const char *compare_colour(CompareKind kind);
Str paylist_keys_text(Arena *a, int64_t bits);
#endif
