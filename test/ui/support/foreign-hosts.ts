import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BrowserContextOptions, Frame, Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import { isolated } from "../../support/program.ts";
import { openBrowserPage } from "./browser.ts";

/** A server as hosts are told of it. */
export type Server =
  | { readonly url: string }
  | { readonly command: string; readonly args: readonly string[]; readonly env: object };

const token = "start";

const inspector = ["@modelcontextprotocol/inspector@2.12.0"];
const mcpUse = ["mcp-use@2.5.2", "@mcp-use/inspector@20.3.10"];

/** Downloads the hosts, which may take minutes: longer than a host that starts is waited for. */
export async function downloadHosts(): Promise<void> {
  for (const packages of [inspector, mcpUse]) {
    await promisify(execFile)("npx", npxArguments(packages, ["node", "--version"]), {
      env: npxEnvironment(),
    });
  }
}

/** The official Inspector, which speaks the era that it is told. @returns the view's frame, for `open_prompt` */
export async function openInInspector(
  server: Server,
  prompt: string,
  options: BrowserContextOptions = {},
  era: "legacy" | "modern" = "legacy",
): Promise<Frame> {
  const { home } = isolated();
  const port = await freePort();
  const config = join(home, "servers.json");
  const entry = {
    ...("url" in server ? { type: "streamable-http", ...server } : server),
    protocolEra: era,
  };
  writeFileSync(config, JSON.stringify({ mcpServers: { prompts: entry } }));
  const address = await start(
    inspector,
    ["mcp-inspector", "--web", "--config", config],
    {
      ...{ HOME: home, HOST: "127.0.0.1", CLIENT_PORT: `${port}` },
      MCP_SANDBOX_PORT: `${await freePort()}`,
      MCP_APP_ORIGIN_PORT: `${await freePort()}`,
      ...{ MCP_AUTO_OPEN_ENABLED: "false", MCP_INSPECTOR_API_TOKEN: token },
    },
    new RegExp(`http://[\\w.]+:${port}`),
  );
  const page = await openBrowserPage(options);
  await page.goto(`${address}/?MCP_INSPECTOR_API_TOKEN=${token}`);
  // Its own drawing covers the checkbox.
  await page.locator("[role=switch]").first().dispatchEvent("click");
  await page.locator('[data-testid="connection-status"][data-status="connected"]').waitFor();
  await page.getByText("Apps", { exact: true }).click();
  await page.getByText("Open prompts for the person").click();
  await page.locator('[data-testid="apps-form"] input:not([type=checkbox])').fill(prompt);
  await page.getByTestId("open-app").click();
  await page.locator('[data-app-status="ready"]').waitFor();
  return viewIn(page);
}

/** The inspector of mcp-use, which speaks the era of 2026. @returns the view's frame, for `open_prompt` */
export async function openInMcpUse(
  { url }: { readonly url: string },
  prompt: string,
  options: BrowserContextOptions = {},
): Promise<Frame> {
  const { home } = isolated();
  const address = await start(
    mcpUse,
    ["mcp-inspect", "--url", url, "--port", `${await freePort()}`, "--no-open"],
    { HOME: home },
    /http:\/\/[\w.]+:\d+(?=\/inspector)/,
  );
  const page = await openBrowserPage(options);
  await page.goto(`${address}/inspector?autoConnect=${encodeURIComponent(url)}`);
  await page.getByTestId("tool-item-open_prompt").click();
  await page.getByPlaceholder("Enter prompt").fill(prompt);
  await page.getByTestId("tool-execution-execute-button").click();
  return viewIn(page);
}

/** Runs a published host on Node 22. @returns what its output says of its address */
async function start(
  packages: readonly string[],
  command: readonly string[],
  variables: Readonly<Record<string, string>>,
  said: RegExp,
): Promise<string> {
  const child = spawn("npx", npxArguments(packages, command), {
    env: { ...npxEnvironment(), ...variables },
    // A group of its own: npx passes no SIGKILL on to what it started.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await once(child, "close");
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  return eventually(() => {
    const [address] = said.exec(output) ?? [];
    if (address !== undefined) return address;
    throw new Error(`The host has not said where it is: ${output}`);
  });
}

function npxArguments(packages: readonly string[], command: readonly string[]): string[] {
  return ["-y", ...["node@22", ...packages].flatMap((name) => ["-p", name]), ...command];
}

/** With the cache of this process, whatever home the host gets. */
function npxEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    npm_config_cache: process.env.npm_config_cache ?? join(process.env.HOME ?? "", ".npm"),
    npm_config_legacy_peer_deps: "true",
  };
}

/** The innermost frame, in which the view has shown a page. */
async function viewIn(page: Page): Promise<Frame> {
  return eventually(async () => {
    for (const frame of page.frames().toReversed()) {
      if (frame !== page.mainFrame() && (await frame.locator("main#content h1").count()) > 0)
        return frame;
    }
    throw new Error(`The host shows no view: ${page.frames().map((frame) => frame.url())}`);
  });
}
