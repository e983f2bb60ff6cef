import { signal } from "@preact/signals";
import { differenceTexts } from "../texts/difference.ts";

/** How all differences are shown. */
const sideBySide = signal(true);

/** Two columns need room. */
const wide = window.matchMedia("(min-width: 700px)");
const isWide = signal(wide.matches);
wide.addEventListener("change", ({ matches }) => {
  isWide.value = matches;
});

export function showsSides(): boolean {
  return sideBySide.value && isWide.value;
}

/** Chooses between one column and two, where there is room for two. */
export function DifferenceLayout() {
  if (!isWide.value) return null;
  const choice = (sides: boolean, label: string) => (
    <label>
      <input
        type="radio"
        name="difference-layout"
        checked={sideBySide.value === sides}
        onChange={() => {
          sideBySide.value = sides;
        }}
      />{" "}
      {label}
    </label>
  );
  return (
    <fieldset class="difference-layout">
      <legend>{differenceTexts().layout}</legend>
      {choice(true, differenceTexts().sides)}
      {choice(false, differenceTexts().unified)}
    </fieldset>
  );
}
