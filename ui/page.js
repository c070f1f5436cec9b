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
