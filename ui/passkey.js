// passkey.js: forms with data-passkey ask this device for a passkey. Without a script, or where the browser has none, they stay hidden.
"use strict";
const decode = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
const encode = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

for (const form of window.PublicKeyCredential ? document.querySelectorAll("form[data-passkey]") : []) {
    const field = form.elements, fault = form.querySelector("[role=alert]"), button = form.querySelector("button");
    form.hidden = false;
    form.addEventListener("submit", async event => {
        event.preventDefault();
        button.disabled = fault.hidden = true;
        try {
            const answer = await fetch(form.dataset.passkey, { method: "POST", body: new URLSearchParams({ csrf: field.csrf?.value ?? "" }) });
            const publicKey = await answer.json(), known = publicKey.allowCredentials ?? publicKey.excludeCredentials;
            publicKey.challenge = decode(publicKey.challenge);
            for (const credential of known) credential.id = decode(credential.id);
            if (publicKey.user) publicKey.user.id = decode(publicKey.user.id);
            const made = await navigator.credentials[publicKey.user ? "create" : "get"]({ publicKey }), response = made.response;
            field.client.value = encode(response.clientDataJSON);
            field.data.value = encode(response.authenticatorData ?? response.getAuthenticatorData());
            field.signature.value = response.signature ? encode(response.signature) : "";
            field.credential.value = encode(made.rawId);
            form.submit();
        } catch {
            fault.hidden = button.disabled = false;
        }
    });
}
