import { describe, expect, test } from "vitest";
import { nextMillisecond } from "../support/next-millisecond.ts";
import { supportModel } from "./support/evaluated.ts";
import { findBarriers, openView, type View } from "./support/view.ts";

/** "reply" has a second version that is not live; "greeting" has one version without an alias. */
async function prompts(call: View["call"]) {
  await call("register_prompt", {
    name: "reply",
    template: "Answer {{ question }}.",
    commit_message: "Answers refund requests",
  });
  await call("update_prompt", { name: "reply", tags: { team: "support" } });
  await call("set_prompt_alias", { name: "reply", alias: "production", version: 1 });
  await call("register_prompt", { name: "reply", template: "Answer it.", base_version: 1 });
  await call("register_prompt", { name: "greeting", template: "Hello {{ name }}." });
}

describe("the list of prompts", () => {
  test("shows the live version of each alias, since when and by whom, and the newest", async () => {
    const { page, show, call } = await openView();
    await prompts(call);
    await show("/?query=refund");
    const row = page.getByRole("row", { name: /^reply/ });
    await row.getByText(/@production: version 1 is live since .* by anonymous/).waitFor();
    await row.getByText(/^Version 2, .* by /).waitFor();
    await row.getByText("Changed but not live").waitFor();
    await row.getByText("Never evaluated").waitFor();
    await row.getByText("team=support").waitFor();
    await row.getByRole("link", { name: "reply" }).click();
    await page.waitForURL(/\/ui\/p\/reply$/);
  });

  test("searches while one types, keeps the focus, and has an address for it", async () => {
    const { page, show, call } = await openView();
    await prompts(call);
    await show("/");
    await page.getByRole("search").getByLabel("Search").focus();
    await page.keyboard.type("refnd");
    await page.waitForURL(/\?query=refnd$/);
    await page.getByText("1 prompt", { exact: true }).waitFor();
    await page.keyboard.press("Backspace");
    await page.waitForURL(/\?query=refn$/);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("list-query");
    await page.reload();
    expect(await page.getByLabel("Search").inputValue()).toBe("refn");
    await page.getByRole("button", { name: "Clear search and filters" }).click();
    await page.waitForURL(/\/ui\/$/);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("list-query");
  });

  test("filters by alias, tag, author, time, what is not live, and what was never evaluated", async () => {
    const { page, show, call } = await openView();
    await prompts(call);
    await show("/");
    const names = () => page.getByRole("rowheader").getByRole("link").allInnerTexts();
    const filters = page.getByRole("group", { name: "Filters" });
    await filters.getByLabel("Changed but not live").check();
    // The second is one of the samples.
    await expect.poll(names).toEqual(["reply", "review-code"]);
    await filters.getByLabel("Alias").fill("production");
    await filters.getByLabel("Tag").fill("team=support");
    await filters.getByLabel("Changed since").selectOption("Today");
    await filters.getByLabel("Never evaluated").check();
    await filters.getByLabel("Sort by").selectOption("Newest change");
    await page.waitForURL(
      /\?alias=production&tag=team%3Dsupport&since=today&not_live=1&never_evaluated=1&order=changed$/,
    );
    await expect.poll(names).toEqual(["reply"]);
    await filters.getByLabel("Newest version by").fill("nobody at all");
    await page.getByRole("heading", { name: "No prompt matches" }).waitFor();
    await filters.getByLabel("Tag").fill("team");
    const problem = "Write a tag as name=value, for example team=support.";
    await expect
      .poll(() =>
        filters.getByLabel("Tag").evaluate((tag) => tag.ariaDescribedByElements?.[0]?.textContent),
      )
      .toBe(problem);
  });

  test("keeps by each filter alone what it is about, and nothing else", async () => {
    const { page, show, call } = await openView(await supportModel());
    await prompts(call);
    await call("evaluate_prompt", {
      ...{ name: "greeting", versions: [1], scorers: [{ type: "contains", text: "Hello" }] },
      rows: [{ inputs: { name: "Ada" } }],
    });
    await nextMillisecond();
    const since = new Date().toISOString();
    await nextMillisecond();
    await call("register_prompt", { name: "late", template: "Late." });
    const filters = page.getByRole("group", { name: "Filters" });
    const named = (name: string) =>
      page.getByRole("rowheader").getByRole("link", { name, exact: true });
    const keeps = async (kept: string, gone: string) => {
      await named(gone).waitFor({ state: "detached" });
      await named(kept).waitFor();
      await show("/");
      await named(gone).waitFor();
    };
    await show("/");
    await named("reply").waitFor();
    await filters.getByLabel("Alias").fill("production");
    await keeps("reply", "greeting");
    await filters.getByLabel("Tag").fill("team=support");
    await keeps("reply", "greeting");
    // The samples have no author.
    await filters.getByLabel("Newest version by").fill("anonymous");
    await keeps("reply", "summarize");
    await filters.getByLabel("Never evaluated").check();
    await keeps("reply", "greeting");
    await show(`/?since=${since}`);
    await keeps("late", "reply");
  });

  test("helps when nothing matches, and when the server does not answer", async () => {
    const { page, show, call, takeFaults } = await openView();
    await prompts(call);
    await show("/?query=greting%20zzzzzz&alias=none");
    await page.getByText("Try fewer or other words, or clear the filters.").waitFor();
    await page.route("**/mcp", (route) => route.abort());
    await page.getByLabel("Search").fill("other");
    await page.getByRole("alert").waitFor();
    await page.unroute("**/mcp");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "No prompt matches" }).waitFor();
    expect(takeFaults().length).toBeGreaterThan(0);
  });

  test("shows a hostile prompt as text", async () => {
    const { page, show, call } = await openView();
    const bad = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) \u202e\u200b";
    await call("register_prompt", {
      ...{ name: "hostile", template: bad, commit_message: bad },
      force: true,
    });
    await call("update_prompt", { name: "hostile", tags: { "mcp.title": bad, note: bad } });
    await show("/?query=hostile");
    const row = page.getByRole("row", { name: /^hostile/ });
    await row.getByText("U+202E").first().waitFor();
    expect(await row.locator("img, script").count()).toBe(0);
    expect(await row.getByRole("link").count()).toBe(1);
    expect(await row.innerText()).not.toMatch(/[\u202e\u200b]/);
  });

  test.each([
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["with forced colours", { forcedColors: "active" }],
    ["320 pixels wide", { viewport: { width: 320, height: 640 } }],
  ] as const)("has no barriers: %s", async (_, options) => {
    const { page, show, call } = await openView({}, options);
    await prompts(call);
    await show("/");
    await page.getByRole("row", { name: /^reply/ }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
    ).toBe(true);
  });
});
