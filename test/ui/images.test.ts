import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isolated } from "../support/program.ts";
import { imageName, imagePages, looks } from "./support/pages.ts";
import { openPages } from "./support/seed-pages.ts";
import { takeRefusal } from "./support/view.ts";

/** `npm run docs:images` writes those of the documentation. */
const documentation = process.env.VIEW_IMAGES;

test.each(looks)("each page has an image of at most 120 kB, %s", async (colorScheme) => {
  const view = await openPages({ colorScheme, viewport: { width: 1_100, height: 720 } });
  const folder = documentation ?? isolated().home;
  mkdirSync(folder, { recursive: true });
  for (const [name, { path, ready, signedOut }] of Object.entries(imagePages)) {
    const page = signedOut ? await view.another() : view.page;
    await view.show(path, page, signedOut);
    await ready(page);
    if (signedOut) await takeRefusal(view);
    await page.evaluate(fixWhatDiffers);
    const image = join(folder, imageName(name, colorScheme));
    await page.screenshot({ path: image, animations: "disabled", caret: "hide" });
    expect(statSync(image).size).toBeLessThanOrEqual(120_000);
  }
});

/** Images do not change with the day they are made on, nor with how long a model took. */
function fixWhatDiffers(): void {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { currentNode: text } = texts;
    text.textContent = (text.textContent ?? "")
      .replace(/[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d{2}\s[AP]M/g, "Nov 2, 2026, 9:30 AM")
      .replace(/[A-Z][a-z]+day, [A-Z][a-z]+ \d{1,2}, \d{4}/g, "Monday, November 2, 2026")
      .replace(/^\d{1,2}:\d{2}\s[AP]M$/, "9:30 AM")
      .replace(/^\d[\d,.]* ms$/, "840 ms")
      .replace(/[0-9a-f]{32}/g, "0".repeat(32));
  }
}
