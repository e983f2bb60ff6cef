import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { promptName } from "../../bench/prompts.ts";
import { largeRegistry } from "./support/large-registry.ts";
import { openView } from "./support/view.ts";

const prompts = 10_000;

/** The rows that fit around a window: those of some pages of 50, whatever the list has. */
const mostRows = 250;

/** What the table has shown since `watchRows`. */
interface Shown {
  /** Names by the number that their row has for screen readers. */
  readonly names: ReadonlyMap<number, string>;
  /** Rows that had another name before. */
  readonly changed: readonly number[];
  /** The most rows that were in the page at once. */
  readonly most: number;
}

describe("a list of 10,000 prompts", () => {
  test("is read to its end by wheel and keyboard, with few rows in the page, none skipped or doubled", async () => {
    const { page, show } = await openView({ MLFLOW_TRACKING_URI: await largeRegistry(prompts) });
    await show("/");
    await watchRows(page);
    await page.getByText("More than 50 prompts").waitFor();

    await page.mouse.move(400, 400);
    await untilShown(page, 1_000, () => page.mouse.wheel(0, 20_000));
    await untilShown(page, prompts, () => page.keyboard.press("End"));

    await page.getByText("10,000 prompts", { exact: true }).waitFor();
    const { names, changed, most } = await shownRows(page);
    expect([...names.keys()]).toEqual(range(2, prompts + 2));
    expect([...names.values()]).toEqual(range(0, prompts).map(promptName));
    expect(changed).toEqual([]);
    expect(most).toBeLessThan(mostRows);

    await page.keyboard.press("Home");
    await page.getByRole("link", { name: promptName(0), exact: true }).waitFor();
    await expect.poll(() => page.locator("tr[aria-rowindex]").count()).toBeLessThan(mostRows);
    // The space that stands for the others is nothing to screen readers, which are told their number.
    const told = await page.getByRole("table").ariaSnapshot();
    expect(told).not.toMatch(/- (?:row|rowgroup|cell)(?: "")?$/m);
    expect(await page.getByRole("row").count()).toBe(
      await page.locator("tr[aria-rowindex]").count(),
    );
    expect(await page.getByRole("table").getAttribute("aria-rowcount")).toBe(`${prompts + 1}`);
  }, 300_000);

  test("is searched and filtered", async () => {
    const { page, show, call } = await openView({
      MLFLOW_TRACKING_URI: await largeRegistry(prompts),
    });
    const changed = { name: promptName(7_777), base_version: 3, template: "About zebras." };
    await call("register_prompt", { ...changed, allow_breaking: true });
    await call("set_prompt_alias", { name: promptName(8_888), alias: "canary", version: 1 });
    await show("/");
    const names = () => page.getByRole("rowheader").getByRole("link").allInnerTexts();

    await page.getByRole("search").getByLabel("Search").fill("zebra");
    await expect.poll(names).toEqual([promptName(7_777)]);

    await page.getByRole("button", { name: "Clear search and filters" }).click();
    await page.getByRole("group", { name: "Filters" }).getByLabel("Alias").fill("canary");
    await expect.poll(names).toEqual([promptName(8_888)]);
  });
});

/** Writes down each row that comes into the table, also those that leave it again. */
async function watchRows(page: Page): Promise<void> {
  await page.evaluate(() => {
    const names = new Map<number, string>();
    const shown = { names, changed: [] as number[], most: 0 };
    const look = () => {
      const rows = document.querySelectorAll("tbody tr[aria-rowindex]");
      shown.most = Math.max(shown.most, rows.length);
      for (const row of rows) {
        const number = Number(row.getAttribute("aria-rowindex"));
        const name = row.querySelector("a")?.textContent ?? "";
        if (names.has(number) && names.get(number) !== name) shown.changed.push(number);
        names.set(number, name);
      }
    };
    look();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    Object.assign(window, { shown });
  });
}

/**
 * Goes on until as many rows were shown: again and again, because a key that comes while rows are added
 * ends where the list ended before.
 */
async function untilShown(page: Page, count: number, goOn: () => Promise<void>): Promise<void> {
  const goOnAndCount = async () => {
    await goOn();
    return page.evaluate(
      () => (window as unknown as { shown: { names: Map<number, string> } }).shown.names.size,
    );
  };
  await expect.poll(goOnAndCount, { timeout: 240_000 }).toBeGreaterThanOrEqual(count);
}

async function shownRows(page: Page): Promise<Shown> {
  const found = await page.evaluate(() => {
    const { names, changed, most } = (
      window as unknown as {
        shown: { names: Map<number, string>; changed: number[]; most: number };
      }
    ).shown;
    return { names: [...names], changed, most };
  });
  const inOrder = found.names.toSorted(([one], [other]) => one - other);
  return { ...found, names: new Map(inOrder) };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
