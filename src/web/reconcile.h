// reconcile.h: the page of reconciliation: where each rupiah of a stage is, and which lines of answers wait for a person. Sums only: whom a
// line means stands in `harapan tray`.
#ifndef WEB_RECONCILE_H
#define WEB_RECONCILE_H
#include "payment/reconcile.h"
#include "web/web.h"

#define RECONCILE_TRAY_MAX 20          // lines of the tray on the page; the verb shows more
typedef struct { const char *title; int64_t n; Rupiah amount; } ReconcileLine;
typedef struct { Str title, money; ReconcileLine lines[PLACE_N], all; size_t line_n; } ReconcilePart;      // money: SP2D beside what is owed, in words
typedef struct { Str name; int64_t n, open_n; Rupiah owed, received, open; } ReconcileArea;                // open: no proof yet, failed or come back
typedef struct {
    int64_t kab;
    Stages stages;
    bool has_run;
    Reconcile r;
    ReconcilePart *parts;              // all, then each channel that pays somebody
    size_t part_n;
    ReconcileArea *areas;
    size_t area_n;
    TrayRows tray;
} ReconcileView;

extern const Route RECONCILE_ROUTES[];
#endif
