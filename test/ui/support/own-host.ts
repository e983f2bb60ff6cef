import { createRequire } from "node:module";
import { Validator } from "@cfworker/json-schema";
import type { Client } from "@modelcontextprotocol/client";
import type { BrowserContextOptions, Frame, FrameLocator, Page } from "playwright-core";
import { expect } from "vitest";
import * as z from "zod";
import { callTool, type ToolOutcome } from "../../support/call-tool.ts";
import { openBrowserPage } from "./browser.ts";

const message = z.looseObject({
  id: z.union([z.number(), z.string()]).optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});

/** A JSON-RPC message of the view. */
export type Message = z.infer<typeof message>;

/** Messages of the view, by their method, as MCP Apps 2026-01-26 defines them. */
const definitions: Readonly<Record<string, string>> = {
  "ui/initialize": "McpUiInitializeRequest",
  "ui/open-link": "McpUiOpenLinkRequest",
  "ui/download-file": "McpUiDownloadFileRequest",
  "ui/notifications/initialized": "McpUiInitializedNotification",
  "ui/notifications/size-changed": "McpUiSizeChangedNotification",
};

/** Messages of the view that MCP itself defines. */
const ofProtocol = ["tools/call", "resources/read", "notifications/cancelled"];

const schema = z
  .looseObject({ $defs: z.record(z.string(), z.record(z.string(), z.unknown())) })
  .parse(createRequire(import.meta.url)("@modelcontextprotocol/ext-apps/schema.json"));

/** The policy that hosts must give a view that asks for no origin (MCP Apps, Content Security Policy). */
const policy =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' data:; connect-src 'none'";

export interface HostOptions {
  /** The arguments of `open_prompt`. */
  readonly opens?: Readonly<Record<string, string>>;
  readonly context?: object;
  readonly capabilities?: object;
  /** Sends everything twice, and the result before the answer to `ui/initialize`. */
  readonly untidy?: boolean;
  /** Whether views may read resources, which hosts need not offer. */
  readonly readsResources?: boolean;
  /** The host refuses calls of tools with this message. */
  readonly refuses?: string;
  /** Says that the call was cancelled that opened the view. */
  readonly cancels?: boolean;
  /** Never says what the view was opened for. */
  readonly saysNothing?: boolean;
  /** How the host answers a request of the view otherwise, by its method. */
  readonly answers?: Readonly<Record<string, object>>;
  /** The browser that shows it. */
  readonly browser?: BrowserContextOptions;
  /** What a tool answers otherwise than the server, by its name. */
  readonly otherwise?: Readonly<Record<string, object>>;
}

/** A chat host that shows the view as MCP Apps describes it: in a sandboxed frame of no origin. */
export class OwnHost {
  readonly page: Page;
  readonly view: FrameLocator;
  /** What the view has sent so far. */
  readonly messages: Message[] = [];
  /** What it has sent that MCP Apps does not define, or not so. */
  readonly wrong: string[] = [];
  readonly #client: Client;
  readonly #options: HostOptions;

  private constructor(page: Page, client: Client, options: HostOptions) {
    this.page = page;
    this.view = page.frameLocator("iframe");
    this.#client = client;
    this.#options = options;
  }

  static async open(client: Client, options: HostOptions = {}): Promise<OwnHost> {
    const page = await openBrowserPage(options.browser);
    const host = new OwnHost(page, client, options);
    await page.exposeFunction("fromView", (sent: unknown) => host.#receive(message.parse(sent)));
    const { contents } = await client.readResource({ uri: "ui://mlflow-prompts/view" });
    const html = z.object({ text: z.string() }).parse(contents[0]).text;
    const strict = `<head><meta http-equiv="Content-Security-Policy" content="${policy}">`;
    await page.evaluate(addFrame, html.replace("<head>", strict));
    await host.view.getByRole("heading", { level: 1 }).waitFor();
    return host;
  }

  /** Shows a path below `/ui`, as `open_prompt` would. */
  async show(path: string): Promise<void> {
    const params = { content: [], structuredContent: { path } };
    await this.send({ method: "ui/notifications/tool-result", params });
    // The view takes one message after the other.
    const id = `shown ${path}`;
    await this.send({ id, method: "ping" });
    await expect.poll(() => this.messages.some((one) => one.id === id)).toBe(true);
  }

  /** The frame of the view. */
  frame(): Frame {
    const frame = this.page.frames().at(-1);
    if (frame === undefined) throw new Error("The host shows no view.");
    return frame;
  }

  /** Sends the view a notification or a request. */
  async send(sent: object): Promise<void> {
    for (let times = this.#options.untidy ? 2 : 1; times > 0; times -= 1) {
      await this.page.evaluate(
        (one) => {
          document.querySelector("iframe")?.contentWindow?.postMessage(one, "*");
        },
        { jsonrpc: "2.0", ...sent },
      );
    }
  }

  /** Calls a tool as the host's model does. */
  call(tool: string, args: object): Promise<ToolOutcome> {
    return callTool(this.#client, tool, args);
  }

  /** The tools that it has called so far. */
  called(): readonly unknown[] {
    return this.sent("tools/call").map(({ params }) => params?.name);
  }

  /** The messages of a method so far. */
  sent(method: string): readonly Message[] {
    return this.messages.filter((one) => one.method === method);
  }

  /** The heights that it has asked for. */
  heights(): readonly unknown[] {
    return this.sent("ui/notifications/size-changed").map(({ params }) => params?.height);
  }

  /** Resolves when the view has painted as many frames. */
  async frames(count: number): Promise<void> {
    for (let painted = 0; painted < count; painted += 1) {
      await this.view.locator("html").evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  async #receive(received: Message): Promise<void> {
    this.messages.push(received);
    this.#check(received);
    const { id, method, params } = received;
    if (id === undefined || method === undefined) {
      if (method === "ui/notifications/initialized" && !this.#options.untidy)
        await this.#showResult();
      return;
    }
    if (method === "ui/initialize" && this.#options.untidy) await this.#showResult();
    await this.send({ id, ...(await this.#answer(method, params ?? {})) });
  }

  async #showResult(): Promise<void> {
    const { opens = {}, saysNothing, cancels } = this.#options;
    if (saysNothing) return;
    if (cancels) {
      await this.send({ method: "ui/notifications/tool-cancelled", params: { reason: "stopped" } });
      return;
    }
    const params = await this.#client.callTool({ name: "open_prompt", arguments: opens });
    await this.send({ method: "ui/notifications/tool-result", params });
    await this.send({ method: "ui/notifications/tool-input", params: { arguments: opens } });
  }

  async #answer(method: string, params: Readonly<Record<string, unknown>>): Promise<object> {
    if (method === "ui/initialize") {
      const { context = {}, capabilities = {} } = this.#options;
      return {
        result: {
          protocolVersion: "2026-01-26",
          hostInfo: { name: "own", version: "1" },
          hostCapabilities: { serverTools: {}, ...capabilities },
          hostContext: context,
        },
      };
    }
    const { refuses, answers = {}, otherwise } = this.#options;
    const answer = answers[method];
    if (answer) return answer;
    if (method === "resources/read" && this.#options.readsResources !== false) {
      const { uri } = z.object({ uri: z.string() }).parse(params);
      return { result: await this.#client.readResource({ uri }) };
    }
    if (method !== "tools/call") return { result: {} };
    if (refuses !== undefined) return { error: { code: -32_000, message: refuses } };
    const { name, arguments: given } = z
      .object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) })
      .parse(params);
    const result = await this.#client.callTool({ name, arguments: given });
    const structuredContent = { ...Object(result.structuredContent), ...otherwise?.[name] };
    return { result: { ...result, structuredContent } };
  }

  #check(received: Message): void {
    const { method, params, jsonrpc } = received;
    if (jsonrpc !== "2.0") this.wrong.push("A message is not JSON-RPC 2.0.");
    if (method === undefined || ofProtocol.includes(method)) return;
    const defined = schema.$defs[definitions[method] ?? ""];
    if (defined === undefined) {
      this.wrong.push(`MCP Apps does not define ${method}.`);
      return;
    }
    const { valid, errors } = new Validator(defined, "2020-12").validate({ method, params });
    if (!valid) this.wrong.push(`${method}: ${errors.map(({ error }) => error).join(" ")}`);
  }
}

/** Runs in the host's page. */
function addFrame(html: string): void {
  const frame = document.createElement("iframe");
  frame.title = "View";
  frame.sandbox.add("allow-scripts");
  frame.style.width = "100%";
  frame.style.height = "90vh";
  window.addEventListener("message", ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    (window as unknown as { fromView(sent: unknown): void }).fromView(data);
  });
  frame.srcdoc = html;
  document.body.style.margin = "0";
  const chat = document.createElement("input");
  chat.ariaLabel = "Message";
  document.body.append(frame, chat);
}
