import { Pool } from "undici";
import { checkList, resultOf } from "./answers.ts";
import { connections } from "./load.ts";
import { values } from "./prompts.ts";

const revision = "2026-07-28";

/** What each request of that revision contains about its client, instead of a handshake. */
const meta = {
  "io.modelcontextprotocol/protocolVersion": revision,
  "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** Gets and lists prompts over HTTP with kept connections, as a client of revision 2026-07-28. */
export class ModernClient {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #headers: Readonly<Record<string, string>>;
  /** The last successful response by prompt; that of lists has the key "". */
  readonly #checked = new Map<string, string>();

  /** @param headers sent with each request */
  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    const { origin, pathname } = new URL(url);
    this.#pool = new Pool(origin, { connections, pipelining: 1 });
    this.#path = pathname;
    this.#headers = headers;
  }

  async getPrompt(name: string, workspace?: string): Promise<void> {
    const headers = {
      "mcp-name": name,
      ...(workspace === undefined ? {} : { "x-mlflow-workspace": workspace }),
    };
    const text = await this.#call("prompts/get", { name, arguments: values }, headers);
    this.#checkOnce(name, text, () => resultOf(text));
  }

  /** @param count as many as there are */
  async listPrompts(count: number): Promise<void> {
    const text = await this.#call("prompts/list", {});
    this.#checkOnce("", text, () => checkList(text, count));
  }

  /** Parsing the same answer again would cost this process as much as the server takes for it. */
  #checkOnce(prompt: string, text: string, check: () => void): void {
    if (this.#checked.get(prompt) === text) return;
    check();
    this.#checked.set(prompt, text);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #call(
    method: string,
    params: Readonly<Record<string, unknown>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { statusCode, body } = await this.#pool.request({
      method: "POST",
      path: this.#path,
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": revision,
        "mcp-method": method,
        ...this.#headers,
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: meta } }),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`The server answered ${statusCode}: ${text}`);
    return text;
  }
}
