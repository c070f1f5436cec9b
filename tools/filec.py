"""filec.py OUT.h OUT.c NAME PATH [NAME PATH]...: files as constants of the program: extern const Str NAME."""
import os, sys

header, source, pairs = sys.argv[1], sys.argv[2], list(zip(sys.argv[3::2], sys.argv[4::2]))
guard = os.path.basename(header).upper().replace(".", "_")
with open(header, "w") as out:
    out.write(f'// Made by tools/filec.py.\n#ifndef {guard}\n#define {guard}\n#include "base/str.h"\n')
    for name, path in pairs:
        out.write(f"extern const Str {name};    // {os.path.basename(path)}\n")
    out.write("#endif\n")
with open(source, "w") as out:
    out.write(f'#include "{os.path.basename(header)}"\n')
    for name, path in pairs:
        data = open(path, "rb").read()
        lines = (", ".join(map(str, data[i:i + 40])) for i in range(0, len(data), 40))
        out.write(f"static const unsigned char {name}_BYTES[] = {{\n" + ",\n".join(lines) + f"\n}};\nconst Str {name} = {{ (const char *){name}_BYTES, {len(data)} }};\n")
