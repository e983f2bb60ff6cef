import { describe, expect, test } from "vitest";
import { chatCompletion, fakeModel } from "../support/fake-model.ts";
import { findBarriers, openView } from "./support/view.ts";

/** A prompt with a dataset of one row and one use, and its page. */
async function remembered() {
  const model = await fakeModel(() => ({ body: chatCompletion({ content: "Good day" }) }));
  const variables = { MLFLOW_PROMPTS_MODEL_URL: model.url, MLFLOW_PROMPTS_MODELS: "small" };
  const view = await openView(variables);
  await view.call("register_prompt", {
    ...{ name: "greet", template: "{% if loud %}HEY {% endif %}{{ name }}, {{ tone }}" },
    arguments: { name: { required: true }, loud: { type: "boolean" }, tone: { default: "kind" } },
  });
  const rows = [{ inputs: { name: "Ada <b>\u202e", loud: true } }];
  await view.call("add_to_dataset", { dataset: "people", prompt: "greet", rows });
  await view.call("run_prompt", { name: "greet", variables: { name: "Grace", tone: "short" } });
  await view.show("/p/greet");
  return view;
}

describe("remembered examples", () => {
  test("fill in the fields by the keyboard alone, and give back what they had before", async () => {
    const { page } = await remembered();
    const name = page.getByRole("textbox", { name: "name (required)" });
    const tone = page.getByRole("textbox", { name: "tone (optional)" });
    await name.fill("Mine");
    await page.getByText("Use an example from datasets and traces").focus();
    await page.keyboard.press("Enter");
    const example = page.getByRole("combobox", { name: "Example" });
    await example.waitFor();
    expect(await example.getByRole("option").allTextContents()).toEqual([
      expect.stringContaining("people, row 1: Ada <b>"),
      expect.stringMatching(/^Trace of .* \(tr-[0-9a-f]{32}\): Grace · short$/),
    ]);
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");

    expect(await name.inputValue()).toBe("Grace");
    expect(await tone.inputValue()).toBe("short");
    const said = page.getByRole("status").filter({ hasText: "Filled in from: Trace of" });
    expect(await said.innerText()).toContain("These fields had another value: name.");
    const preview = page.getByRole("region", { name: "What the agent gets" });
    await preview.getByText("Grace, short").waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => name.inputValue()).toBe("Mine");
    expect(await tone.inputValue()).toBe("");
    expect(await example.evaluate((field) => field === document.activeElement)).toBe(true);
  });

  test("are undone without what was filled in since in other fields", async () => {
    const { page } = await remembered();
    const tone = page.getByRole("textbox", { name: "tone (optional)" });
    const loud = page.getByRole("checkbox", { name: "loud" });
    await page.getByText("Use an example from datasets and traces").click();
    await page.getByRole("button", { name: "Fill in with this example" }).click();
    await loud.and(page.locator(":checked")).waitFor();
    await tone.fill("long");
    await page.getByRole("button", { name: "Bring the former values back" }).click();
    await loud.and(page.locator(":not(:checked)")).waitFor();
    expect(await page.getByRole("textbox", { name: "name (required)" }).inputValue()).toBe("");
    expect(await tone.inputValue()).toBe("long");
  });

  test("fill in checkboxes, keep what the example does not have, and show text as text", async () => {
    const { page } = await remembered();
    await page.getByRole("textbox", { name: "tone (optional)" }).fill("long");
    await page.getByText("Use an example from datasets and traces").click();
    await page.getByRole("button", { name: "Fill in with this example" }).click();

    await page.getByText("Filled in from: people, row 1.").waitFor();
    expect(await page.getByText("These fields had another value").count()).toBe(0);
    expect(await page.getByRole("checkbox", { name: "loud" }).isChecked()).toBe(true);
    expect(await page.getByRole("textbox", { name: "tone (optional)" }).inputValue()).toBe("long");
    expect(await page.locator("main").innerText()).not.toContain("\u202e");
  });

  test("are read only when somebody wants them, and may be none", async () => {
    const { page, show } = await openView();
    let reads = 0;
    page.on("request", (request) => {
      if (request.postData()?.includes("list_examples")) reads += 1;
    });
    await show("/p/review-code/1");
    await page.getByText("A value is needed.").waitFor();
    expect(reads).toBe(0);
    await page.getByText("Use an example from datasets and traces").click();
    await page.getByText("There are none yet").waitFor();
    expect(reads).toBe(1);
  });
});
