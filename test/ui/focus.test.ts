import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openView } from "./support/view.ts";

/** The text of what has the focus. */
function focused(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.textContent);
}

/** The page on which a prompt is edited, with something to lose. */
async function openDraft() {
  const view = await openView();
  const { page, show, call } = view;
  await call("register_prompt", { name: "greet", template: "Greet {{ name }}" });
  await show("/p/greet/1/edit");
  await page.getByRole("textbox", { name: "Text", exact: true }).fill("Greet {{ name }} well");
  return view;
}

describe("after a dialog, the focus", () => {
  test.each([
    ["Escape", (page: Page) => page.keyboard.press("Escape")],
    [
      "its button",
      (page: Page) => page.getByRole("dialog").getByRole("button").first().press("Enter"),
    ],
  ] as const)("is where it was, when a question was closed by %s", async (_, close) => {
    const { page } = await openDraft();
    const link = page.getByRole("link", { name: "Prompts", exact: true });
    // Twice: a dialog that went leaves nothing behind that closes the next one.
    for (let times = 0; times < 2; times += 1) {
      await link.press("Enter");
      await page.getByRole("dialog").waitFor();
      await close(page);
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await expect.poll(() => focused(page)).toBe("Prompts");
    }
  });

  test("is on the heading of the page to which a question led", async () => {
    const { page } = await openDraft();
    await page.getByRole("link", { name: "Prompts", exact: true }).press("Enter");
    await page.getByRole("dialog").getByRole("button").last().press("Enter");
    await page.waitForURL(/\/ui\/$/);
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
  });

  test.each([
    ["Cancel", ""],
    ["Sign in", "wrong"],
  ] as const)(
    "is on the heading, or in the dialog that comes again, after %s",
    async (name, token) => {
      const view = await openView();
      const page = await view.another();
      await view.show("/", page, true);
      await page.getByLabel("Token from the address").fill(token);
      await page.getByRole("dialog").getByRole("button", { name, exact: true }).press("Enter");
      const place = () =>
        page.evaluate(() => document.activeElement?.closest("dialog, h1")?.tagName);
      await expect.poll(place).toBe(token === "" ? "H1" : "DIALOG");
      view.takeFaults();
    },
  );
});
