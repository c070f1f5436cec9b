"""growthc.py FOLDER OUT.c: the tables of rules/growth/ as C, in whole numbers: L and S by 1e-4 and 1e-5, M by 1e-4.
Refuses a table with a gap, a figure with more digits than there is room for, or months that are said twice or not at all."""
import csv, os, sys
from decimal import Decimal

folder, out_path = sys.argv[1], sys.argv[2]


def whole(text, digits):
    value = Decimal(text).scaleb(digits)
    assert value == value.to_integral_value(), f"{text} has more than {digits} digits"
    return int(value)


def lms(name, file, key, step, first, last):
    rows = list(csv.DictReader(open(os.path.join(folder, file), encoding="utf-8")))
    keys = [whole(r[key], step) for r in rows]
    assert keys == list(range(first, last + 1)), f"{file}: {key} runs from {keys[0]} to {keys[-1]} with gaps"
    lines = []
    for sex in ("boys", "girls"):
        cells = (f"{{{whole(r[sex + '_m'], 4)},{whole(r[sex + '_l'], 4)},{whole(r[sex + '_s'], 5)}}}" for r in rows)
        lines.append("{ " + ",".join(cells) + " }")
    return f"const GrowthLms {name}[GROWTH_SEX_N][{len(rows)}] = {{\n" + ",\n".join(lines) + "\n};\n"


def least_gain():
    rows = list(csv.DictReader(open(os.path.join(folder, "least_gain.csv"), encoding="utf-8")))
    lines = []
    for sex in ("boys", "girls"):
        months = {}
        for r in rows:
            if r["sex"] not in (sex, "both"):
                continue
            for month in range(int(r["from_month"]), int(r["to_month"]) + 1):
                assert month not in months, f"least_gain.csv: month {month} of {sex} is said twice"
                months[month] = f"{{ {int(r['grams'])}, \"{r['confidence']}\", \"{r['source']}\" }}"
        assert sorted(months) == list(range(1, 61)), f"least_gain.csv: not all months of {sex}"
        lines.append("{ { 0, \"\", \"\" },\n" + ",\n".join(months[m] for m in range(1, 61)) + " }")
    return "const GrowthGain GROWTH_LEAST_GAIN[GROWTH_SEX_N][61] = {\n" + ",\n".join(lines) + "\n};\n"


with open(out_path, "w", encoding="utf-8") as out:
    out.write('// Made by tools/growthc.py from rules/growth/.\n#include "programme/growth_data.h"\n')
    out.write(lms("GROWTH_WEIGHT_BY_AGE", "weight_for_age.csv", "age_days", 0, 0, 1826))
    out.write(lms("GROWTH_LENGTH_BY_AGE", "length_for_age.csv", "age_days", 0, 0, 1826))
    out.write(lms("GROWTH_WEIGHT_BY_LENGTH", "weight_for_length.csv", "length_cm", 1, 450, 1100))
    out.write(lms("GROWTH_WEIGHT_BY_HEIGHT", "weight_for_height.csv", "height_cm", 1, 650, 1200))
    out.write(least_gain())
