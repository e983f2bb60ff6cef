import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { chatCompletion, fakeModel } from "../support/fake-model.ts";
import { holdCalls } from "./support/held-calls.ts";
import { openView, type View } from "./support/view.ts";

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

/** Its element. */
function focusedTag(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.tagName);
}

async function openGreet(variables: Readonly<Record<string, string>> = {}) {
  const view = await openView(variables);
  await view.call("register_prompt", { name: "greet", template: "Greet {{ name }}" });
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

/** Presses a button by the keyboard. */
async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name }).press("Enter");
}

describe("after a button that goes when it is pressed, the focus", () => {
  const comment = (call: View["call"]) =>
    call("comment_on_prompt", { name: "greet", version: 1, text: "Who?" });

  test("of an answer to a comment is on the button that opens another", async () => {
    const { page, show, call } = await openGreet();
    await comment(call);
    await show("/p/greet/1");
    await press(page, "Answer");
    await page.getByLabel("Your answer").fill("Ada");
    await press(page, "Send answer");
    await page.getByLabel("Your answer").waitFor({ state: "detached" });
    expect(await focused(page)).toBe("Answer");
  });

  test("of a resolved comment is on the heading of the comments", async () => {
    const { page, show, call } = await openGreet();
    await comment(call);
    await show("/p/greet/1");
    await press(page, "Mark as resolved");
    await page.getByText("1 resolved comment").waitFor();
    expect(await focused(page)).toBe("Comments");
    await page.getByText("1 resolved comment").press("Enter");
    await press(page, "Reopen");
    await page.getByText("1 resolved comment").waitFor({ state: "detached" });
    expect(await focused(page)).toBe("Comments");
  });

  test("of a passage that is chosen is where the next Tab leads to the comment", async () => {
    const { page, show } = await openGreet();
    await show("/p/greet/1");
    await press(page, "Choose a passage");
    await press(page, "Use this passage");
    await page.getByRole("button", { name: "Use this passage" }).waitFor({ state: "detached" });
    await page.keyboard.press("Tab");
    await page.keyboard.type("Who?");
    expect(await page.getByLabel("Your comment").inputValue()).toBe("Who?");
  });

  test("of a run stays there, and of its Cancel is on the heading of the run", async () => {
    const model = await fakeModel((_, index) =>
      index === 0 ? { body: chatCompletion({ content: "Good day" }) } : { after: "never" },
    );
    const { page, show } = await openGreet({
      ...{ MLFLOW_PROMPTS_MODEL_URL: model.url, MLFLOW_PROMPTS_MODELS: "small" },
    });
    await show("/p/greet/1");
    const run = page.getByRole("button", { name: "Run", exact: true });
    await run.press("Enter");
    expect(model.asked).toEqual([]);
    await page.getByRole("textbox", { name: "name (required)" }).fill("Ada");
    await run.press("Enter");
    await page.getByText("Good day").waitFor();
    expect(await focused(page)).toBe("Run");
    await run.press("Enter");
    await expect.poll(() => model.asked.length).toBe(2);
    expect(await focused(page)).toBe("Run");
    await run.press("Enter");
    await press(page, "Cancel");
    await page.getByRole("button", { name: "Cancel" }).waitFor({ state: "detached" });
    await expect.poll(() => focusedTag(page)).toBe("H3");
    expect(await focused(page)).toBe("Run");
    expect(model.asked).toHaveLength(2);
  });

  test("of a long text is on the text", async () => {
    const { page, show, call } = await openGreet();
    const template = "A line of the text.\n".repeat(2_000);
    await call("register_prompt", { name: "long", template });
    await show("/p/long/1");
    const text = page.getByRole("group", { name: "Text", exact: true });
    const more = text.getByRole("button", { name: "Show more" });
    await more.focus();
    const pressEnter = async () => {
      await page.keyboard.press("Enter");
      return more.count();
    };
    await expect.poll(pressEnter).toBe(0);
    expect(await text.evaluate((one) => one === document.activeElement)).toBe(true);
  });

  test("of a long difference is on the difference", async () => {
    const { page, show, call } = await openGreet();
    const lines = (word: string) => `A line of the ${word} text.\n`.repeat(600);
    await call("register_prompt", { name: "long", template: lines("old") });
    await call("register_prompt", { name: "long", base_version: 1, template: lines("new") });
    await show("/p/long/1...2");
    const more = page.getByRole("button", { name: /^Show \d+ more lines/ });
    await more.press("Enter");
    await more.waitFor({ state: "detached" });
    expect(await focusedTag(page)).toBe("FIGURE");
  });
});
