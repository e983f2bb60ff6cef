import type { BrowserContextOptions } from "playwright-core";
import { describe, expect, test } from "vitest";
import { pages, signInPage, type ViewPage } from "./support/pages.ts";
import { openPages } from "./support/seed-pages.ts";
import { findBarriers, takeRefusal } from "./support/view.ts";
import { focusedControl, numberControls, overflowing } from "./support/walk.ts";

/** How people see a page. 400 % of a window of 1280 x 1024 is one of 320 x 256. */
const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "forced colours": { forcedColors: "active" },
  "reduced motion": { reducedMotion: "reduce" },
  "320 px wide": { viewport: { width: 320, height: 640 } },
  "400 % zoom": { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 },
};

const all: Readonly<Record<string, ViewPage>> = { ...pages, "sign-in": signInPage };

describe.each(Object.entries(all))("the %s page", (name, { path, ready, signedOut }) => {
  test("has no barrier in any look, and nothing beside a narrow window", async () => {
    const view = await openPages();
    const found: string[] = [];
    for (const [look, options] of Object.entries(looks)) {
      const page = await view.another(options);
      await view.show(path, page, signedOut);
      await ready(page);
      if (signedOut) await takeRefusal(view);
      const barriers = [...(await findBarriers(page)), ...(await overflowing(page))];
      found.push(...barriers.map((barrier) => `${look}: ${barrier}`));
      await page.context().close();
    }
    expect(found).toEqual([]);
  });

  test("reads to a screen reader as reviewed", async () => {
    const view = await openPages();
    const page = await view.another();
    await view.show(path, page, signedOut);
    await ready(page);
    const tree = await page.locator("body").ariaSnapshot();
    if (signedOut) await takeRefusal(view);
    await expect(withoutTimes(tree)).toMatchFileSnapshot(`trees/${name}.yml`);
  });

  test("is walked through by Tab alone, and left again", async () => {
    const view = await openPages();
    const page = await view.another();
    await view.show(path, page, signedOut);
    await ready(page);
    if (signedOut) await takeRefusal(view);
    const controls = await numberControls(page);
    const reached = new Set<string | undefined>();
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    for (let pressed = 0; pressed < controls.size + 10; pressed += 1) {
      await page.keyboard.press("Tab");
      reached.add(await focusedControl(page));
    }
    const missed = [...controls].filter(([number]) => !reached.has(number));
    expect(missed.map(([, control]) => control)).toEqual([]);
    // Outside of every control: the keyboard is trapped nowhere.
    expect(reached).toContain(undefined);
  });
});

/** What differs from run to run. */
function withoutTimes(tree: string): string {
  return tree
    .replaceAll(/- time: .*/g, "- time: (time)")
    .replaceAll(/heading "[A-Z][a-z]+day, [A-Z][a-z]+ \d{1,2}, \d{4}"/g, 'heading "(day)"')
    .replaceAll(/[0-9a-f]{32}/g, "(id)")
    .replaceAll(/\d[\d,]* ms/g, "(duration)")
    .replaceAll(/[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d{2}\s[AP]M/g, "(time)");
}
