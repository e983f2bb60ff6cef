import { AxeBuilder } from "@axe-core/playwright";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { callTool, type ToolOutcome } from "../../support/call-tool.ts";
import { isolated, startHttp } from "../../support/program.ts";
import { ownRegistry } from "./back-end.ts";
import { openBrowserPage } from "./browser.ts";

/** The built program with a registry of its own, and the view in a browser. */
export interface View {
  readonly page: Page;
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** Shows a path below `/ui`, such as `/p/summarize`. @param signedOut without the start token */
  readonly show: (path: string, page?: Page, signedOut?: boolean) => Promise<void>;
  /** Another person's browser, on the same server. */
  readonly another: (options?: BrowserContextOptions) => Promise<Page>;
  /** Calls a tool as an agent does. @throws when it fails */
  readonly call: (tool: string, args?: object) => Promise<ToolOutcome>;
  /**
   * Faults that browsers have reported since the last call: exceptions, refused requests, violations of
   * the policy. A test that expects some takes them.
   */
  readonly takeFaults: () => readonly string[];
}

/**
 * Starts the program and opens the list of prompts. It ends with the test, which fails when the browser
 * has reported a fault.
 */
export async function openView(
  variables: Readonly<Record<string, string>> = {},
  options: BrowserContextOptions = {},
  agentHeaders: Readonly<Record<string, string>> = {},
): Promise<View> {
  const { environment } = isolated({
    ...("MLFLOW_TRACKING_URI" in variables ? {} : await ownRegistry()),
    ...variables,
  });
  const { url, output } = await startHttp(environment);
  const { origin } = new URL(url);
  const token = /#token=(\S+)/.exec(output)?.[1];
  const fragment = token === undefined ? "" : `#token=${token}`;
  const faults: string[] = [];
  const another = async (own: BrowserContextOptions = options) => {
    const opened = await openBrowserPage(own);
    opened.on("pageerror", ({ message }) => faults.push(message));
    opened.on("console", (line) => {
      if (line.type() === "error") faults.push(line.text());
    });
    return opened;
  };
  const page = await another();
  const show = async (path: string, shown = page, signedOut = false) => {
    await shown.goto("about:blank");
    await shown.goto(`${origin}/ui${path}${signedOut ? "" : fragment}`);
    await shown.getByRole("heading", { level: 1 }).waitFor();
  };
  onTestFinished(() => {
    expect(faults).toEqual([]);
  });
  await show("/");
  const call = async (tool: string, args: object = {}) => {
    const client = new Client({ name: "agent", version: "1.0.0" });
    const requestInit = { headers: agentHeaders };
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
    const outcome = await callTool(client, tool, args);
    await client.close();
    if (outcome.isError) throw new Error(outcome.text);
    return outcome;
  };
  return { page, origin, show, another, call, takeFaults: () => faults.splice(0) };
}

/** Takes the refusal that the page of somebody who is not signed in gets; browsers report it later. */
export async function takeRefusal({ takeFaults }: View): Promise<void> {
  const taken: string[] = [];
  await expect
    .poll(() => {
      taken.push(...takeFaults());
      return taken;
    })
    .toEqual([expect.stringContaining("401")]);
}

/**
 * What axe finds against WCAG 2.2 AA and its good practices, one line each.
 * @param frame of the page, in which alone it looks
 */
export async function findBarriers(page: Page, frame?: string): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page })
    .include(frame === undefined ? "html" : [frame, "html"])
    .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
  );
}
