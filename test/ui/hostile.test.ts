import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { hostile, openHostile } from "./support/hostile.ts";
import { pages, settled } from "./support/pages.ts";

/** What else people open on a page, that shows more of the registry. */
const further: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  prompt: async (page) => {
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("heading", { name: "Answer", exact: true }).waitFor();
    const chosen = page.getByLabel("Version", { exact: true });
    await chosen.selectOption(`@${hostile}`);
    await page.getByRole("status").getByText("Shown: @").waitFor();
  },
  chat: async (page) => {
    await page.getByRole("button", { name: "Choose a passage" }).click();
    await page.getByLabel("Message", { exact: true }).waitFor();
  },
  edit: async (page) => {
    const text = page.getByRole("textbox", { name: "Text", exact: true });
    await text.fill(`${hostile} {{ question }} ${hostile}`);
    await page.getByRole("button", { name: "Review and save" }).click();
    await page.getByRole("heading", { name: "What you are about to save" }).waitFor();
  },
};

test("a prompt with a hostile text in each of its fields is shown as text on every page", async () => {
  const { page, show, runs } = await openHostile();
  const found: string[] = [];
  page.on("dialog", (dialog) => {
    // The browser's own, about a draft that is left behind.
    if (dialog.type() !== "beforeunload") found.push(`dialog: ${dialog.message()}`);
    void dialog.accept();
  });
  const paths: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.entries(pages).map(([name, { path }]) => [name, path])),
    list: "/?query=hostile&since=%E2%80%AE",
    promote: "/p/hostile/2/promote/production",
    results: `/p/hostile/evaluate?${runs.map((run) => `run=${run}`).join("&")}`,
    chat: "/p/hostile-chat/1",
    "chat edit": "/p/hostile-chat/1/edit",
    "chat compare": "/p/hostile-chat/1...2",
  };
  for (const [name, path] of Object.entries(paths)) {
    await show(path.replace("support-answer", "hostile"));
    await settled(page);
    await further[name]?.(page);
    const named = page.getByText("U+202E").first();
    if (name !== "new") await named.waitFor({ state: "attached" });
    await openDetails(page);
    found.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
  }
  expect(found).toEqual([]);
});

/** Opens all parts that are closed, which may read more. */
async function openDetails(page: Page): Promise<void> {
  await page.locator("details").evaluateAll((all) => {
    for (const one of all) one.setAttribute("open", "");
  });
  await settled(page);
}

/** Characters that nobody sees or that turn the reading direction, and everything that is no text. */
function faultsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const unseen = /[\u202e\u200b\u2066]/;
    // The page's own script and style; and the copy behind a text area, which has its exact text.
    const others = "body > script, head > style, .template-marks, .template-marks *";
    const shown = [...document.querySelectorAll("*")].filter((one) => !one.matches(others));
    const texts = shown.flatMap((one) => {
      const own = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      // What an option stands for is its exact text; people see another.
      const attributes = [...one.attributes].filter(
        ({ name }) => name !== "value" || one.tagName !== "OPTION",
      );
      return [...own, ...attributes].map((node) => [
        `${one.tagName} ${node.nodeName}`,
        node.nodeValue ?? "",
      ]);
    });
    const raw = [["title", document.title], ...texts].filter(([, text = ""]) => unseen.test(text));
    const made = shown.filter(
      (one) =>
        one.matches("img, script, style, iframe, object, embed, [onerror]") ||
        (one instanceof HTMLAnchorElement && !/^https?:$/.test(one.protocol)),
    );
    return [
      ...raw.map(([where, text]) => `${where}: ${JSON.stringify(text)}`),
      ...made.map(({ outerHTML }) => outerHTML.slice(0, 200)),
      ...("ran" in window ? ["a script ran"] : []),
    ];
  });
}
