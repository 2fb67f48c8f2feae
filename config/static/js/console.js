// The demo console: a slider and its number field say the same, and what a person unfolded stays
// unfolded when the economics are replaced.
(() => {
  "use strict";

  const ECONOMICS = "console-economics";

  function partner(control) {
    const slider = control.closest("[data-slider]");
    if (!slider) return null;
    return slider.querySelector(control.type === "range" ? "[type=number]" : "[type=range]");
  }

  document.addEventListener("input", (event) => {
    const other = partner(event.target);
    if (other && event.target.value !== "") other.value = event.target.value;
  });

  // A figure beyond the slider's ends, or none at all, is put right when the field is left.
  document.addEventListener("change", (event) => {
    const field = event.target;
    const range = partner(field);
    if (!range || field.type !== "number") return;
    const isWithin = field.value !== "" && !field.validity.rangeUnderflow && !field.validity.rangeOverflow;
    if (isWithin) return;
    field.value = range.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  let unfolded = [];
  const folds = () => [...document.querySelectorAll(`#${ECONOMICS} details`)];

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === ECONOMICS) unfolded = folds().map((fold) => fold.open);
  });
  document.addEventListener("htmx:afterSwap", () => {
    folds().forEach((fold, index) => { fold.open = unfolded[index] ?? false; });
  });
})();
