import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { findBarriers, openView } from "./support/view.ts";

const text = (page: Page) => page.getByRole("textbox", { name: "Text", exact: true });
const review = (page: Page) => page.getByRole("button", { name: "Review and save" });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** A prompt of five lines that two people edit. */
async function openTwo() {
  const view = await openView();
  await view.call("register_prompt", { name: "shared", template: lines("", "") });
  const other = await view.another();
  await view.show("/p/shared/1/edit");
  await view.show("/p/shared/1/edit", other);
  const saveOther = async (template: string) => {
    await text(other).fill(template);
    await press(other, "Review and save");
    await other.getByRole("textbox", { name: /What did you change/ }).fill("By the other");
    await press(other, "Save");
    await other.getByRole("heading", { name: "Version 2", exact: true }).waitFor();
  };
  const stored = async () => (await view.call("load_prompt", { name: "shared" })).structured;
  return { ...view, saveOther, stored };
}

function lines(first: string, last: string): string {
  return `One${first} {{ a }}\nTwo\nThree\nFour\nFive${last}`;
}

describe("a draft", () => {
  test("survives a reload, says when it was written, and can be thrown away", async () => {
    const { page, show } = await openView();
    page.on("dialog", (dialog) => dialog.accept());
    await show("/p/summarize/1/edit");
    const before = await text(page).inputValue();
    await text(page).fill("My draft of {{ text }}");
    await page.reload();
    await page.getByText(/This is your draft of/).waitFor();
    expect(await text(page).inputValue()).toBe("My draft of {{ text }}");
    expect(await findBarriers(page)).toEqual([]);
    await press(page, "Throw the draft away");
    await page.getByRole("dialog").getByRole("button", { name: "Throw the draft away" }).click();
    await expect.poll(() => text(page).inputValue()).toBe(before);
    await page.reload();
    await review(page).waitFor();
    expect(await page.getByText(/This is your draft of/).count()).toBe(0);
  });

  test("survives a reload right after a key, before the page is drawn again", async () => {
    const { page, show } = await openView();
    await show("/p/summarize/1/edit");
    await text(page).evaluate((area: HTMLTextAreaElement) => {
      // On a slow machine no frame and no timer comes before the reload.
      Object.assign(window, { requestAnimationFrame: () => 0, setTimeout: () => 0 });
      area.focus();
      document.execCommand("insertText", false, "Quick ");
      location.reload();
    });
    await page.getByText(/This is your draft of/).waitFor();
    expect(await text(page).inputValue()).toContain("Quick ");
  });

  test("is not left without a question, and is there again when people come back", async () => {
    const { page, show } = await openView();
    await show("/p/summarize/1/edit");
    await text(page).fill("Unfinished {{ text }}");
    await page.getByRole("link", { name: "Prompts" }).click();
    await press(page, "Stay here");
    expect(await text(page).inputValue()).toBe("Unfinished {{ text }}");
    await page.getByRole("link", { name: "Prompts" }).click();
    await press(page, "Leave");
    await page.getByRole("link", { name: "summarize" }).first().waitFor();
    await page.goBack();
    await expect.poll(() => text(page).inputValue()).toBe("Unfinished {{ text }}");
  });

  test("is not left by the browser's Back and Forward without the question", async () => {
    const { page, show, origin } = await openView();
    const at = (path: string) => page.waitForURL(`${origin}/ui${path}`);
    const step = (by: -1 | 1) => page.evaluate((steps) => history.go(steps), by);
    const answer = async (name: string) => {
      await page.getByRole("dialog").waitFor();
      // The address is again that of the page to which the question belongs.
      await at("/p/summarize/1/edit");
      await press(page, name);
      await page.getByRole("dialog").waitFor({ state: "detached" });
    };
    await show("/p/summarize");
    await page.getByRole("link", { name: "Edit this version" }).click();
    await text(page).fill("Unfinished {{ text }}");
    // An entry within the page, which has no place of the view's: going back from it leaves nothing.
    await page.evaluate(() => location.assign("#content"));
    await step(-1);
    await at("/p/summarize/1/edit");
    await step(-1);
    await answer("Stay here");
    expect(await text(page).inputValue()).toBe("Unfinished {{ text }}");
    await step(-1);
    await answer("Leave");
    await at("/p/summarize");
    await page.getByRole("link", { name: "Edit this version" }).waitFor();
    await step(1);
    await expect.poll(() => text(page).inputValue()).toBe("Unfinished {{ text }}");
    await page.getByRole("link", { name: "Prompts", exact: true }).click();
    await answer("Leave");
    await at("/");
    await step(-1);
    await expect.poll(() => text(page).inputValue()).toBe("Unfinished {{ text }}");
    await step(1);
    await answer("Stay here");
    await step(1);
    await answer("Leave");
    await at("/");
    await page.getByRole("link", { name: "summarize" }).first().waitFor();
  });

  test("is undone and redone by the browser, also after a look at the difference", async () => {
    const { page, show } = await openView();
    await show("/p/summarize/1/edit");
    const before = await text(page).inputValue();
    await text(page).press("Control+End");
    await page.keyboard.type(" more");
    await press(page, "Review and save");
    await press(page, "Back to writing");
    await text(page).press("Control+z");
    expect(await text(page).inputValue()).toBe(before);
    await text(page).press("Control+Shift+z");
    expect(await text(page).inputValue()).toBe(`${before} more`);
    await text(page).press("Tab");
    expect(await page.locator("textarea:focus").count()).toBe(0);
  });
});

describe("two people who save over one base", () => {
  test("get both changes by a merge, where they are apart", async () => {
    const { page, saveOther, stored } = await openTwo();
    await text(page).fill(lines(" mine", ""));
    await page.getByText("Callers need no change").waitFor();
    await press(page, "Review and save");
    await saveOther(lines("", " theirs"));
    await press(page, "Save");
    await press(page, "See it, and choose how to go on");
    await page
      .getByRole("heading", { name: "Version 2 was saved while you were writing", exact: true })
      .waitFor();
    await page.getByText("They say: By the other").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await press(page, "Merge both");
    expect(await text(page).inputValue()).toBe(lines(" mine", " theirs"));
    await press(page, "Review and save");
    await press(page, "Save");
    await page.getByRole("heading", { name: "Version 3", exact: true }).waitFor();
    expect(await stored()).toMatchObject({ version: 3, template: lines(" mine", " theirs") });
  });

  test("choose where both changed the same passage", async () => {
    const { page, saveOther, stored } = await openTwo();
    await saveOther(lines(" theirs", ""));
    await text(page).fill(lines(" mine", " too"));
    await press(page, "See it, and choose how to go on");
    await press(page, "Merge both");
    await page.getByRole("group", { name: "Passage 1 of 1: Text" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("radio", { name: /^Both/ }).check();
    await press(page, "Go on with the merged text");
    const merged = lines(" theirs", "").replace("\n", "\nOne mine {{ a }}\n");
    expect(await text(page).inputValue()).toBe(`${merged} too`);
    await press(page, "Review and save");
    await press(page, "Save");
    await page.getByRole("heading", { name: "Version 3", exact: true }).waitFor();
    expect(await stored()).toMatchObject({ template: `${merged} too` });
  });

  test("may keep one text on top of the other", async () => {
    const { page, saveOther, stored } = await openTwo();
    await saveOther(lines(" theirs", ""));
    await text(page).fill(lines(" mine", ""));
    await press(page, "See it, and choose how to go on");
    await press(page, "Keep mine on top of theirs");
    await page.getByText("Your draft follows version 2 now").first().waitFor();
    await press(page, "Review and save");
    await press(page, "Save");
    await page.getByRole("heading", { name: "Version 3", exact: true }).waitFor();
    expect(await stored()).toMatchObject({
      template: lines(" mine", ""),
      tags: { "mcp.base_version": "2" },
    });
  });

  test("may take the other text, and have their own set aside, over a reload too", async () => {
    const { page, saveOther } = await openTwo();
    page.on("dialog", (dialog) => dialog.accept());
    await saveOther(lines(" theirs", ""));
    await text(page).fill(lines(" mine", ""));
    await press(page, "See it, and choose how to go on");
    await press(page, "Take theirs, and set mine aside");
    expect(await text(page).inputValue()).toBe(lines(" theirs", ""));
    await text(page).press("Control+z");
    expect(await text(page).inputValue()).toBe(lines(" mine", ""));
    await text(page).press("Control+Shift+z");
    expect(await text(page).inputValue()).toBe(lines(" theirs", ""));
    await page.reload();
    await page.getByText("Your text, which you set aside").click();
    await page.getByText("One mine {{ a }}").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await press(page, "Take it back");
    expect(await text(page).inputValue()).toBe(lines(" mine", ""));
  });
});
