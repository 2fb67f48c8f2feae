// Every page: what went wrong with a request that htmx sent, what is not saved yet, how far an upload and a job is
// (in the tab's title), tables that are wider than the window reachable by key, and the present tab in sight.
(() => {
  "use strict";

  const plainTitle = document.title;

  // Tabs that do not fit scroll in their strip; the present one is in sight.
  document.querySelector(".tabs-strip [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // Beside what was pressed, so that nobody has to scroll to learn that it did not work.
  function notify(element, title, text) {
    const notice = document.createElement("div");
    notice.className = "notice notice-error";
    notice.setAttribute("role", "alert");
    notice.dataset.requestFailed = "";
    for (const [className, content] of [["notice-title", title], ["", text]]) {
      const line = document.createElement("p");
      if (className) line.className = className;
      line.textContent = content;
      notice.append(line);
    }
    document.querySelectorAll("[data-request-failed]").forEach((old) => old.remove());
    const form = element.closest("form");
    if (form) form.append(notice);
    else if (element.isConnected && element !== document.body) element.after(notice);
    else document.getElementById("messages")?.append(notice);
  }

  // Forms that save by themselves tell their own story, next to the answer; a job's progress asks again by itself.
  const tellsItself = (element) => Boolean(element.closest("[data-autosave], [data-progress-title]"));

  document.addEventListener("htmx:responseError", (event) => {
    const element = event.detail.elt;
    if (element.closest("[data-autosave]")) return;
    const status = event.detail.xhr.status;
    if (status === 401) notify(element, "You are signed out", "Sign in again in another tab, then reload this page.");
    else if (status === 403) notify(element, "Your role does not allow this", "Nothing was changed.");
    else if (status === 404) notify(element, "This is no longer here", "Reload the page to see what is.");
    else if (status === 413) notify(element, "The file is too large", "Nothing was changed.");
    else notify(element, "That did not work", "What you saved before is safe. Try again in a moment.");
  });

  document.addEventListener("htmx:sendError", (event) => {
    if (tellsItself(event.detail.elt)) return;
    notify(event.detail.elt, "No connection", "Nothing was lost. Try again when you are back online.");
  });

  document.addEventListener("htmx:timeout", (event) => {
    if (tellsItself(event.detail.elt)) return;
    notify(event.detail.elt, "No answer in time", "It may have arrived all the same: reload the page before you try again.");
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) return;
    document.querySelectorAll("[data-request-failed]").forEach((notice) => notice.remove());
  });

  // Uploads: how far they are, a way to stop, and no end while bytes move.
  const SILENCE_SECONDS = 60;
  const uploads = new WeakMap(); // form → the timer of its silence
  const uploadOf = (element) => element?.closest?.("form[data-upload]");

  function showUpload(form, text, ratio) {
    const box = form.querySelector("[data-upload-progress]");
    box.hidden = !text;
    box.querySelector("[data-upload-text]").textContent = text;
    const bar = box.querySelector("progress");
    if (ratio === null) bar.removeAttribute("value");
    else bar.value = ratio;
  }

  function waitOn(form, xhr) {
    clearTimeout(uploads.get(form));
    uploads.set(form, setTimeout(() => {
      xhr.abort();
      notify(form, "The connection went silent", "The upload was stopped and nothing was kept. Try again.");
    }, SILENCE_SECONDS * 1000));
  }

  document.addEventListener("htmx:configRequest", (event) => {
    if (uploadOf(event.detail.elt)) event.detail.timeout = 0;
  });

  document.addEventListener("htmx:beforeSend", (event) => {
    const form = uploadOf(event.detail.elt);
    if (!form) return;
    const { xhr } = event.detail;
    showUpload(form, "Sending", 0);
    waitOn(form, xhr);
    xhr.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
      waitOn(form, xhr);
      if (!lengthComputable) showUpload(form, "Sending", null);
      else if (loaded < total) showUpload(form, `Sending, ${Math.floor((100 * loaded) / total)} %`, loaded / total);
      else showUpload(form, "Sent; it is being checked", null);
    });
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = uploadOf(event.detail.requestConfig?.elt);
    if (!form) return;
    clearTimeout(uploads.get(form));
    if (form.isConnected) showUpload(form, "", 0);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-upload-cancel]");
    if (button) htmx.trigger(uploadOf(button), "htmx:abort");
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    const told = button.parentElement.querySelector("[data-copied]");
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      told.textContent = "Copied";
    } catch {
      told.textContent = "It is marked: copy it with the keyboard";
    }
  });

  // A form with changes that nobody saved asks before it is left, by a link or by htmx.
  const unsavedOf = (element) => element?.closest?.("form[data-unsaved]");
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => unsavedOf(event.target)?.toggleAttribute("data-changed", true));
  }
  document.addEventListener("submit", (event) => unsavedOf(event.target)?.removeAttribute("data-changed"));

  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-unsaved][data-changed]")) event.preventDefault();
  });

  document.addEventListener("htmx:confirm", (event) => {
    const { elt, target, issueRequest } = event.detail;
    const form = target?.querySelector?.("form[data-unsaved][data-changed]");
    if (!form || form === elt) return;
    event.preventDefault();
    if (window.confirm("Leave without saving? What you changed here is lost.")) issueRequest(true);
  });

  // On a phone, figures that are stated stay folded until somebody asks for them; errors do not.
  if (window.matchMedia("(width < 40rem)").matches) {
    for (const fold of document.querySelectorAll(".scenario-editor details[open]")) {
      fold.open = Boolean(fold.querySelector(".field-error"));
      const typed = fold.querySelectorAll("textarea, input:not([type=hidden], [type=checkbox], [type=radio])");
      const stated = [...typed].filter((field) => field.value).length;
      if (stated) fold.querySelector("summary").append(` (${stated} stated)`);
    }
  }

  function showProgress() {
    const job = document.querySelector("[data-progress-title]");
    document.title = job ? `${job.dataset.progressTitle} · ${plainTitle}` : plainTitle;
  }

  function reachTables() {
    document.querySelectorAll(".table-scroll").forEach((box) => {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }

  function refresh() {
    showProgress();
    reachTables();
  }
  document.addEventListener("htmx:afterSettle", refresh);
  document.addEventListener("toggle", reachTables, true);
  window.addEventListener("resize", reachTables, { passive: true });
  // A table may grow when the fonts arrive.
  document.fonts?.ready.then(reachTables);
  refresh();
})();
