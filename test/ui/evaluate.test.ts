import { readFileSync } from "node:fs";
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
    await page.getByRole("textbox", { name: "Rows" }).fill(table.join("\n"));
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
});
