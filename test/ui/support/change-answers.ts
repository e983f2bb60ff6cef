import type { Page } from "playwright-core";

/** Changes the text of a tool's answers to a page, such as to let a server say what a small one does not. */
export async function changeAnswers(
  page: Page,
  tool: string,
  change: (text: string) => string,
): Promise<void> {
  await page.route("**/mcp", async (route) => {
    const asked = route.request().postData() ?? "";
    if (!asked.includes(`"name":"${tool}"`)) return route.fallback();
    const response = await route.fetch();
    await route.fulfill({ response, body: change(await response.text()) });
  });
}
