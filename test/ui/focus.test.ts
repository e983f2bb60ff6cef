import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { holdCalls } from "./support/held-calls.ts";
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

/** Presses the focused button twice while its call runs. @returns how many calls were made since */
async function pressTwice(page: Page, tool: string): Promise<() => number> {
  const held = await holdCalls(page, tool);
  await page.keyboard.press("Enter");
  await page.locator("button[aria-disabled=true]:focus").waitFor();
  await page.keyboard.press("Enter");
  held.release();
  return held.count;
}

describe("while a call runs, the focus stays on the button that was pressed", () => {
  test("to save a draft", async () => {
    const { page } = await openDraft();
    await page.getByRole("button", { name: "Review and save" }).click();
    await page.getByRole("button", { name: "Save", exact: true }).focus();
    const saved = await pressTwice(page, "register_prompt");
    await page.getByRole("heading", { name: "Version 2", exact: true }).waitFor();
    expect(saved()).toBe(1);
  });

  test("to move an alias, and to take that back", async () => {
    const { page, show, call } = await openView();
    await call("register_prompt", { name: "greet", template: "Greet {{ name }}" });
    await show("/p/greet/1/promote/pilot");
    await page.getByRole("button", { name: "Point pilot at version 1" }).focus();
    const moved = await pressTwice(page, "set_prompt_alias");
    await page.getByRole("heading", { name: "pilot points at version 1 now." }).waitFor();
    expect(moved()).toBe(1);
    await page.getByRole("button", { name: "Take it back" }).focus();
    await pressTwice(page, "delete_prompt_alias");
    await page.getByRole("dialog").getByRole("button", { name: "Yes" }).click();
    await page.getByRole("heading", { name: "It is taken back" }).waitFor();
  });
});
