import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { changeAnswers } from "./support/change-answers.ts";
import { pages } from "./support/pages.ts";
import { openPages } from "./support/seed-pages.ts";

const rows = "question,shop,language,handbook\nWhere?,Lamps,English,lamps";

/** The page, and its fields. */
function fieldsOf(page: Page) {
  return {
    version: (number: number) => page.getByRole("checkbox", { name: `Version ${number}` }),
    baseline: page.getByRole("combobox", { name: "Compare with" }),
    dataset: page.getByRole("combobox", { name: "Dataset" }),
    pasted: page.getByRole("textbox", { name: "Rows", exact: true }),
    scorer: page.getByRole("checkbox", { name: "Has the right length" }),
    words: page.getByRole("textbox", { name: "Words at least" }),
    cost: page.getByRole("textbox", { name: "US dollars at most" }),
    prompts: page.getByRole("link", { name: "Prompts", exact: true }),
  };
}

describe("what is chosen for an evaluation", () => {
  test("is in the address: versions, the baseline first, and the dataset", async () => {
    const { page, show } = await openPages();
    await show("/p/support-answer/evaluate");
    const { version, baseline, dataset } = fieldsOf(page);
    await version(1).press("Space");
    await version(2).press("Space");
    await expect
      .poll(() => version(2).evaluate((box) => box === document.activeElement))
      .toBe(true);
    await baseline.selectOption("2");
    await dataset.selectOption({ label: "support-questions (12 rows)" });
    await expect.poll(() => page.url()).toMatch(/\?version=2&version=1&dataset=\w/);

    await page.reload();
    await expect.poll(() => baseline.inputValue()).toBe("2");
    await expect.poll(() => dataset.locator("option:checked").innerText()).toMatch(/^support-q/);
    await version(1).uncheck();
    await version(2).uncheck();
    await dataset.selectOption("");
    await expect.poll(() => page.url()).toMatch(/\/evaluate$/);
    expect(await version(1).isChecked()).toBe(false);
    expect(await version(2).isChecked()).toBe(false);
  });

  test("is still there after another page, and after the results", async () => {
    const { page, show } = await openPages();
    await show("/p/support-answer/evaluate");
    const { version, pasted, scorer, words, cost, prompts } = fieldsOf(page);
    const expectChoice = async () => {
      await expect.poll(() => pasted.inputValue()).toBe(rows);
      await expect.poll(() => version(2).isChecked()).toBe(true);
      await expect.poll(() => version(1).isChecked()).toBe(false);
      await expect.poll(() => words.inputValue()).toBe("1");
      await expect.poll(() => cost.inputValue()).toBe("2");
    };
    await version(2).check();
    await pasted.fill(rows);
    await scorer.check();
    await words.fill("1");
    await cost.fill("2");
    await prompts.press("Enter");
    await page.getByRole("heading", { name: "Prompts", exact: true }).waitFor();
    await page.goBack();
    await expectChoice();

    await page.getByRole("button", { name: "Start" }).press("Enter");
    await page.getByRole("heading", { name: "Results", exact: true }).waitFor();
    await page.getByRole("link", { name: "New evaluation" }).press("Enter");
    await expectChoice();
  });

  test("is chosen from lists that say when there is more, and has what they lack", async () => {
    const { page, show } = await openPages();
    const more = (text: string) =>
      text.replace('"structuredContent":{', '"structuredContent":{"next_cursor":"more",');
    await changeAnswers(page, "list_datasets", more);
    await changeAnswers(page, "compare_evaluations", more);
    await changeAnswers(page, "list_prompt_versions", (text) =>
      more(text).replace('"version":1,', '"version":99,'),
    );
    await show("/p/support-answer/evaluate?version=1");
    const versions = page.getByRole("group", { name: /^Versions/ });
    await versions.getByText("There are more. Only the newest 2 are listed.").waitFor();
    const data = page.getByRole("group", { name: "Data" });
    await data.getByText("There are more. Only the newest 1 are listed.").waitFor();
    const earlier = page.getByRole("region", { name: "Earlier evaluations" });
    await earlier.getByText("There are more. Only the newest 2 are listed.").waitFor();
    await fieldsOf(page).version(1).uncheck();
    await expect.poll(() => page.url()).toMatch(/\/evaluate$/);
    expect(await versions.getByRole("checkbox").count()).toBe(3);
  });
});

describe("the runs of evaluations", () => {
  test("have their status in the person's language", async () => {
    const { page, show } = await openPages({ locale: "de-DE" });
    await show("/p/support-answer/evaluate");
    const earlier = page.getByRole("region", { name: "Frühere Auswertungen" });
    await expect.poll(() => earlier.getByText(/, fertig$/).count()).toBe(2);
  });

  test("lead to MLflow's pages of them, and to no other kind of address", async () => {
    const { page, show } = await openPages();
    await changeAnswers(page, "compare_evaluations", (text) =>
      text
        .replace(
          /("run_id":"(\w+)")(?=,"title":"support-answer\/1)/g,
          '$1,"run_url":"https://mlflow.example/#/runs/$2"',
        )
        .replace(/("run_id":"\w+")(?=,"title":"support-answer\/2)/g, '$1,"run_url":"javascript:1"'),
    );
    const { path, ready } = pages.results ?? expect.fail("There is no page of results.");
    await show(path);
    await ready(page);
    const links = page.getByRole("link", { name: /^Open support-answer.* in MLflow$/ });
    await expect.poll(() => links.count()).toBe(1);
    expect(await links.getAttribute("href")).toMatch(/^https:\/\/mlflow\.example\/#\/runs\/\w+$/);
  });
});
