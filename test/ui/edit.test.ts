import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { findBarriers, openView } from "./support/view.ts";

const field = (name: string | RegExp) => ["textbox", { name }] as const;

async function save(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Review and save" }).click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
}

describe("the edit page", () => {
  test("makes the next version of the newest one, and says what it means while typing", async () => {
    const { page, show, call } = await openView();
    await show("/p/review-code/2/edit");
    await page.getByText("You start from version 2, the newest").waitFor();
    await page
      .getByRole(...field("Text"))
      .fill("Review {{ code }} in {{ language }} for {{ who }}.");
    await page.getByText("Callers of the version before fail").waitFor();
    await page.getByText("version 1 stays live").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Review and save" }).click();
    await page.getByRole("heading", { name: "What you are about to save" }).waitFor();
    expect(await page.locator("ins").allTextContents()).toContain(
      "Review {{ code }} in {{ language }} for {{ who }}.",
    );
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole(...field(/What did you change/)).fill("Says for whom");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { name: "Version 3", exact: true }).waitFor();
    const { structured } = await call("load_prompt", { name: "review-code" });
    expect(structured).toMatchObject({
      version: 3,
      template: "Review {{ code }} in {{ language }} for {{ who }}.",
      commit_message: "Says for whom",
      tags: { "mcp.base_version": "2" },
    });
  });

  test("starts from any version, with everything that is of that version and nothing of the newest", async () => {
    const { page, show, call } = await openView();
    await call("register_prompt", {
      ...{ name: "old", template: "{{ a }} one", tags: { team: "search" }, alias: "production" },
      ...{ llm_config: { model_name: "small" }, arguments: { a: { description: "A" } } },
    });
    await call("register_prompt", {
      ...{
        name: "old",
        base_version: 1,
        template: "{{ b }} two",
        tags: { team: null, other: "x" },
      },
      ...{ llm_config: { model_name: "large" }, arguments: { b: { description: "B" } } },
      ...{ response_format: { type: "object" }, allow_breaking: true },
    });
    await show("/p/old/1/edit");
    await page.getByText("You start from version 1; version 2 is the newest").waitFor();
    await page.getByRole(...field("Text")).fill("{{ a }} one, again");
    await save(page);
    await page.getByRole("heading", { name: "Version 3", exact: true }).waitFor();
    const { structured } = await call("load_prompt", { name: "old" });
    expect(structured).toMatchObject({
      ...{ template: "{{ a }} one, again", llm_config: { model_name: "small" } },
      arguments: [{ name: "a", description: "A" }],
    });
    expect(structured).not.toHaveProperty("response_format");
    expect(structured).toMatchObject({ tags: { team: "search" } });
    expect(structured).not.toHaveProperty("tags.other");
  });

  test("shows hostile text as text, in every field and in the difference", async () => {
    const { page, show, call } = await openView();
    const evil = `<img src=x onerror=alert(1)><script>alert(1)</script>\u202ejavascript:alert(1)`;
    const fields = {
      ...{ name: "evil", commit_message: evil, tags: { team: evil } },
      ...{ llm_config: { model_name: evil }, response_format: { description: evil } },
      arguments: { a: { description: evil, default: evil, enum: [evil] } },
    };
    await call("register_prompt", { ...fields, template: `${evil} {{ a }}` });
    await show("/p/evil/1/edit");
    await page.getByRole("group", { name: /^a/ }).waitFor();
    const text = page.getByRole(...field("Text"));
    expect(await text.inputValue()).toBe(`${evil} {{ a }}`);
    await text.fill(`${evil} {{ a }} ${evil}`);
    const next = { template: `{{ a }} ${evil}`, commit_message: `${evil} again`, base_version: 1 };
    await call("register_prompt", { ...fields, ...next });
    await page.getByRole("button", { name: "See it, and choose how to go on" }).click();
    await page.getByText(/They say: .*again/).waitFor();
    await expectHarmless(page);
    await page.getByRole("button", { name: "Keep mine on top of theirs" }).click();
    await page.getByRole("button", { name: "Review and save" }).click();
    await page.getByRole("heading", { name: "What you are about to save" }).waitFor();
    await expectHarmless(page);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { name: "Version 3", exact: true }).waitFor();
    const { structured } = await call("load_prompt", { name: "evil" });
    expect(structured).toMatchObject({ template: `${evil} {{ a }} ${evil}` });
  });

  test.each([
    ["CR LF", "one\r\ntwo {{ x }}\r\n", "one\r\ntwo {{ x }}\r\nend"],
    ["lone CR", "one\rtwo {{ x }}\r", "one\rtwo {{ x }}\rend"],
    ["mixed line ends", "one\r\ntwo {{ x }}\nthree\r", "one\r\ntwo {{ x }}\nthree\rend"],
    ["tabs and spaces", "\t one  \n\n  {{ x }}\t\n", "\t one  \n\n  {{ x }}\t\nend"],
    ["characters outside the BMP", "😀 𝒳 {{ x }} é e\u0301\n", "😀 𝒳 {{ x }} é e\u0301\nend"],
    [
      "controls",
      "\u0001\u000b\u000c\u0085\u2028\u202e {{ x }}\n",
      "\u0001\u000b\u000c\u0085\u2028\u202e {{ x }}\nend",
    ],
  ])("keeps %s byte for byte", async (_, before, after) => {
    const { page, show, call } = await openView();
    await call("register_prompt", { name: "exact", template: before });
    await show("/p/exact/1/edit");
    await page.getByRole(...field("Text")).focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("end");
    await save(page);
    await page.getByRole("heading", { name: "Version 2", exact: true }).waitFor();
    const { structured } = await call("load_prompt", { name: "exact" });
    expect(structured).toMatchObject({ template: after });
  });
});

/** No markup of a text has an effect, and characters that turn the reading direction have none. */
async function expectHarmless(page: Page): Promise<void> {
  expect(await page.locator("main img, main script").count()).toBe(0);
  expect(await page.locator("main").innerText()).not.toContain("\u202e");
  expect(await page.getByTitle("U+202E").count()).toBeGreaterThan(0);
  expect(await findBarriers(page)).toEqual([]);
}
