import { describe, expect, inject, test } from "vitest";
import { chatCompletion, fakeModel } from "../support/fake-model.ts";
import { findBarriers, openView } from "./support/view.ts";

describe("the page of a prompt", () => {
  test("shows the live version, its protected alias, and its variables marked and explained", async () => {
    const { page, show, call } = await openView();
    await call("register_prompt", {
      ...{ name: "greet", template: "Hello {{ name }}, in {{ tone }}.", commit_message: "First" },
      arguments: {
        name: { description: "Who is greeted", required: true },
        tone: { enum: ["kind", "short"], default: "kind" },
      },
      ...{ llm_config: { model_name: "small" }, tags: { team: "support" }, alias: "production" },
    });
    await call("register_prompt", { name: "greet", template: "Hi {{ name }}", base_version: 1 });
    await show("/p/greet");
    await page.getByRole("heading", { name: "Version 1", exact: true }).waitFor();
    await page.getByText("This version is live.").waitFor();
    const chips = page.getByRole("list", { name: "Aliases of this version" });
    expect(await chips.textContent()).toContain("@production · protected");
    expect(await page.locator("mark").allTextContents()).toEqual(["{{ name }}", "{{ tone }}"]);
    expect(await page.locator("mark").first().getAttribute("title")).toBe(
      "Required variable: Who is greeted",
    );
    await page.getByText("Allowed values: kind, short").waitFor();
    await page.getByText("small").waitFor();

    await page.getByRole("combobox", { name: "Version" }).selectOption("2");
    await page.getByRole("heading", { name: "Version 2", exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/ui/p/greet/2");
    await page.getByText("Live is version 1 (production).").waitFor();
    const links = page.getByRole("navigation", { name: "What you can do" }).getByRole("link");
    expect(await links.allTextContents()).toEqual([
      ...["Edit this version", "Compare with the live version"],
      ...["Promote to production (protected)", "Evaluate"],
      ...(inject("mlflow") === undefined ? [] : ["Open in MLflow"]),
    ]);
  });

  test("says that the versions cannot be listed, and lists them after another try", async () => {
    const { page, show, call, takeFaults } = await openView();
    await call("register_prompt", { name: "greet", template: "Hello", commit_message: "First" });
    // The time line reads fewer of them at once.
    await page.route("**/mcp", (route) =>
      route.request().postData()?.includes('"limit":200') ? route.abort() : route.continue(),
    );
    await show("/p/greet");
    const version = page.getByRole("combobox", { name: "Version" });
    const choice = page.locator(".choose-version");
    await choice.getByRole("alert").getByText("The server cannot be reached").waitFor();
    await page.unroute("**/mcp");
    await choice.getByRole("button", { name: "Try again" }).click();
    await choice.getByRole("alert").waitFor({ state: "detached" });
    await expect
      .poll(() => version.getByRole("option").allTextContents())
      .toContain("Version 1 · First");
    takeFaults();
  });

  test("shows every message as the agent gets it, by the keyboard alone", async () => {
    const { page, show, call } = await openView();
    const picture = { type: "image_url", image_url: { url: "https://example.com/a.png" } };
    await call("register_prompt", {
      name: "chat",
      messages: [
        { role: "system", content: "Be {{ tone }}." },
        { role: "user", content: [{ type: "text", text: "{{ question }}" }, picture] },
        { role: "assistant", tool_calls: [{ id: "1", function: { name: "look" } }] },
        { type: "placeholder", name: "history" },
      ],
      arguments: { tone: { default: "kind" }, history: { required: false } },
    });
    await show("/p/chat");
    await page.getByRole("heading", { name: "2. user" }).waitFor();
    await page.getByText("Image, not shown: https://example.com/a.png").first().waitFor();
    await page.getByText("Messages that the caller gives: history").waitFor();
    await page.getByText("Fill in the required variables to see the messages.").waitFor();
    const question = page.getByRole("textbox", { name: "question (required)" });
    await page.getByRole("heading", { level: 1 }).focus();
    for (let turns = 0; turns < 60; turns += 1) {
      if (await question.evaluate((field) => field === document.activeElement)) break;
      await page.keyboard.press("Tab");
    }
    await page.keyboard.type("Why?");
    const preview = page.getByRole("region", { name: "What the agent gets" });
    await preview.getByText("Be kind.").waitFor();
    await preview.getByText("Why?").waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  test("says at the field what is missing, and keeps what was typed for another version", async () => {
    const { page, show } = await openView();
    await show("/p/review-code/1");
    const code = page.getByRole("textbox", { name: "code (required)" });
    await page.getByText("A value is needed.").waitFor();
    await code.fill("let x = 1");
    const preview = page.getByRole("region", { name: "What the agent gets" });
    await preview.getByText("Review this TypeScript code").waitFor();
    await page.getByRole("combobox", { name: "Version" }).selectOption("2");
    await page.getByRole("heading", { name: "Version 2", exact: true }).waitFor();
    expect(await code.inputValue()).toBe("let x = 1");
    await page.context().grantPermissions([]);
    await preview.getByRole("button", { name: "Copy" }).click();
    await page.getByText(/Copied\.|does not let pages copy/).waitFor();
  });

  test("runs a version on a model, with cost and time, and stops waiting on request", async () => {
    const model = await fakeModel((_, index) =>
      index === 0
        ? { body: chatCompletion({ content: "Good day <b>Ada</b>" }) }
        : { after: "never" },
    );
    const { page, show, call } = await openView({
      ...{ MLFLOW_PROMPTS_MODEL_URL: model.url, MLFLOW_PROMPTS_MODELS: "small,large" },
    });
    await call("register_prompt", { name: "greet", template: "Greet {{ name }}" });
    await show("/p/greet");
    await page.getByRole("textbox", { name: "name (required)" }).fill("Ada");
    await page.getByRole("combobox", { name: "Model" }).selectOption("large");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByText("Good day <b>Ada</b>").waitFor();
    await page.getByText("11 in, 7 out").waitFor();
    expect(model.asked[0]?.body).toMatchObject({ model: "large" });
    await page.getByText(/^tr-/).waitFor();
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Run" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  test("offers no run where there is no model", async () => {
    const { page, show } = await openView();
    await show("/p/summarize");
    await page.getByRole("heading", { name: "Fill in" }).waitFor();
    expect(await page.getByRole("button", { name: "Run" }).count()).toBe(0);
  });

  test("shows hostile text as text, in every field", async () => {
    const { page, show, call } = await openView();
    const evil = `<img src=x onerror=alert(1)><script>alert(1)</script>\u202ejavascript:alert(1)`;
    await call("register_prompt", {
      ...{ name: "evil", template: `${evil} {{ a }}`, commit_message: evil },
      ...{ tags: { team: evil }, llm_config: { model_name: evil } },
      response_format: { type: "object", description: evil },
      arguments: { a: { description: evil, default: evil, enum: [evil], required: true } },
    });
    await call("update_prompt", { name: "evil", title: evil, description: evil });
    await show("/p/evil");
    await page.getByRole("heading", { name: "Fill in" }).waitFor();
    await page.getByText("<img src=x onerror=alert(1)>").first().waitFor();
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.locator("main").innerText()).not.toContain("\u202e");
    expect(await findBarriers(page)).toEqual([]);
  });

  test("stays fluid with a text of 100,000 characters", async () => {
    const { page, show, call } = await openView();
    const template = "{{ a }} is word, ".repeat(5_880);
    await call("register_prompt", { name: "long", template });
    await show("/p/long");
    const text = page.getByRole("group", { name: "Text", exact: true });
    await text.getByRole("button", { name: "Show more" }).waitFor();
    expect(await text.locator("mark").count()).toBeLessThan(1_500);
    const started = Date.now();
    await page.getByRole("textbox", { name: "a (required)" }).pressSequentially("xyz");
    expect(Date.now() - started).toBeLessThan(3_000);
    await text.getByRole("button", { name: "Show more" }).scrollIntoViewIfNeeded();
    await expect.poll(() => text.locator("mark").count()).toBeGreaterThan(200);
  });

  test.each([
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["forced colors", { forcedColors: "active" }],
    ["320 pixels", { viewport: { width: 320, height: 800 } }],
  ] as const)("has no barrier: %s", async (name, options) => {
    const { page, show } = await openView({}, options);
    await show("/p/review-code/1");
    await page.getByRole("heading", { name: "Fill in" }).waitFor();
    await page.getByText("A value is needed.").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
    const shots = process.env.VIEW_SCREENSHOTS;
    if (shots !== undefined) {
      await page.screenshot({ path: `${shots}/prompt-${name}.png`, fullPage: true });
    }
  });
});
