import { describe, expect, test } from "vitest";
import { failTool } from "./support/fail-tool.ts";
import { openPages } from "./support/seed-pages.ts";
import { findBarriers, openView, type View } from "./support/view.ts";

/** Three versions; production points at the first, staging at the third. */
async function versions(call: View["call"]) {
  const name = "reply";
  await call("register_prompt", {
    name,
    template: "Answer {{ question }} in a {{ tone }} way.\nKeep it short.\n",
    commit_message: "First",
    llm_config: { model_name: "small", temperature: 0 },
    alias: "production",
  });
  await call("register_prompt", {
    name,
    template: "Answer {{ question }} in a {{ tone }} way.\nKeep it brief.\n",
    base_version: 1,
    commit_message: "Brief",
  });
  await call("register_prompt", {
    name,
    template: "Answer {{ question }} for {{ customer }}.\r\nKeep it brief.\n",
    base_version: 2,
    commit_message: "Name the customer",
    llm_config: { model_name: "large", temperature: 0, top_p: 0.5 },
    alias: "staging",
  });
}

describe("the page that compares versions", () => {
  test("shows the way from old to new: callers, variables, text, settings, and who did it", async () => {
    const { page, show, call } = await openView();
    await versions(call);
    await show("/p/reply/1...3");
    const main = page.getByRole("main");
    await page.getByText("Some callers will fail, or get another form.").waitFor();
    await page.getByText('Version 3 requires the new variable "customer"').waitFor();
    await page.getByRole("row", { name: /^tone removed/ }).waitFor();
    await page.getByRole("row", { name: "customer added must be filled in" }).waitFor();
    await page.getByText("Unchanged: question").waitFor();
    await page.getByRole("row", { name: /top_p not set .*0\.5/ }).waitFor();
    await page.getByRole("row", { name: /model_name .*"small".*"large"/ }).waitFor();
    await page.getByText("The form of the answer is the same.").waitFor();
    expect(await main.locator("del.word").allInnerTexts()).toContain("short");
    expect(await main.locator("ins.word").allInnerTexts()).toContain("brief");
    await page.getByText("line end CRLF").waitFor();
    expect(await main.locator(".version-card").nth(1).innerText()).toMatch(
      /^To Version 3\s*@staging\s*Name the customer\s.* by /s,
    );
    const headings = await main.getByRole("heading", { level: 2 }).allInnerTexts();
    expect(headings).toEqual([
      "What it means for callers",
      "Variables",
      "Text",
      "Model settings",
      "Form of the answer",
      "Evaluation results",
    ]);
    await page.getByText("Neither version was evaluated.").waitFor();
  });

  test.each(["/p/support-answer/1...2", "/p/support-answer/2/promote/production"])(
    "has the results of evaluations at %s, whatever models the server has",
    async (path) => {
      const { page, show, takeFaults } = await openPages();
      await failTool(page, "describe_registry");
      await show(path);
      const results = page.getByRole("region", { name: "Evaluation results" });
      await results.getByRole("row", { name: /^relevance/ }).waitFor();
      takeFaults();
    },
  );

  test("takes aliases and the newest version, and shows their numbers", async () => {
    const { page, show, call } = await openView();
    await versions(call);
    await show("/p/reply/@production...latest");
    await page.getByRole("link", { name: "Version 1", exact: true }).waitFor();
    await page.getByRole("link", { name: "Version 3", exact: true }).waitFor();
    expect(await page.getByLabel("From", { exact: true }).inputValue()).toBe("@production");
    expect(await page.getByLabel("To", { exact: true }).inputValue()).toBe("latest");
  });

  test.each([
    ["the one that the server serves", { MLFLOW_PROMPTS_SERVE: "live" }, "live"],
    ["one that may be moved", { MLFLOW_PROMPTS_WRITABLE_ALIASES: "pilot" }, "pilot"],
  ])("leads to an alias to promote to: %s", async (_, variables, alias) => {
    const { page, show, call } = await openView(variables);
    await call("register_prompt", { name: "reply", template: "Answer {{ question }}.", alias });
    await call("register_prompt", {
      ...{ name: "reply", template: "Answer {{ question }} briefly." },
      base_version: 1,
    });
    await show("/p/reply/1...2");
    const promote = page.getByRole("link", { name: "Make version 2 live …" });
    expect(await promote.getAttribute("href")).toBe(`/ui/p/reply/2/promote/${alias}`);
  });

  test("has an address for whatever is chosen, and swaps the sides", async () => {
    const { page, show, call, origin } = await openView();
    await versions(call);
    await show("/p/reply/1...2");
    await page.getByText("Callers need no change.").waitFor();
    await page.getByLabel("To", { exact: true }).selectOption("@staging");
    await page.getByText("Some callers will fail, or get another form.").waitFor();
    expect(page.url()).toBe(`${origin}/ui/p/reply/1...@staging`);
    await page.getByRole("button", { name: "Swap" }).click();
    await page.getByText("this is what going back would change").waitFor();
    expect(page.url()).toBe(`${origin}/ui/p/reply/@staging...1`);
    await page.getByRole("row", { name: /^customer removed/ }).waitFor();
  });

  test("shows the difference side by side and in one column", async () => {
    const { page, show, call } = await openView();
    await versions(call);
    await show("/p/reply/1...2");
    const lines = page.getByRole("figure", { name: "the whole text" }).locator(".lines");
    await lines.locator(".row").first().waitFor();
    await page.getByRole("radio", { name: "In one column" }).check();
    await lines.locator(".row").first().waitFor({ state: "detached" });
    expect((await lines.innerText()).replaceAll(/\s+/g, " ")).toContain(
      "2 − removed: Keep it short. 2 + added: Keep it brief.",
    );
    await page.getByRole("radio", { name: "Side by side" }).check();
    await lines.locator(".row").first().waitFor();
    await page.setViewportSize({ width: 500, height: 800 });
    await lines.locator(".row").first().waitFor({ state: "detached" });
  });

  test("compares every turn of a chat", async () => {
    const { page, show, call } = await openView();
    const messages = [
      { role: "system", content: "Be kind." },
      { role: "user", content: "{{ question }}" },
    ];
    await call("register_prompt", { name: "talk", messages });
    const more = [
      { role: "system", content: "Be kind and brief." },
      { role: "user", content: "An example" },
      { role: "assistant", content: "Its answer" },
      { role: "user", content: "{{ question }}" },
    ];
    await call("register_prompt", { name: "talk", messages: more, base_version: 1 });
    await show("/p/talk/1...2");
    await page.getByRole("heading", { name: "Turn 1: system", exact: true }).waitFor();
    await page.getByRole("heading", { name: "Turn 3: assistant added" }).waitFor();
    await page.getByRole("heading", { name: "Turn 4: user was turn 2, is turn 4" }).waitFor();
    expect(await page.locator("ins.word").allInnerTexts()).toEqual([" and brief"]);
  });

  test("folds what is the same, and shows it when asked by the keyboard", async () => {
    const { page, show, call } = await openView();
    const lines = Array.from({ length: 40 }, (_, n) => `Line ${n}.`);
    await call("register_prompt", { name: "long", template: lines.join("\n") });
    lines[20] = "Row 20.";
    await call("register_prompt", { name: "long", template: lines.join("\n"), base_version: 1 });
    await show("/p/long/1...2");
    const fold = page.getByRole("button", { name: "Show 17 unchanged lines" });
    await fold.focus();
    expect(await page.getByText("Line 3.").count()).toBe(0);
    await page.keyboard.press("Enter");
    await page.getByText("Line 3.").first().waitFor();
    await page.keyboard.press("Tab");
    const focused = page.getByRole("button", { name: "Show 16 unchanged lines" });
    expect(await focused.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  test("stays fluid with texts of 100,000 characters", async () => {
    const { page, show, call } = await openView();
    const lines = Array.from({ length: 2000 }, (_, n) => `Line ${n} has forty characters or more.`);
    await call("register_prompt", { name: "huge", template: lines.join("\n") });
    const other = lines.map((line, n) => (n % 7 === 0 ? line.replace("forty", "50") : line));
    await call("register_prompt", { name: "huge", template: other.join("\n"), base_version: 1 });
    await show("/p/huge/1...2");
    await page.getByText("286 lines added, 286 removed").waitFor();
    expect(await page.locator(".lines .row").count()).toBe(500);
    await page.getByRole("button", { name: "Show 500 more lines" }).click();
    await expect.poll(() => page.locator(".lines .row").count()).toBe(1000);
  });

  test("says what is wrong with the address", async () => {
    const { page, show } = await openView();
    await show("/p/summarize/1...99");
    await page.getByRole("alert").first().waitFor();
    expect(await page.getByRole("alert").first().innerText()).toContain("99");
  });

  test("shows a hostile prompt as text", async () => {
    const { page, show, call } = await openView();
    const bad = "<img src=x onerror=alert(1)>\u202e\u200b";
    const name = "hostile";
    const fields = { commit_message: bad, llm_config: { [bad]: bad }, response_format: { a: bad } };
    await call("register_prompt", { name, template: `${bad} {{ x }}`, ...fields });
    await call("register_prompt", {
      ...{ name, base_version: 1, template: `${bad} {{ x }} ${bad}`, commit_message: bad },
      arguments: { x: { description: bad } },
      llm_config: { [`${bad}2`]: bad },
    });
    await show("/p/hostile/1...2");
    await page.getByRole("row", { name: /^x changed/ }).waitFor();
    expect(await page.locator("main img").count()).toBe(0);
    expect(await page.locator("main").innerText()).not.toMatch(/[\u202e\u200b]/);
    expect(await page.getByTitle("U+202E").count()).toBeGreaterThan(5);
  });

  test.each([
    { colorScheme: "light" },
    { colorScheme: "dark" },
    { forcedColors: "active" },
    { viewport: { width: 320, height: 800 } },
  ] as const)("has no barriers with %o", async (options) => {
    const { page, show, call } = await openView({}, options);
    await versions(call);
    await show("/p/reply/1...3");
    await page.getByText("The form of the answer is the same.").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
    if (process.env.SHOTS) {
      await page.screenshot({
        path: `${process.env.SHOTS}/compare-${Object.values(options)[0].width ?? Object.values(options)[0]}.png`,
        fullPage: true,
      });
    }
  });
});
