"""langc.py OUT.c IN.po...: the Indonesian texts of all catalogues as one C table, sorted by msgid (see src/base/lang.h)."""
import ast, sys

def entries(path):
    """Yields (msgid, msgstr) of a .po file; msgstr is empty when untranslated or fuzzy."""
    key, parts, is_fuzzy = None, {}, False
    def done():
        if parts.get("msgid"):
            yield parts["msgid"], "" if is_fuzzy else parts.get("msgstr", "")
    for line in open(path, encoding="utf-8"):
        line = line.strip()
        if line.startswith("#,"):
            yield from done()
            key, parts, is_fuzzy = None, {}, "fuzzy" in line
        elif line.startswith("#") or not line:
            continue
        elif line.startswith("msgid "):
            yield from done()
            if key == "msgstr": is_fuzzy = False
            key, parts = "msgid", {"msgid": ast.literal_eval(line[6:])}
        elif line.startswith("msgstr "):
            key = "msgstr"
            parts[key] = ast.literal_eval(line[7:])
        elif line.startswith('"'):
            parts[key] += ast.literal_eval(line)
    yield from done()

def c_text(s):
    return '"' + "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else "\\%03o" % b for b in s.encode()) + '"'

texts, origin = {}, {}
for path in sys.argv[2:]:
    for msgid, text in entries(path):
        if not text:
            continue
        if texts.get(msgid, text) != text:
            sys.exit(f"{path}: \"{msgid}\" is translated otherwise in {origin[msgid]}; say it one way")
        texts[msgid], origin[msgid] = text, path
with open(sys.argv[1], "w") as out:
    out.write('#include "base/lang.h"\nconst LangEntry LANG_ID_TEXTS[] = {\n')
    for msgid in sorted(texts, key=lambda s: s.encode()):
        out.write(f"    {{ {c_text(msgid)}, {c_text(texts[msgid])} }},\n")
    out.write("    { 0, 0 },\n};\nconst size_t LANG_ID_TEXTS_N = %d;\n" % len(texts))
