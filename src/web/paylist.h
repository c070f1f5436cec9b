// paylist.h: the Ministry's pay list in pages: files, how it compares with our closing, the tray, who decides, each companion's list.
#ifndef WEB_PAYLIST_H
#define WEB_PAYLIST_H
#include "http/list.h"
#include "paylist/paylist_mode.h"
#include "paylist/paylist_mend.h"
#include "paylist/paylist_share.h"
#include "paylist/paylist_tray.h"
#include "payment/paylist_list.h"
#include "web/web.h"

typedef struct { CompareRow row; CompareWords words; } PaylistLine;
typedef struct { CompareKind kind; CompareSum sum; bool is_chosen; } PaylistKindRow;
typedef struct { Str field, label, title; bool is_required; } PaylistColumnRow;
typedef struct { Str hash_text, name, stage, reason; Titles titles; PaylistColumnRow columns[PAYLIST_COLUMNS_N]; } PaylistColumns;
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
    PaylistShares shares;                                  // a file of several districts was sent just now
    PaylistColumns *choose;                                // the file that was sent has titles that nobody knows; NULL otherwise
} PaylistView;

typedef struct {
    int64_t kab;
    Paylist list;
    PaylistFinding *findings;
    size_t n;
    List pages;
    Str fault;
    bool has_file, may_mend;
} PaylistFileView;

typedef struct {
    int64_t kab, list_id, row_n;                           // of the form that was refused
    Str stage, fault, reason;
    bool is_decided, may_decide;
    TrayRows rows;
    List list;
} TrayView;

Str paylist_field_label(Str field);                        // of a finding, for people: "NIK"
const char *compare_colour(CompareKind kind);
Str paylist_keys_text(Arena *a, int64_t bits);
#endif
