import { describe, expect, test } from "vitest";
import { findBarriers, openView, type View } from "./support/view.ts";

/** Production points at version 1; version 2 has another wording, version 3 one more variable. */
async function versions(call: View["call"]) {
  const name = "reply";
  const first = { template: "Answer {{ question }}.", commit_message: "First" };
  await call("register_prompt", { name, ...first });
  await call("set_prompt_alias", { name, alias: "production", version: 1, reason: "Launch" });
  const brief = { template: "Answer {{ question }} briefly.", commit_message: "Brief" };
  await call("register_prompt", { name, ...brief, base_version: 1 });
  const customer = { template: "Answer {{ question }} for {{ customer }}." };
  await call("register_prompt", { name, ...customer, base_version: 2 });
}

/** Production points at a version. */
async function expectProduction(call: View["call"], version: number): Promise<void> {
  const { structured } = await call("load_prompt", { name: "reply", alias: "production" });
  expect(structured).toMatchObject({ version });
}

describe("the page that promotes a version", () => {
  test("shows what is replaced, by whom and since when, moves with a reason, and takes it back", async () => {
    const { page, show, call } = await openView();
    await versions(call);
    await show("/p/reply/2/promote/production");
    await page
      .getByText("production points at version 1 now, and will point at version 2.")
      .waitFor();
    await page.getByText(/since .* by .* · Reason: Launch/).waitFor();
    await page.getByText("protected · callers depend on this alias").waitFor();
    await page.getByText("Callers need no change.").waitFor();
    await page.getByText("This alias asks for no evidence.").waitFor();
    await page.getByText("gets version 2 from then on").waitFor();
    await expect.poll(() => page.locator("ins.word").allInnerTexts()).toEqual([" briefly"]);
    await page.getByLabel("Reason").fill("People want it shorter");
    await page.getByRole("button", { name: "Point production at version 2" }).click();
    await page.getByRole("heading", { name: "production points at version 2 now." }).waitFor();
    await expectProduction(call, 2);
    const { text } = await call("list_prompt_versions", { name: "reply" });
    expect(text).toContain("reason: People want it shorter");
    await page.getByRole("button", { name: "Take it back" }).click();
    await page.getByRole("heading", { name: "It is taken back" }).waitFor();
    await expectProduction(call, 1);
    expect(await page.getByRole("button", { name: "Take it back" }).count()).toBe(0);
  });

  test("moves to what breaks callers only when the person permits it, twice", async () => {
    const { page, show, call } = await openView();
    await versions(call);
    await show("/p/reply/3/promote/production");
    await page.getByText("Some callers will fail").waitFor();
    const submit = page.getByRole("button", { name: "Point production at version 3" });
    await submit.click();
    await page.getByText("Tick this to go on, because callers may fail.").waitFor();
    await page.getByRole("checkbox", { name: "Callers may fail" }).check();
    await submit.click();
    const dialog = page.getByRole("dialog", { name: "Question of the server" });
    await dialog.getByText("Move reply@production from version 1 to version 3?").waitFor();
    await dialog.getByRole("button", { name: "No" }).click();
    await page.getByText("You did not agree. Nothing was moved.").waitFor();
    await expectProduction(call, 1);
    await submit.click();
    await dialog.getByRole("button", { name: "Yes" }).click();
    await page.getByRole("heading", { name: "production points at version 3 now." }).waitFor();
    await expectProduction(call, 3);
  });

  test("moves nothing when somebody else was faster, and shows what is true now", async () => {
    const { page, show, call, another } = await openView();
    await versions(call);
    const other = await another();
    await show("/p/reply/2/promote/production");
    await show("/p/reply/2/promote/production", other);
    await other.getByRole("button", { name: "Point production at version 2" }).click();
    await other.getByRole("heading", { name: "production points at version 2 now." }).waitFor();
    await page.getByRole("button", { name: "Point production at version 2" }).click();
    await page.getByText("Somebody changed this meanwhile. Nothing was moved.").waitFor();
    await page.getByText("production points at version 2.", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "Point production" }).count()).toBe(0);
    await page.getByRole("link", { name: "Go back to version 1 …" }).click();
    await page
      .getByText("production points at version 2 now, and will point at version 1.")
      .waitFor();
    await page.getByText("less than a day ago: going back needs no permission").waitFor();
  });

  test("keeps the reason when somebody else was faster, and asks for every permission again", async () => {
    const { page, show, call } = await openView();
    await versions(call);
    const gate = JSON.stringify({ alias: "production", approvals: { count: 1 } });
    await call("update_prompt", { name: "reply", tags: { "mcp.gate": gate } });
    await show("/p/reply/3/promote/production");
    await page.getByLabel("Reason").fill("A hotfix");
    const permissions = [
      page.getByRole("checkbox", { name: "Callers may fail" }),
      page.getByRole("checkbox", { name: "Go on without the complete evidence." }),
    ];
    for (const permission of permissions) await permission.check();
    const meanwhile = { override_gate: true, allow_breaking: true, reason: "Mine first" };
    await call("set_prompt_alias", {
      ...{ name: "reply", alias: "production", version: 2 },
      ...meanwhile,
    });
    const submit = page.getByRole("button", { name: "Point production at version 3" });
    await submit.click();
    await page.getByText("Somebody changed this meanwhile. Nothing was moved.").waitFor();
    await page.getByText("version 2 now, and will point at version 3.").waitFor();
    expect(await page.getByLabel("Reason").inputValue()).toBe("A hotfix");
    for (const permission of permissions) expect(await permission.isChecked()).toBe(false);
    expect(await page.getByText("Tick this to go on").count()).toBe(0);
    await submit.click();
    await expect.poll(() => page.getByText("Tick this to go on").count()).toBe(2);
    await expectProduction(call, 2);
  });

  test("takes no reason, permission or result to another alias or version", async () => {
    const aliases = { MLFLOW_PROMPTS_PROTECTED_ALIASES: "production,blue,green" };
    const { page, show, call } = await openView(aliases);
    await versions(call);
    for (const alias of ["blue", "green"]) {
      await call("set_prompt_alias", { name: "reply", alias, version: 1 });
    }
    await show("/p/reply/3/promote/blue");
    const permission = page.getByRole("checkbox", { name: "Callers may fail" });
    await permission.check();
    await page.getByLabel("Reason").fill("Blue wants it");
    await page.getByLabel("Alias", { exact: true }).selectOption("green");
    await page.getByText("green points at version 1 now, and will point at version 3.").waitFor();
    expect(await permission.isChecked()).toBe(false);
    expect(await page.getByLabel("Reason").inputValue()).toBe("");
    await page.getByLabel("Version", { exact: true }).selectOption("1");
    await page.getByText("green points at version 1.", { exact: true }).waitFor();
    await call("set_prompt_alias", { name: "reply", alias: "production", version: 2 });
    await show("/p/reply/2/promote/production");
    await page.getByRole("link", { name: "Go back to version 1 …" }).click();
    await page.getByRole("button", { name: "Point production at version 1" }).click();
    await page.getByRole("heading", { name: "production points at version 1 now." }).waitFor();
    await page.goBack();
    await page
      .getByText("production points at version 1 now, and will point at version 2.")
      .waitFor();
  });

  test("shows what the gate lacks, and goes on without it for a reason", async () => {
    const { page, show, call } = await openView();
    await versions(call);
    const gate = {
      alias: "production",
      dataset: "questions",
      scorers: { exact_match: { at_least: 0.9 } },
    };
    await call("update_prompt", { name: "reply", tags: { "mcp.gate": JSON.stringify(gate) } });
    await show("/p/reply/2/promote/production");
    await page.getByText("The evidence is not complete:").waitFor();
    const evaluate = page.getByRole("link", { name: "Evaluate version 2 on questions" });
    expect(await evaluate.getAttribute("href")).toBe(
      "/ui/p/reply/evaluate?version=1&version=2&dataset=questions",
    );
    const submit = page.getByRole("button", { name: "Point production at version 2" });
    await page.getByRole("checkbox", { name: "Go on without the complete evidence." }).check();
    await submit.click();
    await page.getByText("Give a reason: it is kept in the history").waitFor();
    await page.getByLabel("Reason").fill("A hotfix");
    await submit.click();
    await page.getByRole("dialog").getByRole("button", { name: "Yes" }).click();
    await page.getByRole("heading", { name: "production points at version 2 now." }).waitFor();
    const { text } = await call("list_prompt_versions", { name: "reply" });
    expect(text).toContain("with override_gate, reason: A hotfix");
  });

  test("names a new alias, by the keyboard alone", async () => {
    const { page, show, call, origin } = await openView();
    await versions(call);
    await show("/p/reply/2/promote/production");
    await page.getByLabel("Alias", { exact: true }).selectOption("another alias …");
    await page.getByLabel("Name of the alias").focus();
    await page.keyboard.type("not this");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("letters, digits, _ and - only").waitFor();
    await page.getByLabel("Name of the alias").fill("pilot-2");
    await page.keyboard.press("Enter");
    await page.getByText("pilot-2 is new. It will point at version 2.").waitFor();
    expect(page.url()).toBe(`${origin}/ui/p/reply/2/promote/pilot-2`);
    expect(await page.getByText("protected · callers depend on this alias").count()).toBe(0);
    await page.getByRole("button", { name: "Point pilot-2 at version 2" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "pilot-2 points at version 2 now." }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Yes" }).click();
    await page.getByRole("heading", { name: "It is taken back" }).waitFor();
    expect((await call("list_prompt_versions", { name: "reply" })).text).not.toContain("@pilot-2");
  });

  test("shows a hostile prompt as text", async () => {
    const { page, show, call } = await openView();
    const bad = "<img src=x onerror=alert(1)>\u202e\u200b";
    const name = "reply";
    await call("register_prompt", { name, template: `${bad} {{ x }}`, commit_message: bad });
    await call("set_prompt_alias", { name, alias: "production", version: 1, reason: bad });
    const next = { template: `${bad} {{ x }} ${bad}`, commit_message: bad };
    await call("register_prompt", { name, ...next, base_version: 1 });
    await show("/p/reply/2/promote/production");
    await page.getByRole("heading", { name: "Please look at this" }).waitFor();
    await page.getByRole("heading", { name: "Model settings" }).waitFor();
    expect(await page.locator("main img").count()).toBe(0);
    expect(await page.locator("main").innerText()).not.toMatch(/[\u202e\u200b]/);
    expect(await page.getByTitle("U+202E").count()).toBeGreaterThan(4);
  });

  test.each([
    { colorScheme: "light" },
    { colorScheme: "dark" },
    { forcedColors: "active" },
    { viewport: { width: 320, height: 800 } },
  ] as const)("has no barriers with %o", async (options) => {
    const { page, show, call } = await openView({}, options);
    await versions(call);
    await show("/p/reply/3/promote/production");
    await page.getByText("The form of the answer is the same.").waitFor();
    await page.getByRole("button", { name: "Point production at version 3" }).click();
    await page.getByText("Tick this to go on").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
    if (process.env.SHOTS) {
      await page.screenshot({
        path: `${process.env.SHOTS}/promote-${Object.values(options)[0].width ?? Object.values(options)[0]}.png`,
        fullPage: true,
      });
    }
  });
});
