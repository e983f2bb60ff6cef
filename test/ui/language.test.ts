import type { Locator, Route } from "playwright-core";
import { describe, expect, test } from "vitest";
import { fakeModel } from "../support/fake-model.ts";
import { openPages } from "./support/seed-pages.ts";
import { startSigningIssuer } from "./support/signing-issuer.ts";
import { openView } from "./support/view.ts";

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

  test("where somebody may not approve, and where JSON cannot be read", async () => {
    const { page, show } = await openGerman();
    await show("/p/support-answer/2");
    expect(await languageOf(page.getByText(/^A review needs the name of a person/))).toBe("en");
    await show("/p/support-answer/2/edit");
    await page.getByText("Modelleinstellungen", { exact: true }).click();
    await page.getByLabel("Alle Einstellungen als JSON").fill("{");
    const problem = page.getByRole("alert").filter({ hasText: "Das ist kein JSON-Objekt:" });
    expect(await languageOf(problem)).toBe("de");
    expect(await languageOf(problem.getByText(/JSON at/))).toBe("en");
  });

  test("where an evaluation ends with notes", async () => {
    const { url } = await fakeModel(() => "{}");
    const { page, show } = await openView(
      {
        ...{ MLFLOW_PROMPTS_MODEL_URL: url, MLFLOW_PROMPTS_MODELS: "chat" },
        MLFLOW_PROMPTS_READ_ONLY: "true",
      },
      { locale: "de-DE" },
    );
    await show("/p/review-code/evaluate?version=1");
    const rows = [{ inputs: { language: "TypeScript", code: "x" } }];
    await page.getByRole("textbox", { name: "Zeilen", exact: true }).fill(JSON.stringify(rows));
    await page.getByRole("checkbox", { name: "Ist gültiges JSON" }).check();
    await page.getByRole("combobox", { name: "Modell", exact: true }).selectOption("chat");
    await page.getByRole("button", { name: "Starten" }).click();
    const said = page.getByRole("status").filter({ hasText: "Die Auswertung ist fertig." });
    expect(await languageOf(said)).toBe("de");
    expect(await languageOf(said.getByText(/Nothing was stored/))).toBe("en");
  });
});

describe("in a German view, its own words are German", () => {
  test.each([
    [(route: Route) => route.abort(), "Der Server ist nicht erreichbar"],
    [(route: Route) => route.fulfill({ status: 500 }), "Der Server hat mit 500 geantwortet."],
    [
      (route: Route) => route.fulfill({ contentType: "text/event-stream", body: "" }),
      "Die Verbindung zum Server ist abgebrochen.",
    ],
    [
      (route: Route) => route.fulfill({ json: { result: { isError: true } } }),
      "Das hat nicht geklappt",
    ],
  ])("where a call fails: %$", async (fail, says) => {
    const { page, show, takeFaults } = await openView({}, { locale: "de-DE" });
    await page.route("**/mcp", fail);
    await show("/");
    expect(await languageOf(page.getByRole("alert").locator("p").getByText(says))).toBe("de");
    takeFaults();
  });

  test("where signing in fails", async () => {
    const signing = await startSigningIssuer();
    signing.refuses = "access_denied";
    const variables = {
      MLFLOW_PROMPTS_AUTH: "oauth",
      MLFLOW_PROMPTS_OAUTH_ISSUER: signing.issuer.url.href,
      MLFLOW_PROMPTS_UI_CLIENT_ID: "the-page",
    };
    const { page, takeFaults } = await openView(variables, { locale: "de-DE" });
    await page.getByRole("button", { name: "Auf der Seite der Organisation anmelden" }).click();
    const said = page.getByText("Die Anmeldung wurde abgelehnt: access_denied.");
    expect(await languageOf(said)).toBe("de");
    takeFaults();
  });

  test("where versions differ in what is known of a variable", async () => {
    const { page, show, call } = await openView({}, { locale: "de-DE" });
    const question = { name: "ask", template: "{{ question }}" };
    const first = { description: "Old", default: "1", enum: ["1", "2"] };
    await call("register_prompt", { ...question, arguments: { question: first } });
    const second = { description: "New", default: "2", enum: ["2"], type: "number" };
    const changes = { base_version: 1, allow_breaking: true };
    await call("register_prompt", { ...question, ...changes, arguments: { question: second } });
    await show("/p/ask/1...2");
    const row = page.getByRole("row", { name: /^question/ });
    for (const name of ["Was es ist", "Standardwert", "Erlaubte Werte", "Typ"]) {
      await row.getByText(`${name}:`).waitFor();
    }
    await row.getByText(/Zahl$/).waitFor();
    await show("/p/ask/2");
    await page.getByText("Typ: Zahl", { exact: true }).waitFor();
  });
});
