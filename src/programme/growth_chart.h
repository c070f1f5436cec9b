// growth_chart.h: the curve as people know it from the KMS card, as SVG: bands by the WHO's lines, red line at -3, orange line at +1, the
// child's own points. Drawn by the server, without script and without styles of the page, so it also stands on paper. The same figures
// belong beneath it as a table (web/growth.html); the chart says so to those who do not see it.
#ifndef PROGRAMME_GROWTH_CHART_H
#define PROGRAMME_GROWTH_CHART_H
#include "programme/growth.h"

typedef struct {
    GrowthIndex index;                                     // WEIGHT_FOR_AGE, as on the card, or LENGTH_FOR_AGE
    GrowthSex sex;
    const GrowthMeasure *measures;                         // of one child, in the order of their days
    size_t n;
    Str label;                                             // what it is, for who does not see it: "Berat badan menurut umur"
} GrowthChart;

// Writes one <svg>. Months 0 to 24 while the child is not older, from then on 0 to 60, as the card's two sides do. Measures that lack
// the figure, or are older than 60 months, are left out.
void growth_chart_put(Buf *b, const GrowthChart *chart);
#endif
