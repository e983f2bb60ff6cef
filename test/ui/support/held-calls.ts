import type { Page } from "playwright-core";

/** Calls of a tool that wait on their way to the server, its dry runs excepted. */
export interface HeldCalls {
  /** How many the page has made. */
  readonly count: () => number;
  readonly release: () => void;
}

export async function holdCalls(page: Page, tool: string): Promise<HeldCalls> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let count = 0;
  await page.route("**/mcp", async (route) => {
    const body = route.request().postData() ?? "";
    if (body.includes(`"${tool}"`) && !body.includes('"dry_run":true')) {
      count += 1;
      await released;
    }
    await route.continue();
  });
  return { count: () => count, release };
}
