import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, onTestFinished } from "vitest";

let browser: Promise<Browser> | undefined;

/** One browser for the tests of a file. */
function sharedBrowser(): Promise<Browser> {
  browser ??= chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  return browser;
}

afterAll(async () => {
  await (await browser)?.close();
  browser = undefined;
});

/** A page in a context of its own, which ends with the test. */
export async function openBrowserPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await (await sharedBrowser()).newContext(options);
  onTestFinished(() => context.close());
  return context.newPage();
}
