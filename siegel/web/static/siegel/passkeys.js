// Passkeys: asks the browser what the page's question says, and sends its answer with the form.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0),
  );
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function make(question) {
    const options = { ...question, challenge: bytes(question.challenge) };
    options.user = { ...question.user, id: bytes(question.user.id) };
    options.excludeCredentials = known(question.excludeCredentials);
    const made = await navigator.credentials.create({ publicKey: options });
    return answer(made, {
      attestationObject: text(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    });
  }

  async function prove(question) {
    const options = { ...question, challenge: bytes(question.challenge) };
    options.allowCredentials = known(question.allowCredentials);
    const proof = await navigator.credentials.get({ publicKey: options });
    return answer(proof, {
      authenticatorData: text(proof.response.authenticatorData),
      signature: text(proof.response.signature),
      userHandle: proof.response.userHandle ? text(proof.response.userHandle) : null,
    });
  }

  function answer(credential, more) {
    return {
      type: credential.type,
      id: credential.id,
      rawId: text(credential.rawId),
      authenticatorAttachment: credential.authenticatorAttachment ?? null,
      response: { clientDataJSON: text(credential.response.clientDataJSON), ...more },
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  }

  const form = document.querySelector("form[data-passkey]");
  const question = document.getElementById("passkey-question");
  if (!form || !question) return;
  const failed = form.querySelector("[data-passkey-failed]");
  const button = form.querySelector("[data-passkey-start]");
  if (!globalThis.PublicKeyCredential) {
    form.querySelector("[data-passkey-missing]").hidden = false;
    return;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    failed.hidden = true;
    if (!form.reportValidity()) return;
    button.disabled = true;
    try {
      const asked = JSON.parse(question.textContent).publicKey;
      const found = await (form.dataset.passkey === "make" ? make(asked) : prove(asked));
      form.elements.credential.value = JSON.stringify(found);
      form.requestSubmit();
    } catch {
      // Cancelled, timed out, or there is no such passkey: the browser has said which.
      failed.hidden = false;
      button.disabled = false;
    }
  });
})();
