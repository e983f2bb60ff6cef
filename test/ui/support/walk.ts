import type { Place } from "./pages.ts";

/** What is wider than the window, where people would have to scroll in two directions. */
export function overflowing(page: Place): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.querySelectorAll("main *, header *")].filter(
      (one) => one.getBoundingClientRect().right > clientWidth + 1,
    );
    const names = wide.map(({ tagName, className }) => `${tagName.toLowerCase()}.${className}`);
    return [`${scrollWidth} px wide in ${clientWidth} px: ${[...new Set(names)].join(", ")}`];
  });
}

/** Numbers what people can act on. @returns each with its beginning, by its number */
export async function numberControls(page: Place): Promise<ReadonlyMap<string, string>> {
  const found = await page.evaluate(() => {
    const all = document.querySelectorAll<HTMLElement>(
      "a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary",
    );
    const modal = document.querySelector("dialog:modal");
    const shown = [...all].filter((one) => {
      // What is behind a dialog cannot be reached, and must not be.
      if (modal !== null && !modal.contains(one)) return false;
      // Tab goes to the chosen one of a group; arrows go to the others.
      const isOther = one instanceof HTMLInputElement && one.type === "radio" && !one.checked;
      return !isOther && one.tabIndex >= 0 && one.checkVisibility();
    });
    return shown.map((one, index) => {
      one.dataset.control = `${index}`;
      return [`${index}`, one.outerHTML.slice(0, 120)] as const;
    });
  });
  return new Map(found);
}

/** The number of the control that has the focus; undefined outside of them. */
export function focusedControl(page: Place): Promise<string | undefined> {
  return page.evaluate(() => {
    const { activeElement } = document;
    return activeElement instanceof HTMLElement ? activeElement.dataset.control : undefined;
  });
}
