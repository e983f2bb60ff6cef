import { readFileSync } from "node:fs";
import type { Locator } from "playwright-core";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { fakeModel } from "../support/fake-model.ts";
import { findBarriers, openView } from "./support/view.ts";

const messages = z.array(z.looseObject({ content: z.string() }));

/** A prompt of two versions, of which the second is answered well, and a dataset. */
async function measured() {
  const model = await fakeModel(({ body }) => {
    const asked = messages.parse(body.messages).at(-1)?.content ?? "";
    const [number = ""] = /\d+/.exec(asked) ?? [];
    return asked.startsWith("Briefly") ? number : "=1+1 <b>no</b>\u202e";
  });
  const variables = { MLFLOW_PROMPTS_MODEL_URL: model.url, MLFLOW_PROMPTS_MODELS: "chat" };
  const view = await openView(variables);
  await view.call("register_prompt", { name: "qa", template: "Answer {{ question }}" });
  await view.call("register_prompt", {
    ...{ name: "qa", template: "Briefly {{ question }}", base_version: 1 },
  });
  return view;
}

const table = [
  "question\texpected",
  ...Array.from({ length: 8 }, (_, at) => `What is ${at}?\t${at}`),
];

describe("the evaluate page", () => {
  test("measures versions on pasted rows, shows results, takes labels and saves a CSV file", async () => {
    const { page, show } = await measured();
    await show("/p/qa/evaluate?version=1&version=2");
    await page.getByRole("textbox", { name: "Rows", exact: true }).fill(table.join("\n"));
    await page.getByRole("checkbox", { name: "Is exactly the expected answer" }).check();
    await page.getByRole("combobox", { name: "Model", exact: true }).selectOption("chat");
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Start" }).click();

    await page.getByRole("heading", { name: "Results" }).waitFor();
    await page.getByRole("cell", { name: "better", exact: true }).waitFor();
    await page.getByRole("img", { name: /Plot of the means/ }).waitFor();
    await page.reload();
    await page.getByText("Rows that changed most").waitFor();
    const answer = page.locator("section[aria-labelledby=answers] details").first();
    await answer.locator("summary").click();
    await answer.getByRole("radio", { name: "Yes" }).check();
    await answer.getByRole("button", { name: "Save the label" }).click();
    await page.getByText(/kappa .* on 1 answers/).waitFor();
    expect(await findBarriers(page)).toEqual([]);

    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as CSV" }).click();
    const csv = readFileSync(await (await saved).path(), "utf8");
    expect(csv).toContain("What is 3?");
    expect(csv).toContain("'=1+1");
    expect(csv).not.toMatch(/,=1/);

    await show("/p/qa");
    const entries = page.getByRole("region", { name: "History" }).getByRole("listitem");
    await entries
      .getByText(/^Version [12] evaluated/)
      .first()
      .waitFor();
    await entries.getByRole("link", { name: "Results of version 2" }).click();
    await page.getByRole("heading", { name: "Results" }).waitFor();
  });

  test("says where there is no model, and offers results", async () => {
    const { page, show } = await openView();
    await show("/p/review-code/evaluate");
    await page.getByText("This server has no model to ask").waitFor();
    await page.getByText("None yet.").waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  test("says beside a setting what is wrong, and starts when it is right", async () => {
    const { page, show } = await measured();
    await show("/p/qa/evaluate?version=1&version=2");
    const start = page.getByRole("button", { name: "Start" });
    const rows = page.getByRole("textbox", { name: "Rows", exact: true });
    await rows.fill(table.join("\n"));
    await page.getByRole("combobox", { name: "Model", exact: true }).selectOption("chat");
    await page.getByRole("checkbox", { name: "Is valid JSON" }).check();
    await page.getByRole("checkbox", { name: "Its number is the expected one" }).check();
    await page.getByRole("checkbox", { name: "Has the right length" }).check();
    const settings = [
      ["JSON Schema (optional)", "{bad", /^This is no JSON object: ./, '{"type": "string"}'],
      ["May differ by", "half", /^Give a number /, "0,5"],
      ["Words at least", "1.5", /^Give a whole number /, "1"],
      ["Rows at most", "8,5", /^Give a whole number /, "8"],
      ["US dollars at most", "1,2,3", /^Give a number /, "0,5"],
    ] as const;
    for (const [name, wrong, says, right] of settings) {
      const field = page.getByRole("textbox", { name });
      await field.fill(wrong);
      await page.getByRole("alert").getByText(says).waitFor();
      await expect.poll(() => described(field)).toMatch(says);
      await start.press("Enter");
      await expect.poll(() => isFocused(field)).toBe(true);
      await field.fill(right);
      await page.getByRole("alert").waitFor({ state: "detached" });
    }
    await rows.fill("a\ta\n1\t2");
    await start.press("Enter");
    const wrongRows = "The first line must name each column once.";
    await expect.poll(() => described(rows)).toContain(wrongRows);
    await rows.fill(table.join("\n"));

    const asked = page.waitForRequest((request) => !!request.postData()?.includes("max_cost"));
    await start.press("Enter");
    expect(JSON.parse((await asked).postData() ?? "")).toMatchObject({
      params: {
        arguments: {
          scorers: [
            { type: "numeric", absolute: 0.5 },
            { type: "length", min_words: 1 },
            { type: "json_schema", answer_schema: { type: "string" } },
          ],
          ...{ max_rows: 8, max_cost: 0.5 },
        },
      },
    });
  });
});

/** What screen readers say of a field beside its name. */
function described(field: Locator): Promise<string> {
  return field.evaluate((shown) => {
    const ids = shown.getAttribute("aria-describedby")?.split(" ") ?? [];
    return ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
  });
}

function isFocused(field: Locator): Promise<boolean> {
  return field.evaluate((shown) => shown === document.activeElement);
}
