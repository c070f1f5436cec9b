"""pagec.py: compiles pages (.html) to C functions that write them, typed and escaped by context. Manual: docs/pages.md.

  pagec.py --header OUT.h --source OUT.c IN.html

A page that could be wrong does not compile: an unclosed element, a branch that opens what it does not close, words that no
translator would see, script or style inside the page, an address that is not ours. Errors read `file:line: what to do`.
"""
import os, re, sys

VOID = set("area br col hr img input link meta source track wbr".split())
FORBIDDEN = {"style": "put rules in ui/style.css", "iframe": "pages show nothing of others", "object": "pages show nothing of others",
             "embed": "pages show nothing of others", "base": "addresses are written whole"}
URL_ATTRIBUTES = set("href src action formaction poster cite".split())
# Where no element may stand, or where the style sheet keeps an amount together anyway.
PLAIN_ELEMENTS = {"option", "title", "textarea", "td", "th"}
HUMAN_ATTRIBUTES = set("alt title placeholder label aria-label aria-description aria-roledescription aria-valuetext data-label".split())
ENTITIES = set("amp lt gt quot nbsp middot ndash mdash hellip times larr rarr laquo raquo bull thinsp shy".split())
SAFE_PREFIX = re.compile(r"(/(?!/)|#|\?|https://|mailto:|tel:)")
KEYWORDS = {"_", "n_", "if", "elif", "else", "end", "for", "let", "include", "digits"}


class PageError(Exception):
    def __init__(self, path, line, text):
        super().__init__(f"{path}:{line}: {text}")


def c_string(text):
    """A C string literal of UTF-8 text."""
    short = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
    return '"' + "".join(short.get(ch) or (ch if " " <= ch < "\x7f" and ch != "?" else "".join("\\%03o" % b for b in ch.encode()))
                         for ch in text) + '"'


def string_literal(text):
    """(value, rest) of the C string literals `text` begins with; None when it begins with anything else."""
    value, rest = None, text.lstrip()
    while match := re.match(r'"((?:[^"\\\n]|\\.)*)"', rest):
        raw = match.group(1)
        value = (value or "") + re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), raw)
        rest = rest[match.end():].lstrip()
    return None if value is None else (value, rest)


def split_arguments(text):
    """Pieces of a C argument list, cut at commas outside of brackets and strings."""
    pieces, depth, start, i = [], 0, 0, 0
    while i < len(text):
        ch = text[i]
        if ch in "\"'":
            i += 1
            while i < len(text) and text[i] != ch: i += 2 if text[i] == "\\" else 1
        elif ch in "([{": depth += 1
        elif ch in ")]}": depth -= 1
        elif ch == "," and depth == 0:
            pieces.append(text[start:i].strip())
            start = i + 1
        i += 1
    pieces.append(text[start:].strip())
    return [p for p in pieces if p]


class Function:
    def __init__(self, kind, name, params, line):
        self.kind, self.name, self.params, self.line, self.code = kind, name, params, line, []

    def prototype(self):
        params = "Page *page" + (", " + self.params if self.params else "")
        return f"{'static ' if self.kind == 'part' else ''}void {self.name}({params})"


class Compiler:
    """Walks the file once. `state` says where in HTML we are; output is gathered in the open function."""

    def __init__(self, path, text):
        self.path, self.text, self.i, self.line = path, text, 0, 1
        self.functions, self.includes = [], []
        self.function, self.literal = None, ""
        self.reset()

    def reset(self):
        self.state, self.stack, self.blocks = "text", [], []
        self.tag, self.attributes, self.attribute, self.value = "", {}, "", []

    def stop(self, text, line=None):
        raise PageError(self.path, line or self.line, text)

    # ---- output -------------------------------------------------------------------------------------------------
    def put(self, text):
        self.literal += text

    def flush(self):
        if not self.literal: return
        text, self.literal = self.literal, ""
        if not self.function: return
        if not self.function.code: text = text.lstrip()
        if not text: return
        n = len(text.encode())
        self.function.code.append(f"    page_literal(page, {c_string(text)}, {n});")

    def emit(self, code, line=None):
        self.flush()
        self.function.code.append(f"#line {line or self.line} {c_string(self.path)}")
        self.function.code.append("    " + code)

    # ---- the walk -----------------------------------------------------------------------------------------------
    def compile(self):
        while self.i < len(self.text):
            ch = self.text[self.i]
            if ch == "{":
                self.directive()
            elif self.state == "text":
                self.markup() if ch == "<" else self.words()
            elif self.state == "tag":
                self.in_tag(ch)
            else:
                self.in_value(ch)
        self.close_function()
        return self

    def advance(self, n):
        self.line += self.text.count("\n", self.i, self.i + n)
        self.i += n

    def words(self):
        """Text between elements: spaces, digits and signs, but no words (those go through {_ "…"})."""
        end = min(e for e in (self.text.find("<", self.i), self.text.find("{", self.i), len(self.text)) if e >= 0)
        text = self.text[self.i:end]
        if not self.function and text.strip(): self.stop("text before the first {# page … #}")
        for match in re.finditer(r"&(#?\w+);|[^\W\d_]+", text):
            line = self.line + text.count("\n", 0, match.start())
            if match.group(1):
                if match.group(1) not in ENTITIES: self.stop(f"&{match.group(1)}; is not an entity that pages use", line)
            else:
                self.stop(f"\"{text.strip()[:40]}\" stands outside of {{_ \"…\"}}: nobody could translate it", line)
        if re.search(r"&(?!#?\w+;)", text): self.stop("write & as &amp;")
        self.put(re.sub(r"\s*\n\s*", "\n", re.sub(r"[ \t]+", " ", text)))
        self.advance(end - self.i)

    def markup(self):
        rest = self.text[self.i:]
        if rest.startswith("<!--"):
            end = rest.find("-->")
            if end < 0: self.stop("this comment never ends")
            self.advance(end + 3)
        elif match := re.match(r"<!doctype html>", rest, re.I):
            self.put("<!doctype html>")
            self.advance(match.end())
        elif match := re.match(r"</([a-zA-Z][\w-]*)\s*>", rest):
            self.close_element(match.group(1).lower())
            self.advance(match.end())
        elif match := re.match(r"<([a-zA-Z][\w-]*)", rest):
            self.open_element(match.group(1))
            self.advance(match.end())
        else:
            self.stop("write < as &lt;")

    def open_element(self, name):
        if not self.function: self.stop("markup before the first {# page … #}")
        if name.lower() in FORBIDDEN: self.stop(f"<{name}> is refused: {FORBIDDEN[name.lower()]}")
        if self.stack and self.stack[-1][0] == "script": self.stop("a <script> has no content here: give it a src")
        self.state, self.tag, self.attributes = "tag", name, {}
        self.put("<" + name)

    def close_element(self, name):
        if not self.stack: self.stop(f"</{name}> closes nothing")
        opened, line = self.stack[-1]
        if opened.lower() != name: self.stop(f"</{name}> stands where </{opened}> (line {line}) is due")
        if self.blocks and len(self.stack) <= self.blocks[-1]["depth"]:
            self.stop(f"</{name}> closes an element that was opened outside of this {{{self.blocks[-1]['kind']}}}")
        self.stack.pop()
        self.put(f"</{opened}>")

    def in_tag(self, ch):
        rest = self.text[self.i:]
        if match := re.match(r"\s+", rest):
            self.advance(match.end())
        elif match := re.match(r"/?>", rest):
            self.end_tag(is_closed=match.group() == "/>")
            self.advance(match.end())
        elif match := re.match(r"([a-zA-Z_:][\w:.-]*)\?=\{", rest):
            self.optional_attribute(match.group(1).lower(), match.end() - 1)
        elif match := re.match(r"([a-zA-Z_:][\w:.-]*)(\s*=\s*)?", rest):
            name = match.group(1)
            self.check_attribute(name.lower())
            if not match.group(2):
                self.attributes[name.lower()] = ""
                self.put(" " + name)
                self.advance(match.end())
            elif rest[match.end():match.end() + 1] != '"':
                self.stop(f"the value of {name} needs double quotes")
            else:
                self.state, self.attribute, self.value = "value", name.lower(), []
                self.put(f' {name}="')
                self.advance(match.end() + 1)
        else:
            self.stop(f"not an attribute: {ch!r}")

    def check_attribute(self, name):
        if name.startswith("on"): self.stop(f"{name} is a script inside the page: refused by our own policy")
        if name in ("style", "srcdoc", "srcset", "ping"): self.stop(f"{name} is refused: use a class of ui/style.css")
        if name in self.attributes and not self.blocks: self.stop(f"{name} is given twice")

    def optional_attribute(self, name, length):
        """checked?={v->is_on}: the attribute stands there when the value is true."""
        self.check_attribute(name)
        self.advance(length)
        line, body = self.line, self.braces()
        self.emit(f"if ({body}) page_literal(page, {c_string(' ' + name)}, {len(name) + 1});", line)
        self.attributes[name] = ""

    def in_value(self, ch):
        end = min(e for e in (self.text.find('"', self.i), self.text.find("{", self.i), len(self.text)) if e >= 0)
        text = self.text[self.i:end]
        if text:
            if "<" in text or "\n" in text: self.stop(f"the value of {self.attribute} runs on: a quote is missing")
            if re.search(r"&(?!#?\w+;)", text): self.stop("write & as &amp;")
            if self.attribute in HUMAN_ATTRIBUTES and re.search(r"[^\W\d_]", re.sub(r"&\w+;", "", text)):
                self.stop(f"{self.attribute} holds words that stand outside of {{_ \"…\"}}: nobody could translate them")
            if self.attribute in URL_ATTRIBUTES and not self.value and not SAFE_PREFIX.match(text):
                self.stop(f"the address in {self.attribute} must begin with /, #, ? or https://")
            self.value.append(text)
            self.put(text)
            self.advance(len(text))
        if ch == '"' or self.text[self.i:self.i + 1] == '"':
            if self.blocks and self.blocks[-1]["state"] == "value": self.stop(f"{{{self.blocks[-1]['kind']}}} is not ended inside this value")
            self.attributes[self.attribute] = "".join(self.value) if all(isinstance(v, str) for v in self.value) else None
            self.put('"')
            self.state = "tag"
            self.advance(1)

    def end_tag(self, is_closed):
        if self.blocks and self.blocks[-1]["state"] == "tag": self.stop(f"{{{self.blocks[-1]['kind']}}} is not ended inside this tag")
        tag, given = self.tag.lower(), self.attributes
        if tag == "script" and "src" not in given: self.stop("<script> inside the page is refused: give it a src")
        if tag == "img" and "alt" not in given: self.stop("<img> needs alt (empty when it only decorates)")
        if tag == "button" and "type" not in given: self.stop("<button> needs a type")
        if tag == "th" and "scope" not in given: self.stop("<th> needs a scope")
        if tag == "form" and given.get("method") not in ("get", "post"): self.stop("<form> needs method=\"get\" or method=\"post\"")
        if tag in ("input", "button") and given.get("type") in ("submit", "button", "reset") and re.search(r"[^\W\d_]", given.get("value") or ""):
            if tag == "input": self.stop("use <button>: the words of this control are its value")
        is_void = tag in VOID
        self.put("/>" if is_closed and not is_void else ">")
        if not is_void and not is_closed: self.stack.append((self.tag, self.line))
        self.state = "text"
        if tag == "form" and given.get("method") == "post": self.emit("page_csrf(page);")

    # ---- directives ---------------------------------------------------------------------------------------------
    def braces(self):
        """The text between { and its }, walking over strings; leaves the walk behind it."""
        start, depth, i = self.i + 1, 0, self.i
        while i < len(self.text):
            ch = self.text[i]
            if ch in "\"'":
                i += 1
                while i < len(self.text) and self.text[i] != ch: i += 2 if self.text[i] == "\\" else 1
            elif ch == "{": depth += 1
            elif ch == "}":
                depth -= 1
                if depth == 0:
                    body = self.text[start:i]
                    self.advance(i + 1 - self.i)
                    return body.strip()
            i += 1
        self.stop("this { never ends")

    def directive(self):
        if self.text.startswith("{#", self.i):
            end = self.text.find("#}", self.i)
            if end < 0: self.stop("this {# never ends")
            body, line = self.text[self.i + 2:end].strip(), self.line
            self.advance(end + 2 - self.i)
            if match := re.match(r"(page|part)\s", body): self.open_function(match.group(1), body, line)
            elif match := re.match(r"includes\s", body): self.includes += re.findall(r'"([^"]+)"', body)
            return
        if not self.function: self.stop("a page begins with {# page name(const View *v) includes \"room/view.h\" #}")
        line, body = self.line, self.braces()
        if not body: self.stop("{} says nothing", line)
        word = re.match(r"\w+", body)
        word = word.group() if word and word.group() in KEYWORDS else ""
        rest = body[len(word):].strip()
        if word in ("if", "for", "let", "elif", "else", "end"):
            getattr(self, "block_" + word)(rest, line)
            return
        if self.state == "tag": self.stop("a value stands in quotes: name=\"{…}\", or name?={…} for one that is there or not", line)
        if word == "include": self.include(rest, line)
        elif word in ("_", "n_"): self.translation(word, rest, line)
        else: self.value_of(word, rest if word else body, line)

    def open_function(self, kind, body, line):
        self.close_function()
        match = re.match(r"(page|part)\s+(\w+)\s*\((.*?)\)\s*(?:includes\s+(.*))?$", body, re.S)
        if not match: self.stop("expected {# page name(const View *v) includes \"room/view.h\" #}", line)
        self.includes += re.findall(r'"([^"]+)"', match.group(4) or "")
        self.function = Function(kind, match.group(2), " ".join(match.group(3).split()), line)
        self.functions.append(self.function)

    def close_function(self):
        if self.state != "text": self.stop(f"<{self.tag}> never ends")
        if self.blocks: self.stop(f"{{{self.blocks[-1]['kind']}}} of line {self.blocks[-1]['line']} has no {{end}}")
        if self.stack: self.stop(f"<{self.stack[-1][0]}> of line {self.stack[-1][1]} is never closed")
        self.literal = self.literal.rstrip() if self.function else ""
        self.flush()
        self.function = None
        self.reset()

    def open_block(self, kind, line):
        self.blocks.append({"kind": kind, "line": line, "state": self.state, "depth": len(self.stack)})

    def check_block(self, what, line):
        if not self.blocks: self.stop(f"{{{what}}} without an {{if}} or {{for}}", line)
        block = self.blocks[-1]
        if self.state != block["state"] or len(self.stack) != block["depth"]:
            opened = f": <{self.stack[-1][0]}> of line {self.stack[-1][1]} is open" if len(self.stack) > block["depth"] else ""
            self.stop(f"{{{what}}}: this branch does not close what it opens{opened}", line)
        return block

    def block_if(self, rest, line):
        if not rest: self.stop("{if} needs a condition", line)
        self.emit(f"if ({rest}) {{", line)
        self.open_block("if", line)

    def block_elif(self, rest, line):
        if self.check_block("elif", line)["kind"] != "if": self.stop("{elif} belongs to an {if}", line)
        self.emit(f"}} else if ({rest}) {{", line)

    def block_else(self, rest, line):
        block = self.check_block("else", line)
        if block["kind"] not in ("if", "for"): self.stop("{else} belongs to an {if}", line)
        if block["kind"] == "for": self.stop("{else} belongs to an {if}; ask {if rows_n == 0} before the {for}", line)
        self.emit("} else {", line)

    def block_end(self, rest, line):
        self.check_block("end", line)
        self.emit("}", line)
        self.blocks.pop()

    def block_for(self, rest, line):
        match = re.match(r"(?:(\w+)\s*,\s*)?(\w+)\s+in\s+(.*)$", rest, re.S)
        pieces = split_arguments(match.group(3)) if match else []
        if len(pieces) != 2: self.stop("expected {for row in rows, rows_n} or {for i, row in rows, rows_n}", line)
        index, row, (rows, count) = match.group(1) or match.group(2) + "_i", match.group(2), pieces
        self.emit(f"for (size_t {index} = 0; {index} < (size_t)({count}); {index}++) {{ __typeof__(&({rows})[0]) {row} = &({rows})[{index}]; (void){row};", line)
        self.open_block("for", line)

    def block_let(self, rest, line):
        match = re.match(r"(\w+)\s*=\s*(.*)$", rest, re.S)
        if not match: self.stop("expected {let name = value}", line)
        self.emit(f"__auto_type {match.group(1)} = {match.group(2)};", line)

    def include(self, rest, line):
        match = re.match(r"(\w+)\s*\((.*)\)$", rest, re.S)
        if not match: self.stop("expected {include part(v)}", line)
        if self.state != "text": self.stop("{include} stands between elements only", line)
        arguments = match.group(2).strip()
        self.emit(f"{match.group(1)}(page{', ' + arguments if arguments else ''});", line)

    def translation(self, word, rest, line):
        if self.state == "value" and self.attribute in URL_ATTRIBUTES: self.stop("an address is not translated", line)
        if word == "n_":
            pieces = split_arguments(rest)
            match = string_literal(pieces[1]) if len(pieces) >= 3 else None
            other = string_literal(pieces[2]) if len(pieces) >= 3 else None
            if not match or not other or match[1] or other[1]: self.stop("expected {n_ count, \"%s family\", \"%s families\", count}", line)
            texts, values = (match[0], other[0]), pieces[3:]
            chosen = f"({pieces[0]} == 1 ? tr({c_string(texts[0])}) : tr({c_string(texts[1])}))"
        else:
            found = string_literal(rest)
            if not found: self.stop("expected {_ \"words\"} or {_ \"%s of %s\", a, b}", line)
            texts, values = (found[0],), split_arguments(found[1].lstrip(","))
            if found[1] and not found[1].startswith(","): self.stop("a comma is missing after the words", line)
            chosen = f"tr({c_string(texts[0])})"
        for text in texts:
            if values and (text.count("%s") != len(values) or re.search(r"%(?![s%])", text)):
                self.stop(f"\"{text}\" has {text.count('%s')} places (%s) for {len(values)} values", line)
        if self.state == "value": self.value.append(None)
        if not values:
            self.emit(f"page_text_c(page, {chosen});", line)
            return
        self.emit(f"{{ const char *words = {chosen};", line)
        for value in values:
            self.emit(f"words = page_words(page, words); {self.writer()}(page, {value});", line)
        self.emit("page_words_end(page, words); }", line)

    # In running text "Rp" and its figures stay on one line.
    def writer(self):
        is_plain = self.state != "text" or (self.stack and self.stack[-1][0] in PLAIN_ELEMENTS)
        return "page_text" if is_plain else "page_running"

    def value_of(self, word, expression, line):
        literal = string_literal(expression)
        if literal and not literal[1] and not word and self.state == "text":          # a name that is the same in all languages
            self.put(literal[0].replace("&", "&amp;").replace("<", "&lt;"))
            return
        if word == "digits": self.emit(f"page_digits(page, {expression});", line)
        elif self.state == "text": self.emit(f"{self.writer()}(page, {expression});", line)
        elif self.attribute in URL_ATTRIBUTES or (self.tag == "use" and self.attribute == "xlink:href"):
            self.emit(f"{'page_param' if self.value else 'page_href'}(page, {expression});", line)
        elif self.attribute in HUMAN_ATTRIBUTES: self.emit(f"page_text(page, {expression});", line)
        else: self.emit(f"page_value(page, {expression});", line)
        if self.state == "value": self.value.append(None)


def header_of(compiled, header_name):
    guard = re.sub(r"\W", "_", header_name).upper()
    lines = [f"// Made by tools/pagec.py from {os.path.basename(compiled.path)}.", f"#ifndef {guard}", f"#define {guard}", '#include "http/page.h"']
    lines += [f'#include "{name}"' for name in dict.fromkeys(compiled.includes)]
    lines += [f.prototype() + ";" for f in compiled.functions if f.kind == "page"]
    return "\n".join(lines + ["#endif", ""])


def source_of(compiled, header_name):
    lines = [f'#include "{header_name}"']
    lines += [f.prototype() + ";" for f in compiled.functions if f.kind == "part"]
    for f in compiled.functions:
        lines += [f"#line {f.line} {c_string(compiled.path)}", f.prototype() + " {"] + f.code + ["    (void)page;", "}"]
    return "\n".join(lines + [""])


def compile_file(path):
    with open(path, encoding="utf-8") as file:
        compiled = Compiler(path, file.read()).compile()
    if not compiled.functions: raise PageError(path, 1, "a page begins with {# page name(const View *v) includes \"room/view.h\" #}")
    return compiled


def main(arguments):
    try:
        if len(arguments) != 5 or arguments[0] != "--header" or arguments[2] != "--source":
            print(__doc__, file=sys.stderr)
            return 2
        compiled = compile_file(arguments[4])
    except PageError as error:
        print(error, file=sys.stderr)
        return 1
    header_name = os.path.basename(arguments[1])
    for path, text in ((arguments[1], header_of(compiled, header_name)), (arguments[3], source_of(compiled, header_name))):
        with open(path, "w", encoding="utf-8") as file: file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
