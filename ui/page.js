// page.js: small comforts. Every page works without it.
"use strict";
const search = document.getElementById("search");

// "/" goes to the search box, as long as nobody is typing.
document.addEventListener("keydown", event => {
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing || !search) return;
    event.preventDefault();
    search.focus();
    search.select();
});

for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
}

// A second click must not send a form twice.
document.addEventListener("submit", event => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
});

// An input[data-typed] answers while somebody types: its text goes there by POST, so that no number stands in an address, and
// what comes back is shown below it, a list to walk through with the arrow keys. Enter without a choice sends the form.
let boxes = 0;
for (const input of document.querySelectorAll("input[data-typed]")) {
    const box = document.createElement("div"), live = document.getElementById("live");
    let timer, question, chosen = -1;
    box.className = "typed";
    box.id = `typed-${++boxes}`;
    box.hidden = true;
    input.after(box);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"]]) input.setAttribute(name, value);

    const options = () => [...box.querySelectorAll("[role=option]")];
    const open = is => {
        box.hidden = !is;
        const list = is && box.querySelector("[role=listbox]");
        if (list) input.setAttribute("aria-controls", list.id = `${box.id}-list`);
        input.setAttribute("aria-expanded", Boolean(list));
        if (!is) choose(-1);
    };
    const choose = i => {
        const all = options();
        chosen = all.length && i >= -1 ? (i + all.length + 1) % (all.length + 1) : -1;
        if (chosen === all.length) chosen = -1;
        for (const [k, option] of all.entries()) option.setAttribute("aria-selected", k === chosen);
        if (chosen < 0) return input.removeAttribute("aria-activedescendant");
        input.setAttribute("aria-activedescendant", all[chosen].id);
        all[chosen].scrollIntoView({ block: "nearest" });
    };
    const ask = async () => {
        question?.abort();
        question = new AbortController();
        const q = input.value.trim();
        if (q.length < 2) return open(false);
        const body = new URLSearchParams({ q, csrf: input.form.elements.csrf.value });
        try {
            const answer = await fetch(input.dataset.typed, { method: "POST", body, signal: question.signal });
            if (!answer.ok) return open(false);
            box.innerHTML = await answer.text();
            for (const option of options()) option.id = `${box.id}-${option.id}`;
            open(document.activeElement === input);
            live.textContent = options().length || box.textContent;
        } catch { /* a newer question took its place, or the line is down: the form still works */ }
    };
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
    input.addEventListener("blur", () => open(false));
    input.addEventListener("keydown", event => {
        const go = { ArrowDown: chosen + 1, ArrowUp: chosen < 0 ? options().length - 1 : chosen - 1 }[event.key];
        if (event.key === "Escape" && !box.hidden) open(false);
        else if (event.key === "Enter" && chosen >= 0) location.assign(options()[chosen].dataset.href);
        else if (go !== undefined && !box.hidden) choose(go);
        else return;
        event.preventDefault();
    });
    box.addEventListener("mousedown", event => event.preventDefault());         // the focus stays where one types
    box.addEventListener("click", event => { const to = event.target.closest("[data-href]"); if (to) location.assign(to.dataset.href); });
}
