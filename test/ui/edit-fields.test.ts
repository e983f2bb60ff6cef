import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { findBarriers, openView } from "./support/view.ts";

const text = (page: Page) => page.getByRole("textbox", { name: "Text", exact: true });
const field = (page: Page, name: string | RegExp) => page.getByRole("textbox", { name });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

async function save(page: Page): Promise<void> {
  await press(page, "Review and save");
  await press(page, "Save");
  await page
    .getByRole("heading", { name: /^Version \d+/ })
    .first()
    .waitFor();
}

describe("what the edit page says beside the text", () => {
  test("describes a new variable, its default and its allowed values", async () => {
    const { page, show, call } = await openView();
    await show("/p/summarize/1/edit");
    await text(page).fill("Summarize {{ text }} in a {{ tone }} tone.");
    const tone = page.getByRole("group", { name: /^tone/ });
    await tone.getByRole("textbox", { name: "What it is" }).fill("How it sounds");
    await tone.getByRole("textbox", { name: "Value when none is given" }).fill("warm");
    await tone.getByRole("textbox", { name: "Allowed values, one a line" }).fill("warm\nplain");
    await page.getByText("There is something new that they may give").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await save(page);
    const { structured } = await call("load_prompt", { name: "summarize" });
    expect(structured).toMatchObject({
      arguments: [
        { name: "text", description: "The text to summarize", required: true },
        {
          ...{ name: "tone", description: "How it sounds", required: false },
          ...{ default_value: "warm", allowed: ["warm", "plain"] },
        },
      ],
    });
  });

  test("drops what is said about a variable that is not in the text any more", async () => {
    const { page, show, call } = await openView();
    await show("/p/review-code/2/edit");
    await text(page).fill("Review {{ code }}.");
    const focus = page.getByRole("group", { name: /^focus.*not in the text/ });
    await focus.getByRole("textbox", { name: "What it is" }).fill("Not used");
    await save(page);
    const { structured } = await call("load_prompt", { name: "review-code" });
    expect(structured).toMatchObject({ arguments: [{ name: "code" }] });
  });

  test("changes model settings in fields and in JSON, and the form of the answer", async () => {
    const { page, show, call } = await openView();
    await show("/p/summarize/1/edit");
    await page.getByText("Model settings").click();
    await field(page, "Model").fill("small-1");
    await field(page, "Temperature").fill("0,2");
    await field(page, "Temperature").press("Tab");
    await expect
      .poll(async () => JSON.parse(await field(page, "All settings as JSON").inputValue()))
      .toEqual({ model_name: "small-1", temperature: 0.2 });
    await page.getByText("Form of the answer").click();
    await field(page, "JSON schema of the answer").fill('{ "type": ');
    await page.getByText(/This is no JSON object/).waitFor();
    expect(await page.getByRole("button", { name: "Review and save" }).isDisabled()).toBe(true);
    expect(await findBarriers(page)).toEqual([]);
    await field(page, "JSON schema of the answer").fill('{ "type": "object" }');
    await save(page);
    const { structured } = await call("load_prompt", { name: "summarize" });
    expect(structured).toMatchObject({
      llm_config: { model_name: "small-1", temperature: 0.2 },
      response_format: { type: "object" },
    });
  });

  test.each([
    ["Form of the answer", "JSON schema of the answer"],
    ["Model settings", "All settings as JSON"],
  ])("keeps %s open, and the focus in it, while JSON is typed", async (part, name) => {
    const { page, show } = await openView();
    await show("/p/summarize/1/edit");
    await page.getByText(part).click();
    await field(page, name).focus();
    await page.keyboard.type("{");
    await page.getByText(/This is no JSON object/).waitFor();
    await page.keyboard.type("}");
    await page.getByText(/This is no JSON object/).waitFor({ state: "detached" });
    await page.keyboard.type(" ");
    await expect.poll(() => field(page, name).inputValue()).toBe("{} ");
    await page.getByText(part).click();
    await field(page, name).waitFor({ state: "hidden" });
  });

  test("takes a setting over while it is typed, so that it can be saved and survives a reload", async () => {
    const { page, show } = await openView();
    page.on("dialog", (dialog) => dialog.accept());
    await show("/p/summarize/1/edit");
    const review = page.getByRole("button", { name: "Review and save" });
    await expect.poll(() => review.isDisabled()).toBe(true);
    await page.getByText("Model settings").click();
    await field(page, "Top P").pressSequentially("0.50");
    await expect.poll(() => review.isEnabled()).toBe(true);
    await page.reload();
    await page.getByText(/This is your draft of/).waitFor();
    await page.getByText("Model settings").click();
    expect(await field(page, "Top P").inputValue()).toBe("0.50");
  });

  test("keeps the spelling of numbers, of those that are there and of those that are typed", async () => {
    const { page, show, call } = await openView();
    page.on("dialog", (dialog) => dialog.accept());
    await call("register_prompt", {
      ...{ name: "spelled", template: "{{ x }} {{ y }}" },
      // As text, because numbers of this test's client have no spelling.
      llm_config: '{"temperature": 1.0, "max_tokens": 1e3, "seed": 1234567890123456789}',
      response_format: '{"type": "number", "maximum": 2.50}',
      arguments: '{"x": {"type": {"type": "number", "minimum": 1.0}}}',
      alias: "production",
    });
    await show("/p/spelled/1/edit");
    await page.getByText("Model settings").click();
    expect(await field(page, "Temperature").inputValue()).toBe("1.0");
    await field(page, "Top P").fill("0.50");
    await field(page, "Top P").press("Tab");
    await page.getByText("Form of the answer").click();
    const format = field(page, "JSON schema of the answer");
    await format.fill((await format.inputValue()).replace("number", "integer"));
    const y = page.getByRole("group", { name: /^y/ });
    await y.getByRole("textbox", { name: "What it is" }).fill("Second");
    await page.reload();
    await page.getByText(/This is your draft of/).waitFor();
    await save(page);
    const { text: stored } = await call("load_prompt", { name: "spelled" });
    expect(stored).toContain(
      'LLM config: {"temperature":1.0,"max_tokens":1e3,"top_p":0.50,"seed":1234567890123456789}\n',
    );
    expect(stored).toContain('Response format: {"type":"integer","maximum":2.50}\n');
    expect(stored).toContain('\\"minimum\\":1.0');
    await page.getByText("1.0", { exact: true }).first().waitFor();
    await show("/p/spelled/1...2");
    await page.getByRole("row", { name: /top_p not set .*0\.50/ }).waitFor();
    expect(await page.getByRole("row", { name: /^(temperature|max_tokens|seed)/ }).count()).toBe(0);
  });

  test("says at once what the server refuses, and where", async () => {
    const { page, show } = await openView();
    await show("/p/summarize/1/edit");
    await text(page).fill("{% if x %}never ends");
    await page.getByText("This cannot be saved").waitFor();
    expect(await page.getByText(/Nothing was registered/).textContent()).toContain("line 1");
  });
});

describe("the messages of a chat", () => {
  const messages = [
    { role: "system", content: "You are {{ tone }}.\r\n", cache_control: { type: "ephemeral" } },
    { type: "placeholder", name: "history" },
    { role: "user", content: [{ type: "text", text: "{{ question }}" }] },
    { role: "user", content: "Please." },
  ];

  test("are edited one by one, and keep everything else that they have", async () => {
    const { page, show, call } = await openView();
    await call("register_prompt", { name: "chat", messages });
    await show("/p/chat/1/edit");
    await field(page, "Text of message 1").press("Control+End");
    await page.keyboard.type("Stay brief.");
    await press(page, "Move message 4 up");
    await press(page, "Add a message");
    await page.getByRole("combobox", { name: "Role" }).last().selectOption("assistant");
    await field(page, "Text of message 5").fill("Sure");
    expect(await findBarriers(page)).toEqual([]);
    await save(page);
    const { structured } = await call("load_prompt", { name: "chat" });
    expect(structured).toMatchObject({
      messages: [
        { ...messages[0], content: "You are {{ tone }}.\r\nStay brief." },
        messages[1],
        messages[3],
        messages[2],
        { role: "assistant", content: "Sure" },
      ],
    });
  });

  test("keep the spelling of the numbers in them", async () => {
    const { page, show, call } = await openView();
    const parts = '[{"type": "text", "text": "b", "weight": 1.0}]';
    await call("register_prompt", {
      name: "weighed",
      messages: `[{"role": "system", "content": "a"}, {"role": "user", "content": ${parts}}]`,
    });
    await show("/p/weighed/1/edit");
    await field(page, "Text of message 1").fill("A");
    await save(page);
    const { text: stored } = await call("load_prompt", { name: "weighed" });
    expect(stored).toContain('"content": "A"');
    expect(stored).toContain('"weight": 1.0');
  });

  test("are removed, and put back", async () => {
    const { page, show } = await openView();
    await show("/p/explain-error/1/edit");
    const before = await field(page, "Text of message 1").inputValue();
    await press(page, "Remove message 1");
    await page.getByRole("status").getByText("Message 1 is removed.").waitFor();
    expect(await field(page, "Text of message 1").inputValue()).not.toBe(before);
    await press(page, "Put the removed message back");
    expect(await field(page, "Text of message 1").inputValue()).toBe(before);
  });
});

describe("a new prompt", () => {
  test("has a name, a kind and a language, and is there after saving", async () => {
    const { page, show, call } = await openView();
    await show("/new");
    await field(page, "Name").fill("my-first");
    await page.getByRole("radio", { name: "Messages of a chat" }).check();
    await page.getByRole("combobox", { name: "Language of the text" }).selectOption("mustache");
    await field(page, "Text of message 1").fill("You help {{#vip}}at once{{/vip}}.");
    await field(page, "Text of message 2").fill("{{ question }}");
    await page.getByText("This will be a new prompt.").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await save(page);
    const { structured } = await call("load_prompt", { name: "my-first" });
    expect(structured).toMatchObject({
      version: 1,
      messages: [
        { role: "system", content: "You help {{#vip}}at once{{/vip}}." },
        { role: "user", content: "{{ question }}" },
      ],
      tags: { "mcp.template_format": "mustache" },
    });
  });

  test("is not saved without a name, and says so", async () => {
    const { page, show } = await openView();
    await show("/new");
    await text(page).fill("Something new {{ x }}");
    await page.getByText("This needs a name.").waitFor();
    const review = page.getByRole("button", { name: "Review and save" });
    await review.focus();
    await page.keyboard.press("Enter");
    expect(await review.isDisabled()).toBe(true);
    await text(page).waitFor();
    await field(page, "Name").fill("named");
    await page.getByText("This will be a new prompt.").waitFor();
    await review.click();
    await page.getByRole("heading", { name: "What you are about to save" }).waitFor();
  });

  test("says beside its name that it is taken", async () => {
    const { page, show } = await openView();
    await show("/new");
    await field(page, "Name").fill("summarize");
    await text(page).fill("Something else {{ x }}");
    await page.getByText("A prompt of this name exists.").waitFor();
    const described = await field(page, "Name").getAttribute("aria-describedby");
    expect(described).toContain("name-problem");
    expect(await page.getByRole("link", { name: "Open summarize" }).count()).toBe(1);
  });
});

describe("the edit page for everyone", () => {
  test.each([
    ["in the dark", { colorScheme: "dark" }],
    ["in high contrast", { forcedColors: "active" }],
    ["320 pixels wide", { viewport: { width: 320, height: 640 } }],
    ["in German", { locale: "de-DE" }],
  ] as const)("has no barriers %s", async (_, options) => {
    const { page, show } = await openView({}, options);
    await show("/p/review-code/2/edit");
    await page.getByRole("group", { name: /^focus/ }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    const width = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(width).toBe(0);
  });

  test("works with the keyboard alone, from the text to the saved version", async () => {
    const { page, show } = await openView();
    await show("/p/summarize/1/edit");
    await text(page).focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" Thank you.");
    await page.getByText("Callers need no change.").waitFor();
    await tabTo(page, "Review and save");
    await page.keyboard.press("Enter");
    await page.locator("h2:focus", { hasText: "What you are about to save" }).waitFor();
    await tabTo(page, "Save");
    await page.keyboard.press("Enter");
    await page
      .getByRole("heading", { name: /^Version 2/ })
      .first()
      .waitFor();
  });
});

/** Presses Tab until the button has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const button = page.getByRole("button", { name, exact: true });
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    if (await button.evaluate((it) => it.matches(":focus"))) return;
  }
  throw new Error(`${name} was not reached.`);
}
