import type { Locator, Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { chatCompletion, fakeModel } from "../support/fake-model.ts";
import { openView } from "./support/view.ts";

const mlflow = inject("mlflow");

async function opened(page: Page, link: Locator): Promise<Page> {
  const [tab] = await Promise.all([page.context().waitForEvent("page"), link.click()]);
  return tab;
}

test.runIf(mlflow)("a prompt and a trace are one click away in MLflow's own pages", async () => {
  const model = await fakeModel(() => ({ body: chatCompletion({ content: "Good day, Ada" }) }));
  const { page, show, call } = await openView({
    ...{ MLFLOW_PROMPTS_MODEL_URL: model.url, MLFLOW_PROMPTS_MODELS: "small" },
  });
  await call("register_prompt", { name: "greet", template: "Greet {{ name }} like a friend" });
  await show("/p/greet");
  const inMlflow = await opened(page, page.getByRole("link", { name: "Open in MLflow" }));
  await inMlflow.getByText("like a friend").first().waitFor();
  expect(inMlflow.url()).toContain(`${mlflow}/#/prompts/greet`);

  await page.getByRole("textbox", { name: "name (required)" }).fill("Ada");
  await page.getByRole("button", { name: "Run" }).click();
  const trace = await opened(page, page.getByRole("link", { name: /^tr-/ }));
  await trace.getByText("Good day, Ada").first().waitFor();
});

test.skipIf(mlflow)("an embedded registry has no pages of MLflow", async () => {
  const { page, show } = await openView();
  await show("/p/summarize");
  await page.getByRole("link", { name: "Edit this version" }).waitFor();
  expect(await page.getByRole("link", { name: "Open in MLflow" }).count()).toBe(0);
});
