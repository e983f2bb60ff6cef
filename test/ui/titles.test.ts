import { expect, test } from "vitest";
import { pages } from "./support/pages.ts";
import { openPages } from "./support/seed-pages.ts";

const titles: Readonly<Record<string, string>> = {
  list: "Prompts",
  prompt: "support-answer",
  edit: "Edit support-answer",
  new: "New prompt",
  compare: "Compare versions: support-answer",
  promote: "Choose the version of staging",
  evaluate: "Evaluate support-answer",
  results: "Evaluate support-answer",
};

test("each page has a title of its own, in the language of the view", async () => {
  const { page, show, another } = await openPages();
  for (const [name, { path }] of Object.entries(pages)) {
    await show(path);
    await expect.poll(() => page.title(), { message: name }).toBe(titles[name]);
  }
  await page.getByRole("navigation", { name: "Prompts" }).getByRole("link").click();
  await expect.poll(() => page.title()).toBe("Prompts");
  const german = await another({ locale: "de-DE" });
  await show("/p/support-answer/evaluate", german);
  await expect.poll(() => german.title()).toBe("support-answer auswerten");
});
