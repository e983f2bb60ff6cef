import { describe, expect, test } from "vitest";
import { findBarriers, openView } from "./support/view.ts";

/** The page of a prompt with two versions, of which an agent saved the second. */
async function openHistory(...options: Parameters<typeof openView>) {
  const view = await openView(...options);
  await view.call("register_prompt", { name: "qa", template: "Answer {{ question }}.\nBe brief." });
  await view.call("set_prompt_alias", { name: "qa", alias: "production", version: 1 });
  await view.call("register_prompt", {
    ...{ name: "qa", base_version: 1, commit_message: "Kinder" },
    template: "Answer {{ question }} kindly.\nBe brief.",
  });
  await view.call("set_prompt_alias", {
    ...{ name: "qa", alias: "production", version: 2, reason: "Users asked for it" },
  });
  const open = async (page = view.page) => {
    await view.show("/p/qa/2", page);
    await page.locator(".timeline li").first().waitFor();
    await page.getByLabel("Your comment").waitFor();
  };
  return { ...view, open };
}

describe("the history of a prompt", () => {
  test("says who did what when, newest first, with the reason", async () => {
    const { page, open } = await openHistory();
    await open();

    const entries = page.getByRole("region", { name: "History" }).getByRole("listitem");
    const texts = await entries.allInnerTexts();

    expect(texts.map((text) => text.replace(/\s+/g, " "))).toEqual([
      expect.stringMatching(
        /Alias production moved from version 1 to version 2 by .+ Difference of versions 1 and 2 Users asked for it/,
      ),
      expect.stringMatching(/Version 2 saved by .+ Compare with version 1 Kinder/),
      expect.stringMatching(/Alias production created at version 1 by .+/),
      expect.stringMatching(/Version 1 saved by .+/),
    ]);
  });

  test("leads to the versions and their difference", async () => {
    const { page, open, origin } = await openHistory();
    await open();

    await page.getByRole("link", { name: "Compare with version 1" }).click();

    await expect.poll(() => page.url()).toBe(`${origin}/ui/p/qa/1...2`);
  });

  test("shows older entries when asked", async () => {
    const { page, open, call } = await openHistory();
    for (let base = 2; base < 35; base++) {
      const text = { template: `Number ${base} {{ question }}`, commit_message: `Change ${base}` };
      await call("register_prompt", { name: "qa", base_version: base, ...text });
    }
    await open();
    await page.getByText("Change 34", { exact: true }).waitFor();
    expect(await page.getByText("Users asked for it").count()).toBe(0);

    await page.getByRole("button", { name: "Show older" }).press("Enter");

    await page.getByText("Users asked for it").waitFor();
    expect(await page.getByRole("button", { name: "Show older" }).count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("History");
  });

  test("says that no use is recorded", async () => {
    const { page, open } = await openHistory();
    await open();

    await page.getByText("No recorded use in the last 7 days.").waitFor();
  });
});

describe("comments in the view", () => {
  test("are added, answered and resolved with the keyboard, and agents see the open ones", async () => {
    const { page, open, call } = await openHistory();
    await open();
    await page.getByLabel("Your comment").focus();
    await page.keyboard.type("Who reads this?");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const comments = page.getByRole("region", { name: "Comments" });
    await comments.getByText("Who reads this?").waitFor();
    expect((await call("load_prompt", { name: "qa" })).structured).toMatchObject({
      comments: [{ text: "Who reads this?" }],
    });

    await comments.getByRole("button", { name: "Answer" }).press("Enter");
    await comments.getByLabel("Your answer").fill("Customers.");
    await comments.getByRole("button", { name: "Send answer" }).press("Enter");
    await comments.getByText("Customers.").waitFor();
    await comments.getByRole("button", { name: "Mark as resolved" }).press("Enter");

    await comments.getByText("1 resolved comment").waitFor();
    expect((await call("load_prompt", { name: "qa" })).structured).not.toHaveProperty("comments");
  });

  test("are on the line with the cursor, or on what is selected", async () => {
    const { page, open, call } = await openHistory();
    await open();
    await page.getByRole("button", { name: "Choose a passage" }).click();
    await page.getByLabel("Text of the version").focus();
    await page.keyboard.press("Control+End");
    await page.getByRole("button", { name: "Use this passage" }).click();
    await page.getByLabel("Your comment").fill("How brief?");
    await page.getByRole("button", { name: "Add comment" }).click();

    await page.getByRole("region", { name: "Comments" }).locator("blockquote").waitFor();

    expect((await call("load_prompt", { name: "qa" })).structured).toMatchObject({
      comments: [{ text: "How brief?", passage: { quote: "Be brief.", found: true } }],
    });
  });

  test("are text, whatever they contain", async () => {
    const { page, open, call } = await openHistory();
    const text = `<img src=x onerror="alert(1)"><a href="javascript:alert(1)">a</a>\u202eabc\u200b`;
    await call("comment_on_prompt", { name: "qa", version: 2, text });
    await open();

    const comments = page.getByRole("region", { name: "Comments" });
    await comments.getByText("<img src=x").waitFor();

    expect(await comments.getByText("U+202E").count()).toBe(1);
    expect(await comments.locator("img, a").count()).toBe(0);
  });

  test("keep what was typed when the server refuses it", async () => {
    const { page, open, call } = await openHistory();
    await open();
    await page.getByLabel("Your comment").fill("Too late");
    await call("delete_prompt_alias", {
      ...{ name: "qa", alias: "production", confirm: "qa", allow_breaking: true },
    });
    await call("delete_prompt", { name: "qa", confirm: "qa" });

    await page.getByRole("button", { name: "Add comment" }).click();

    await page.getByRole("region", { name: "Comments" }).getByRole("alert").waitFor();
    expect(await page.getByLabel("Your comment").inputValue()).toBe("Too late");
  });
});

describe("a review in the view", () => {
  test("is requested, and says why nobody can approve without a name", async () => {
    const { page, open } = await openHistory();
    await open();
    const review = page.getByRole("region", { name: "Review of version 2" });
    await review.getByText("does not know who calls").waitFor();
    expect(await review.getByRole("button", { name: /^Approve/ }).count()).toBe(0);

    await review.getByLabel("Reviewers").fill("ben, cem");
    await review.getByLabel("Reason, or what to look at").fill("Goes live on Monday");
    await review.getByRole("button", { name: "Ask for a review" }).click();

    await review.getByText("ben, cem").waitFor();
    await review.getByText("Goes live on Monday").waitFor();
  });
});

describe("everybody can use it", () => {
  test.each([
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["forced colours", { forcedColors: "active" }],
    ["320 pixels", { viewport: { width: 320, height: 700 } }],
    ["German", { locale: "de-DE" }],
  ] as const)("in %s", async (_, options) => {
    const { page, show, call } = await openHistory({}, options);
    const passage = { quote: "Be brief" };
    await call("comment_on_prompt", { name: "qa", version: 2, text: "How?", passage });
    await call("review_prompt", { name: "qa", version: 2, action: "request" });
    await show("/p/qa/2");
    await page.locator(".timeline li").first().waitFor();
    await page.locator(".comments blockquote").waitFor();

    expect(await findBarriers(page)).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
