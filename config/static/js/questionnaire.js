// The questionnaire: answers by key, and says truly what is saved.
(() => {
  "use strict";

  const FIRST_RETRY_SECONDS = 2;
  const LAST_RETRY_SECONDS = 30;
  // Without scripts one form holds the answers of all cards; with them each card is saved by itself.
  for (const field of document.querySelectorAll("form[data-autosave] [form]")) {
    field.removeAttribute("form");
    if (field.hasAttribute("data-read")) field.remove();
    else field.name = field.name.replace(/^.*-/, "");
  }

  const states = new WeakMap(); // form → {sent, failures, timer}
  const unsaved = new Set(); // ids of cards whose newest input the server has not acknowledged

  const stateOf = (form) => {
    if (!states.has(form)) states.set(form, { sent: null, failures: 0, timer: 0 });
    return states.get(form);
  };
  const cardOf = (form) => form.closest("[data-question]");
  const autosaved = (element) => element.closest?.("form[data-autosave]");

  // What a person entered: everything but the row's version and the CSRF token.
  function entered(form) {
    const data = new FormData(form);
    data.delete("csrfmiddlewaretoken");
    form.querySelectorAll("[data-version]").forEach((field) => data.delete(field.name));
    return JSON.stringify([...data].map(([name, value]) => [name, value instanceof File ? value.name : value]));
  }

  // What the server has not acknowledged is kept in this browser, for this person alone, until it has: whoever leaves,
  // closes the window or is signed out finds it again, and it is sent as if they had never left.
  const DRAFT_DAYS = 30;
  const person = document.querySelector("[data-questionnaire]")?.dataset.person ?? "";
  const drafts = `crossover-draft:${person}:`;
  const draftKey = (form) => drafts + form.getAttribute("action");
  const versionOf = (form) => form.querySelector("[data-version]");

  function keepDraft(form) {
    try {
      const draft = { entered: entered(form), version: versionOf(form)?.value, at: Date.now() };
      localStorage.setItem(draftKey(form), JSON.stringify(draft));
    } catch {
      // No room, or none allowed: the warning before leaving remains.
    }
  }

  function readDraft(key) {
    try {
      const draft = JSON.parse(localStorage.getItem(key));
      if (draft && Date.now() - draft.at < DRAFT_DAYS * 86_400_000) return draft;
      localStorage.removeItem(key);
    } catch {
      // Unreadable: as if there were none.
    }
    return null;
  }

  function dropDraft(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // None can be kept, so none is there.
    }
  }

  function restore(form, draft) {
    const values = JSON.parse(draft.entered);
    for (const field of form.elements) {
      if (!field.name || field.type === "hidden" || field.type === "submit") continue;
      const given = values.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "radio") field.checked = given.includes(field.value);
      else field.value = given[0] ?? "";
      if (field.checked || (field.type === "textarea" && field.value)) field.closest("details")?.setAttribute("open", "");
    }
    // The version that it was typed over: if somebody else answered since, both are shown.
    const version = versionOf(form);
    if (version && draft.version !== undefined) version.value = draft.version;
  }

  function restoreDrafts() {
    for (const form of document.querySelectorAll("form[data-autosave]")) {
      const draft = readDraft(draftKey(form));
      if (!draft) continue;
      if (draft.entered === entered(form)) {
        dropDraft(draftKey(form));
        continue;
      }
      restore(form, draft);
      unsaved.add(cardOf(form).id);
      retry(form);
    }
  }
  // htmx takes the forms over at the same event, and listens to it first.
  document.addEventListener("DOMContentLoaded", restoreDrafts);

  // Somebody chose between two answers: what was kept of the one that lost has served.
  document.addEventListener("htmx:afterRequest", (event) => {
    const status = event.detail.xhr?.status ?? 0;
    if (status < 200 || status >= 300 || autosaved(event.detail.requestConfig.elt)) return;
    dropDraft(drafts + event.detail.pathInfo?.requestPath);
  });

  function show(form, kind, text) {
    const status = cardOf(form)?.querySelector("[data-save-status]");
    if (!status) return;
    status.className = `save-status is-${kind}`;
    status.textContent = text;
  }

  function retryLater(form) {
    const state = stateOf(form);
    const seconds = Math.min(FIRST_RETRY_SECONDS * 2 ** state.failures, LAST_RETRY_SECONDS);
    state.failures += 1;
    clearTimeout(state.timer);
    state.timer = setTimeout(() => retry(form), seconds * 1000);
    show(form, "unsaved", "Not saved yet, trying again");
  }

  function retry(form) {
    if (form.isConnected) htmx.trigger(form, "retry");
  }

  document.addEventListener("input", (event) => {
    const form = autosaved(event.target);
    if (!form) return;
    unsaved.add(cardOf(form).id);
    keepDraft(form);
    if (stateOf(form).failures === 0) show(form, "saving", "Not saved yet");
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = autosaved(event.detail.elt);
    if (!form) return;
    const state = stateOf(form);
    clearTimeout(state.timer);
    state.sent = entered(form);
    unsaved.add(cardOf(form).id);
    keepDraft(form);
    if (state.failures === 0) show(form, "saving", "Saving");
  });

  // The person went on while the save was under way: keep the card as it is, take over the version, save again.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = autosaved(event.detail.requestConfig?.elt ?? event.detail.target);
    const status = event.detail.xhr.status;
    if (!form || status < 200 || status >= 300) return;
    const state = stateOf(form);
    state.failures = 0;
    if (entered(form) === state.sent) {
      unsaved.delete(cardOf(form).id);
      dropDraft(draftKey(form));
      return;
    }
    const answer = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
    for (const field of form.querySelectorAll("[data-version]")) {
      const fresh = answer.querySelector(`[data-version][name="${CSS.escape(field.name)}"]`);
      if (fresh) field.value = fresh.value;
    }
    event.detail.shouldSwap = false;
    keepDraft(form);
    setTimeout(() => retry(form), 0);
  });

  // The server writes times in UTC; here they are the person's own.
  function showLocalTimes() {
    document.querySelectorAll("[data-save-status] time[datetime]").forEach((time) => {
      const moment = new Date(time.dateTime);
      if (!Number.isNaN(moment.getTime())) time.textContent = moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    });
  }
  document.addEventListener("htmx:afterSettle", showLocalTimes);
  showLocalTimes();

  // What a person unfolded stays unfolded when the saved card takes the old one's place.
  let unfolded = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = autosaved(event.detail.requestConfig?.elt ?? event.detail.target);
    if (!form || !event.detail.shouldSwap) return;
    unfolded = [...cardOf(form).querySelectorAll("details[data-keep-open][open]")].map((details) => details.id);
  });
  document.addEventListener("htmx:afterSwap", () => {
    unfolded.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    // Not the event's own element: that is another one where the card took the form's place.
    const form = autosaved(event.detail.requestConfig.elt);
    if (!form) return;
    const status = event.detail.xhr?.status ?? 0;
    if (status === 0 || status === 429 || status >= 500) retryLater(form);
    else if (status === 409 || status === 422) unsaved.delete(cardOf(form).id);
    else if (status === 401) show(form, "unsaved", "Not saved: you are signed out");
    else if (status >= 400) show(form, "unsaved", "Not saved: reload the page to go on");
  });

  window.addEventListener("online", () => {
    document.querySelectorAll("form[data-autosave]").forEach((form) => {
      if (stateOf(form).failures > 0) retry(form);
    });
  });

  window.addEventListener("beforeunload", (event) => {
    if ([...unsaved].some((id) => document.getElementById(id))) event.preventDefault();
  });

  // Keys: 1–5 and y, p, n, u answer; j and k walk. Never while a person types.
  const TYPING = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=button], [type=submit])";
  const cards = () => [...document.querySelectorAll("[data-question]")];

  function currentCard() {
    const focused = document.activeElement?.closest("[data-question]");
    if (focused) return focused;
    // Eyes travel down the window as the page scrolls: the first card at its top, the last at its end.
    const scrollable = document.documentElement.scrollHeight - window.innerHeight;
    const eyes = scrollable > 0 ? (window.innerHeight * window.scrollY) / scrollable : 0;
    const distance = (card) => {
      const box = card.getBoundingClientRect();
      return Math.max(box.top - eyes, eyes - box.bottom, 0);
    };
    return cards().reduce((best, card) => (!best || distance(card) < distance(best) ? card : best), null);
  }

  // The card that a key would answer carries a mark, so that nobody answers another one.
  function markCurrent() {
    const current = currentCard();
    cards().forEach((card) => card.classList.toggle("is-current", card === current));
  }

  let isMarking = false;
  function markSoon() {
    if (isMarking) return;
    isMarking = true;
    requestAnimationFrame(() => {
      isMarking = false;
      markCurrent();
    });
  }

  function walk(step) {
    const all = cards();
    const next = all[all.indexOf(currentCard()) + step];
    if (!next) return;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }

  for (const event of ["focusin", "htmx:afterSettle"]) document.addEventListener(event, markSoon);
  for (const event of ["scroll", "resize"]) window.addEventListener(event, markSoon, { passive: true });
  markSoon();

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest?.(TYPING)) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      walk(key === "j" ? 1 : -1);
      event.preventDefault();
      return;
    }
    if (!/^[1-5ypnu]$/.test(key)) return;
    const choice = currentCard()?.querySelector(`input[data-key="${key}"]:not(:disabled)`);
    if (!choice) return;
    event.preventDefault();
    choice.focus({ preventScroll: true });
    const isCarriedOver = currentCard().hasAttribute("data-carried-over");
    if (choice.checked && !isCarriedOver) return;
    choice.checked = true;
    choice.dispatchEvent(new Event("input", { bubbles: true }));
    choice.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
