import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isolated } from "../support/program.ts";
import { pages } from "./support/pages.ts";
import { seedPages } from "./support/seed-pages.ts";
import { openView } from "./support/view.ts";

/** `npm run docs:images` writes those of the documentation. */
const documentation = process.env.VIEW_IMAGES;

test.each(["light", "dark"] as const)(
  "each page has an image of at most 120 kB, %s",
  async (colorScheme) => {
    const viewport = { width: 1_100, height: 720 };
    const view = await openView({}, { colorScheme, viewport });
    await seedPages(view.call);
    const folder = documentation ?? isolated().home;
    mkdirSync(folder, { recursive: true });
    for (const [name, { path, ready }] of Object.entries(pages)) {
      await view.show(path);
      await ready(view.page);
      await view.page.evaluate(fixTimes);
      const image = join(folder, `${name}-${colorScheme}.png`);
      await view.page.screenshot({ path: image, animations: "disabled", caret: "hide" });
      expect(statSync(image).size).toBeLessThanOrEqual(120_000);
    }
  },
);

/** Images do not change with the day they are made on. */
function fixTimes(): void {
  for (const time of document.querySelectorAll("time")) time.textContent = "Nov 2, 2026, 9:30 AM";
}
