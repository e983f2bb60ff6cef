import type { Locator } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openPages } from "./support/seed-pages.ts";

/** The language in which a screen reader speaks a text. */
function languageOf(text: Locator): Promise<string | null | undefined> {
  return text.first().evaluate((element) => element.closest("[lang]")?.getAttribute("lang"));
}

/** The German view of a prompt, whose second version breaks callers and lacks the evidence of a gate. */
async function openGerman() {
  const view = await openPages({ locale: "de-DE" });
  const gate = {
    alias: "production",
    dataset: "questions",
    scorers: { exact_match: { at_least: 1 } },
  };
  const tags = { "mcp.gate": JSON.stringify(gate) };
  await view.call("update_prompt", { name: "support-answer", tags });
  return view;
}

describe("in a German view, the server's words are marked as English", () => {
  test("where a move says what it means, and where the server asks about it", async () => {
    const { page, show } = await openGerman();
    await show("/p/support-answer/2/promote/production");
    expect(await languageOf(page.getByRole("heading", { level: 1 }))).toBe("de");
    expect(await languageOf(page.getByText("Manche Aufrufe werden scheitern"))).toBe("de");
    expect(await languageOf(page.getByText(/requires the new variable "handbook"/))).toBe("en");
    expect(await languageOf(page.getByText(/"questions" cannot be used/))).toBe("en");
    for (const box of await page.getByRole("checkbox").all()) await box.check();
    await page.getByLabel("Grund").fill("Eilig");
    await page.getByRole("button", { name: /^production auf Version 2/ }).click();
    const dialog = page.getByRole("dialog");
    expect(await languageOf(dialog.getByRole("heading"))).toBe("de");
    expect(await languageOf(dialog.getByText(/^Move support-answer@production/))).toBe("en");
  });

  test("where a draft says what it means", async () => {
    const { page, show } = await openGerman();
    await show("/p/support-answer/2/edit");
    const text = page.getByRole("textbox", { name: "Text", exact: true });
    await text.fill("Answer {{ question }} for {{ someone }}.");
    expect(await languageOf(page.getByText(/requires the new variable "someone"/))).toBe("en");
    await text.fill("{% if x %}never ends");
    expect(await languageOf(page.getByText(/Nothing was registered/))).toBe("en");
  });

  test("where a call fails", async () => {
    const { page, show, takeFaults } = await openGerman();
    await show("/p/support-answer/99");
    const alert = page.getByRole("alert").first();
    expect(await languageOf(alert.locator("strong"))).toBe("de");
    expect(await languageOf(alert.getByText("99"))).toBe("en");
    takeFaults();
  });
});
