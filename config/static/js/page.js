// Every page: what went wrong with a request that htmx sent, how far a job is (in the tab's title),
// and tables that are wider than the window reachable by key.
(() => {
  "use strict";

  const plainTitle = document.title;

  function notify(title, text) {
    const messages = document.getElementById("messages");
    if (!messages) return;
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
    messages.querySelectorAll("[data-request-failed]").forEach((old) => old.remove());
    messages.append(notice);
  }

  // Forms that save by themselves tell their own story, next to the answer.
  const tellsItself = (element) => Boolean(element.closest("[data-autosave]"));

  document.addEventListener("htmx:responseError", (event) => {
    if (tellsItself(event.detail.elt)) return;
    const status = event.detail.xhr.status;
    if (status === 401) notify("You are signed out", "Sign in again in another tab, then reload this page.");
    else if (status === 403) notify("Your role does not allow this", "Nothing was changed.");
    else if (status === 404) notify("This is no longer here", "Reload the page to see what is.");
    else notify("That did not work", "What you saved before is safe. Try again in a moment.");
  });

  document.addEventListener("htmx:sendError", (event) => {
    if (tellsItself(event.detail.elt) || event.detail.elt.closest("[data-progress-title]")) return;
    notify("No connection", "Nothing was lost. Try again when you are back online.");
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) return;
    document.querySelectorAll("[data-request-failed]").forEach((notice) => notice.remove());
  });

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
