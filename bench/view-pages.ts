import { once } from "node:events";
import { createServer } from "node:http";
import type { Browser } from "playwright-core";
import { promptName } from "./prompts.ts";

/** What a browser measured of a page. */
export interface Shown {
  /** From the navigation to the first contentful paint, milliseconds. */
  readonly paint: number;
  /** Running scripts until the list is there, milliseconds. */
  readonly script: number;
}

/** Debian's chromium. playwright-core cannot be bundled, so it is found at run time. */
export async function openBrowser(): Promise<Browser> {
  const name: string = "playwright-core";
  const { chromium }: typeof import("playwright-core") = await import(name);
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
}

/** Shows a page in a fresh context until the first prompt is there. */
export async function show(browser: Browser, url: string): Promise<Shown> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  await page.goto(url);
  await page
    .getByRole("link", { name: promptName(0) })
    .first()
    .waitFor();
  // The browser reports a paint some frames later.
  let paint: number | undefined;
  while (paint === undefined) {
    paint = await page.evaluate(
      () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    );
  }
  const { metrics } = await session.send("Performance.getMetrics");
  const seconds = metrics.find(({ name }) => name === "ScriptDuration")?.value;
  if (seconds === undefined) throw new Error("The browser does not say how long scripts ran.");
  await context.close();
  return { paint, script: seconds * 1_000 };
}

/** The least that shows a list: its names as links, in a page without script and style. */
export async function servePlainList(prompts: number) {
  const links = Array.from(
    { length: prompts },
    (_, index) => `<li><a href="/">${promptName(index)}</a></li>`,
  );
  const html = `<!doctype html><title>Prompts</title><ul>${links.join("\n")}</ul>`;
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(html);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("There is no port.");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close() {
      server.closeAllConnections();
      server.close();
      return once(server, "close");
    },
  };
}
