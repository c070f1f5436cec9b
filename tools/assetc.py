"""assetc.py OUT.c FILE...: the files of ui/ as C tables, raw and gzip -9, named by a hash of their content (src/http/asset.h).

A style sheet is written without comments and needless spaces; `asset(icons.svg)` in it becomes the address of that file."""
import gzip, hashlib, os, re, sys

TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8", ".png": "image/png",
         ".webmanifest": "application/manifest+json", ".wasm": "application/wasm", ".json": "application/json"}

def small_css(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"\s*([{};,>])\s*", r"\1", text).replace(";}", "}").strip()

def small_svg(text):
    return re.sub(r">\s+<", "><", re.sub(r"<!--.*?-->", "", text, flags=re.S)).strip()

def c_bytes(data):
    return ",".join(str(b) for b in data) or "0"

def path_of(name, data):
    stem, ending = os.path.splitext(name)
    return f"/assets/{stem}-{hashlib.sha256(data).hexdigest()[:12]}{ending}"

files = {}
for path in sorted(sys.argv[2:], key=lambda p: p.endswith(".css")):           # style sheets last: they name the others
    name, data = os.path.basename(path), open(path, "rb").read()
    if name.endswith(".svg"): data = small_svg(data.decode()).encode()
    if name.endswith(".css"):
        text = re.sub(r"asset\(([\w.-]+)\)", lambda m: f'url("{path_of(m[1], files[m[1]])}")', data.decode())
        data = small_css(text).encode()
    files[name] = data

with open(sys.argv[1], "w") as out:
    out.write('#include "http/asset.h"\n')
    rows = []
    for i, (name, data) in enumerate(sorted(files.items())):
        small = gzip.compress(data, 9, mtime=0)
        small = small if len(small) < len(data) else b""
        out.write(f"static const unsigned char RAW_{i}[] = {{{c_bytes(data)}}};\nstatic const unsigned char GZIP_{i}[] = {{{c_bytes(small)}}};\n")
        rows.append(f'    {{ "{name}", "{path_of(name, data)}", "{TYPES[os.path.splitext(name)[1]]}", '
                    f'{{ (const char *)RAW_{i}, {len(data)} }}, {{ (const char *)GZIP_{i}, {len(small)} }} }},\n')
    out.write("const Asset ASSETS[] = {\n" + "".join(rows) + f"}};\nconst size_t ASSETS_N = {len(files)};\n")
