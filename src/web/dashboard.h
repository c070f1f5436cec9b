// dashboard.h: a stage at a glance. Every number opens the list that it counts.
#ifndef WEB_DASHBOARD_H
#define WEB_DASHBOARD_H
#include "stage/closing.h"
#include "stage/run.h"
#include "registry/identity_work.h"
#include "web/web.h"

typedef struct { Str label; Url href; int64_t n; Rupiah amount; } DashboardRow;      // n: families, or persons of a component
typedef struct { DashboardRow *at; size_t n; int64_t most_n, sum_n; Rupiah sum; } DashboardTable;
typedef enum { STEP_LATER, STEP_NOW, STEP_DONE } StepState;
typedef struct { const char *title; StepState state; Str detail; } DashboardStep;
#define DASHBOARD_STEPS 4

typedef struct {
    int64_t kab;
    Str area_name, stage, stage_title;
    Stages stages;
    bool has_run;
    Closing closing;
    Run run;
    Url families, payable, suspended, nothing;             // lists behind the cards
    int64_t nothing_n;
    DashboardTable channels, kecamatan, components;
    DashboardTable identity;                               // identity work by kind, most money first; n: pieces of work
    int64_t pair_n;                                        // persons who probably stand twice, to be looked at
    DashboardStep steps[DASHBOARD_STEPS];
    Str *months;                                           // of each channel: "March – April 2024"
} DashboardView;
#endif
