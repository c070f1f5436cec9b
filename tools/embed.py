"""embed.py --migrations DIR --source OUT.c --depfile OUT.d: all migrations as one C table (src/db/migration.h)."""
import argparse
import schema


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    for name in ("--migrations", "--source", "--depfile"):
        arguments.add_argument(name, required=True)
    a = arguments.parse_args()
    found = schema.read_all(a.migrations)
    with open(a.source, "w") as out:
        out.write('#include "db/migration.h"\n\nconst Migration MIGRATIONS[] = {\n')
        for m in found:
            checksum = ", ".join("0x%02x" % b for b in m.checksum)
            out.write(f"    {{ {m.n}, \"{m.name}\", {{ {{ {checksum} }} }},\n        {schema.c_text(m.sqlite)},\n        {schema.c_text(m.postgresql)} }},\n")
        out.write(f"}};\nconst size_t MIGRATIONS_N = {len(found)};\n\nconst char *const APPEND_ONLY[] = {{\n")
        for table in sorted(t for m in found for t in m.append_only):
            out.write(f'    "{table}",\n')
        out.write("    NULL,\n};\n\nconst char *const ERASABLE[] = {\n")
        for table, column in sorted(e for m in found for e in m.erasable):
            out.write(f'    "{table}.{column}",\n')
        out.write("    NULL,\n};\n")
    schema.write_depfile(a.depfile, a.source, a.migrations)


schema.run(main)
