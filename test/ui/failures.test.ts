import type { Page, Route } from "playwright-core";
import { describe, expect, test } from "vitest";
import { failTool } from "./support/fail-tool.ts";
import { pages, settled } from "./support/pages.ts";
import { openPages } from "./support/seed-pages.ts";

const outages = [
  ["cannot be reached", (route: Route) => route.abort(), /^The server cannot be reached/],
  ["answers 500", (route: Route) => route.fulfill({ status: 500 }), /^The server answered 500\.$/],
] as const;

// The page of a new prompt asks for nothing when it opens.
const { new: _, ...reading } = pages;

const cases = Object.entries(reading).flatMap(([name, page]) =>
  outages.map(([what, fail, says]) => ({ name, what, fail, says, ...page })),
);

describe("while calls fail", () => {
  test.each(cases)(
    "the $name page says that the server $what, keeps the focus, and is complete after another try",
    async ({ path, ready, fail, says }) => {
      const { page, show, takeFaults } = await openPages();
      await show(path);
      await ready(page);
      const whole = await withoutTimes(page);
      const again = page.getByRole("button", { name: "Try again" });

      await page.route("**/mcp", fail);
      await show(path);
      await settled(page);
      await page.getByRole("alert").getByText(says).first().waitFor();

      const said = await countSaid(page);
      await again.first().press("Enter");
      await expect.poll(said).toBeGreaterThan(0);
      await settled(page);
      expect(await hasFocus(page)).toBe(true);

      await page.unroute("**/mcp");
      for (let tries = 0; tries < 10 && (await again.count()) > 0; tries += 1) {
        await again.first().press("Enter");
        await settled(page);
        expect(await hasFocus(page)).toBe(true);
      }
      await ready(page);
      await expect.poll(() => withoutTimes(page)).toBe(whole);
      takeFaults();
    },
  );
});

describe("when what is shown cannot be read again", () => {
  test("it stays, with what people typed in it", async () => {
    const { page, show, takeFaults } = await openPages();
    const { path, ready } = pages.results ?? expect.fail("There is no page of results.");
    await show(path);
    await ready(page);
    const answers = page.getByRole("region", { name: "All answers" });
    const rows = answers.locator("details");
    for (const row of [rows.nth(0), rows.nth(1)]) {
      await row.locator("summary").press("Enter");
      await row.getByRole("radio", { name: "Yes" }).check();
      await row.getByRole("textbox", { name: "Why (optional)" }).fill("As the handbook says");
    }
    const pass = await failTool(page, "evaluation_rows");
    await rows.nth(0).getByRole("button", { name: "Save the label" }).press("Enter");
    const failure = answers.getByRole("alert");
    await failure.getByText("The server cannot be reached").waitFor();
    expect(await rows.nth(1).getByRole("radio", { name: "Yes" }).isChecked()).toBe(true);
    const reason = rows.nth(1).getByRole("textbox", { name: "Why (optional)" });
    expect(await reason.inputValue()).toBe("As the handbook says");

    await pass();
    await failure.getByRole("button", { name: "Try again" }).press("Enter");
    await rows.nth(0).getByRole("listitem").getByText("Yes As the handbook says").waitFor();
    await failure.waitFor({ state: "detached" });
    expect(await reason.inputValue()).toBe("As the handbook says");
    takeFaults();
  });

  test("it goes, where something else was asked for", async () => {
    const { page, show, takeFaults } = await openPages();
    await show("/p/support-answer/1...2");
    const cards = page.locator(".version-cards");
    await cards.waitFor();
    await failTool(page, "compare_prompt_versions");
    await page.getByLabel("To", { exact: true }).selectOption("1");
    await page.getByRole("alert").getByText("The server cannot be reached").waitFor();
    await cards.waitFor({ state: "detached" });
    takeFaults();
  });
});

/** @returns how many messages have come into alerts since, which is what screen readers say */
async function countSaid(page: Page): Promise<() => Promise<number>> {
  const said = await page.evaluateHandle(() => {
    const counted = { messages: 0 };
    new MutationObserver((changes) => {
      const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
      counted.messages += added.filter(
        (node) => node instanceof Element && node.closest("[role=alert]") !== null,
      ).length;
    }).observe(document.body, { childList: true, subtree: true });
    return counted;
  });
  return () => said.evaluate(({ messages }) => messages);
}

function hasFocus(page: Page): Promise<boolean> {
  return page.evaluate(() => document.activeElement !== document.body);
}

/** The page as screen readers have it; "3 seconds ago" changes meanwhile. */
async function withoutTimes(page: Page): Promise<string> {
  const tree = await page.locator("main").ariaSnapshot();
  return tree.replace(/\d+ \w+ ago|\d+:\d+(:\d+)?( [AP]M)?/g, "…");
}
