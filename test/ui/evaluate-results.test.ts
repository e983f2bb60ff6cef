import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { fakeModel } from "../support/fake-model.ts";
import { unanswered } from "./support/evaluated.ts";
import { pages } from "./support/pages.ts";
import { openPages } from "./support/seed-pages.ts";
import { findBarriers, openView } from "./support/view.ts";

/** The results of two versions, of which one row has no answer and a model judged the others. */
async function openResults() {
  const view = await openPages();
  const { path, ready } = pages.results ?? expect.fail("There is no page of results.");
  await view.show(path);
  await ready(view.page);
  return view;
}

describe("the results of an evaluation", () => {
  test("are told to who sees no plot", async () => {
    const { page } = await openResults();
    const plot = page.getByRole("img", { name: /^Plot of the means/ });
    const said = await plot.getAttribute("aria-label");
    for (const [scorer, version] of [
      ["contains", 1],
      ["contains", 2],
      ["relevance", 1],
      ["relevance", 2],
    ]) {
      const row = page.getByRole("row", { name: `${scorer} Version ${version}` });
      expect(said).toContain(
        `${scorer}, Version ${version}: ${await row.getByRole("cell").nth(1).innerText()}`,
      );
    }
  });

  test("have both answers of a row side by side, with the judge's reasons", async () => {
    const { page } = await openResults();
    const row = page.getByRole("region", { name: "Rows that changed most" }).locator("details");
    await row.first().locator("summary").press("Enter");
    const sides = row.first().locator(".sides-by-side > *");
    await expect
      .poll(() => sides.allInnerTexts())
      .toEqual([
        expect.stringMatching(/^Version 1\s.*Thank you[\s\S]*relevance: No\s+It is friendly, but/s),
        expect.stringMatching(
          /^Version 2\s.*See page 12[\s\S]*relevance: Yes\s+It names the page/s,
        ),
      ]);
    const [left, right] = await sides.evaluateAll((all) =>
      all.map((one) => one.getBoundingClientRect().toJSON()),
    );
    expect(left.top).toBe(right.top);
  });

  test("count rows without an answer apart, and name them with the reason", async () => {
    const { page } = await openResults();
    const counts = page.getByRole("table").nth(1).getByRole("row").nth(1).getByRole("cell");
    expect((await counts.allInnerTexts()).slice(0, 2)).toEqual(["11 / 12", "1"]);
    const scored = page.getByRole("row", { name: "relevance Version 1" }).getByRole("cell").nth(2);
    expect(await scored.innerText()).toBe("11");

    const failed = page.getByRole("region", { name: "Rows without an answer" });
    await expect
      .poll(() => failed.getByRole("listitem").allInnerTexts())
      .toEqual([
        expect.stringMatching(`${unanswered.replace("?", "\\?")}.*too long`),
        expect.stringMatching(`${unanswered.replace("?", "\\?")}.*too long`),
      ]);
  });

  test("are a CSV file with all answers, scores and reasons", async () => {
    const { page } = await openResults();
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as CSV" }).click();
    const download = await saved;

    expect(download.suggestedFilename()).toBe("support-answer-evaluation.csv");
    const rows = readCsv(readFileSync(await download.path(), "utf8"));
    expect(rows).toHaveLength(24);
    const one = (version: string, question: string) =>
      rows.find((row) => row.version === version && row.question === question);
    expect(one("2", "How do I pay by invoice?")).toMatchObject({
      ...{ shop: "Lamps & Co", output: "14 days. See page 12 of the handbook.", error: "" },
      ...{ contains: "true", relevance: "true" },
      expectations: '{"expected_response":"14 days"}',
      "relevance reason": "It names the page of the handbook and says what to do.",
      latency_ms: expect.stringMatching(/^\d/),
      cost_usd: expect.stringMatching(/^\d/),
    });
    expect(one("1", "How do I pay by invoice?")).toMatchObject({ relevance: "false" });
    expect(one("2", unanswered)).toMatchObject({
      ...{ output: "", contains: "", relevance: "" },
      error: expect.stringContaining("too long"),
    });
  });
});

describe("all answers of an evaluation", () => {
  test("are there a part after the other, and stay; the focus goes to the next part", async () => {
    const { page, show, call } = await openPages();
    const rows = Array.from({ length: 45 }, (_, at) => ({
      inputs: { question: `Question ${at}`, shop: "Lamps", language: "English" },
    }));
    const { structured } = await call("evaluate_prompt", {
      ...{ name: "support-answer", versions: [1], rows, scorers: ["latency"] },
    });
    const { versions } = z
      .looseObject({ versions: z.array(z.looseObject({ run_id: z.string() })) })
      .parse(structured);
    await show(`/p/support-answer/evaluate?run=${versions[0]?.run_id}`);
    const answers = page.getByRole("region", { name: "All answers" });
    const shown = answers.locator("summary");
    await expect.poll(() => shown.count()).toBe(20);
    for (const count of [40, 45]) {
      await answers.getByRole("button", { name: "More rows" }).press("Enter");
      await expect.poll(() => shown.count()).toBe(count);
      await page.keyboard.press("Tab");
      const next = shown.nth(count === 40 ? 20 : 40);
      await expect.poll(() => focusedText(page)).toBe(await next.textContent());
    }
    const titles = (await shown.allInnerTexts()).map((text) => /Row \d+/.exec(text)?.[0]);
    expect(titles).toEqual(rows.map((_, at) => `Row ${at + 1}`));
    await answers.getByRole("button", { name: "More rows" }).waitFor({ state: "detached" });
    expect(await findBarriers(page)).toEqual([]);
  });

  test("keep the focus on the button that saves them", async () => {
    const { page } = await openResults();
    const saved = page.waitForEvent("download");
    const button = page.getByRole("button", { name: "Save as CSV" });
    await button.press("Enter");
    await saved;
    await button.waitFor();
    expect(await focusedText(page)).toBe("Save as CSV");
  });
});

describe("an evaluation in the view", () => {
  test("that was cancelled in the middle continues, and asks for nothing twice", async () => {
    let isSlow = true;
    let answered = 0;
    const { url } = await fakeModel(({ body }) => {
      if (isSlow && /What is [4-7]/.test(JSON.stringify(body))) return { after: "never" };
      answered += 1;
      return "An answer.";
    });
    const { page, show } = await openView({
      ...{ MLFLOW_PROMPTS_MODEL_URL: url, MLFLOW_PROMPTS_MODELS: "chat" },
    });
    await show("/p/review-code/evaluate?version=1&version=2");
    await fillIn(page);
    await page.getByRole("button", { name: "Start" }).press("Enter");
    await page.getByText("8 of 16 calls").waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await page.getByRole("button", { name: "Cancel" }).press("Enter");
    await page.getByText("Stopped.", { exact: false }).waitFor();
    expect(await focusedText(page)).toBe("Start");
    isSlow = false;
    // Until the server has stored what it has, the same evaluation is a conflict.
    const start = page.getByRole("button", { name: "Start", disabled: false });
    const continued = page.getByText("8 answers are those of an interrupted call.");
    const goOn = async () => {
      if (await start.isVisible()) await start.press("Enter");
      return continued.isVisible();
    };
    await expect.poll(goOn).toBe(true);

    await page.getByRole("heading", { name: "Results", exact: true }).waitFor();
    await expect.poll(() => focusedText(page)).toBe("Evaluate review-code");
    expect(await page.getByRole("cell", { name: "8 / 8" }).count()).toBe(2);
    expect(answered).toBe(16);
  });

  test("that a read-only server does not store is shown until people leave the page", async () => {
    const { url } = await fakeModel(({ body }) =>
      JSON.stringify(body).includes("What is 3?")
        ? { status: 400, body: { error: { message: "too long" } } }
        : "An answer.",
    );
    const { page, show } = await openView({
      ...{ MLFLOW_PROMPTS_MODEL_URL: url, MLFLOW_PROMPTS_MODELS: "chat" },
      MLFLOW_PROMPTS_READ_ONLY: "true",
    });
    await show("/p/review-code/evaluate?version=1&version=2");
    await fillIn(page);
    await page.getByRole("button", { name: "Start" }).click();

    await page.getByRole("heading", { name: "Results", exact: true }).waitFor();
    await page
      .locator(".note")
      .getByText("Nothing was stored: this server is read-only.")
      .waitFor();
    expect(await page.getByRole("cell", { name: "7 / 8" }).count()).toBe(2);
    await page.getByRole("img", { name: /Plot of the means.*Version 2/ }).waitFor();
    await page.getByText(/^2 × .*too long/).waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });
});

/** Eight rows of review-code, and one scorer. */
async function fillIn(page: Page): Promise<void> {
  const rows = Array.from({ length: 8 }, (_, at) => ({
    inputs: { language: "TypeScript", code: `What is ${at}?` },
  }));
  await page.getByRole("textbox", { name: "Rows", exact: true }).fill(JSON.stringify(rows));
  await page.getByRole("checkbox", { name: "Is valid JSON" }).check();
  await page.getByRole("combobox", { name: "Model", exact: true }).selectOption("chat");
}

function focusedText(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.textContent);
}

/** Rows of a CSV file (RFC 4180), by the names in its first line. */
function readCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const [header = [], ...rows] = text
    .replace(/^\uFEFF/, "")
    .split("\r\n")
    .filter(Boolean)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(
        ([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain,
      ),
    );
  return rows.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? ""])));
}
