import { common } from "../texts/common.ts";
import {
  CallFailure,
  type CallOptions,
  type Connection,
  OwnFailure,
  type Progress,
} from "./connection.ts";
import { member, progressOf, sentArguments, structuredOf } from "./results.ts";
import type { Answer, Arguments, ToolName } from "./tools.ts";

/** The revision of MCP Apps that the view speaks. */
const revision = "2026-01-26";

/** What the view hears from its host. Hosts may repeat everything, in any order. */
export interface HostEvents {
  /** The host's context: theme, locale, style variables. Later ones have only what changed. */
  readonly onContext: (context: unknown) => void;
  /** The structured content of the call that opened the view. */
  readonly onResult: (structured: unknown) => void;
  /** That call was cancelled: no result comes. */
  readonly onCancelled: () => void;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (failure: CallFailure) => void;
  readonly onProgress?: (progress: Progress) => void;
}

/** The view's side of MCP Apps: JSON-RPC by `postMessage` to the window that shows it. */
export class HostConnection implements Connection {
  readonly place = "host";
  openLink: ((url: string) => Promise<void>) | undefined;
  download: ((name: string, text: string) => Promise<boolean>) | undefined;
  readonly #events: HostEvents;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(events: HostEvents) {
    this.#events = events;
    window.addEventListener("message", ({ source, data }) => {
      if (source === window.parent) this.#receive(data);
    });
  }

  /** Greets the host, which shows the view only then. */
  async open(): Promise<void> {
    const answer = await this.#request("ui/initialize", {
      protocolVersion: revision,
      appInfo: { name: "mlflow-prompts-mcp", version: "1" },
      appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
    });
    const capabilities = member(answer, "hostCapabilities");
    if (member(capabilities, "openLinks") !== undefined) {
      this.openLink = (url) => this.#openLink(url);
    }
    if (member(capabilities, "downloadFile") !== undefined) {
      this.download = (name, text) => this.#download(name, text);
    }
    this.#events.onContext(member(answer, "hostContext"));
    this.#notify("ui/notifications/initialized", {});
    this.#reportSize();
  }

  async call<Name extends ToolName>(
    tool: Name,
    args: Arguments<Name>,
    { signal, onProgress }: CallOptions = {},
  ): Promise<Answer<Name>> {
    const params = { name: tool, arguments: sentArguments(args) };
    const result = await this.#request("tools/call", params, { signal, onProgress });
    // The server's own result, which it makes by the schema that this type comes from.
    return structuredOf(result) as Answer<Name>;
  }

  /** The texts of a language, as JSON; "" where the host has none. @throws CallFailure where it reads no resources */
  async readTexts(language: string): Promise<string> {
    const uri = `ui://mlflow-prompts/texts/${language}`;
    const [content] = [member(await this.#request("resources/read", { uri }), "contents")].flat();
    const text = member(content, "text");
    return typeof text === "string" ? text : "";
  }

  async #openLink(url: string): Promise<void> {
    const result = await this.#request("ui/open-link", { url });
    if (member(result, "isError") === true) throw new OwnFailure(common().refused);
  }

  async #download(name: string, text: string): Promise<boolean> {
    const resource = { uri: `file:///${name}`, mimeType: "text/csv", text };
    const contents = [{ type: "resource", resource }];
    const refused = { isError: true };
    const result = await this.#request("ui/download-file", { contents }).catch(() => refused);
    return member(result, "isError") !== true;
  }

  #request(method: string, params: object, options: CallOptions = {}): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const { signal, onProgress } = options;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, ...(onProgress ? { onProgress } : {}) });
      signal?.addEventListener("abort", () => {
        this.#notify("notifications/cancelled", { requestId: id });
        this.#settle(id)?.reject(new OwnFailure(common().cancelled));
      });
      const meta = onProgress ? { _meta: { progressToken: id } } : {};
      this.#post({ id, method, params: { ...params, ...meta } });
    });
  }

  #receive(message: unknown): void {
    const id = member(message, "id");
    const method = member(message, "method");
    if (typeof method === "string") this.#hear(method, id, member(message, "params"));
    else if (typeof id === "number") this.#answer(id, message);
  }

  #hear(method: string, id: unknown, params: unknown): void {
    if (method === "ui/notifications/tool-result") {
      this.#events.onResult(member(params, "structuredContent"));
    } else if (method === "ui/notifications/tool-cancelled") {
      this.#events.onCancelled();
    } else if (method === "ui/notifications/host-context-changed") {
      this.#events.onContext(params);
    } else if (method === "notifications/progress") {
      this.#progress(params);
    } else if (id !== undefined && (method === "ping" || method === "ui/resource-teardown")) {
      this.#post({ id, result: {} });
    } else if (id !== undefined) {
      this.#post({ id, error: { code: -32_601, message: `${method} is not supported` } });
    }
  }

  #progress(params: unknown): void {
    const token = member(params, "progressToken");
    if (typeof token === "number") this.#waiting.get(token)?.onProgress?.(progressOf(params));
  }

  #answer(id: number, message: unknown): void {
    const error = member(message, "error");
    const waiting = this.#settle(id);
    if (error === undefined) {
      waiting?.resolve(member(message, "result"));
      return;
    }
    const text = member(error, "message");
    waiting?.reject(
      typeof text === "string" ? new CallFailure(text) : new OwnFailure(common().refused),
    );
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #notify(method: string, params: object): void {
    this.#post({ method, params });
  }

  #post(message: object): void {
    // The frame's host is unknown; nothing here is secret.
    window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  }

  /** Once a frame and only when it changed: a host that follows it resizes the document again. */
  #reportSize(): void {
    let reported = 0;
    let pending = false;
    const report = () => {
      pending = false;
      const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
      if (height === reported) return;
      reported = height;
      this.#notify("ui/notifications/size-changed", { width: window.innerWidth, height });
    };
    new ResizeObserver(() => {
      if (pending) return;
      pending = true;
      requestAnimationFrame(report);
    }).observe(document.documentElement);
  }
}
