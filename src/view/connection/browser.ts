import type { Identity, Needed } from "../sign-in/identity.ts";
import { common } from "../texts/common.ts";
import { CallFailure, type CallOptions, type Connection, OwnFailure } from "./connection.ts";
import { member, progressOf, sentArguments, structuredOf } from "./results.ts";
import type { Answer, Arguments, ToolName } from "./tools.ts";

/** The MCP revision in which every request is complete by itself. */
const revision = "2026-07-28";

/** Asks the person a question of the server. Resolves with null when they close it without an answer. */
export type AskPerson = (message: string) => Promise<boolean | null>;

/** Calls tools by `fetch` to the server that the page comes from (MCP 2026-07-28, Streamable HTTP). */
export class BrowserConnection implements Connection {
  readonly place = "browser";
  readonly #path: string;
  readonly #identity: Identity;
  readonly #ask: AskPerson;
  #lastId = 0;

  /** @param path `/mcp`, or `/mcp/{workspace}` */
  constructor(path: string, identity: Identity, ask: AskPerson) {
    this.#path = path;
    this.#identity = identity;
    this.#ask = ask;
  }

  readonly download = async (name: string, text: string): Promise<boolean> => {
    const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    Object.assign(document.createElement("a"), { href: url, download: name }).click();
    URL.revokeObjectURL(url);
    return true;
  };

  readonly openLink = async (url: string): Promise<void> => {
    window.open(url, "_blank", "noopener,noreferrer");
  };

  async call<Name extends ToolName>(
    tool: Name,
    args: Arguments<Name>,
    options: CallOptions = {},
  ): Promise<Answer<Name>> {
    const params = { name: tool, arguments: sentArguments(args) };
    let result = await this.#requestSignedIn(params, options);
    while (member(result, "resultType") === "input_required") {
      const more = await this.#answersTo(result);
      result = await this.#requestSignedIn({ ...params, ...more }, options);
    }
    // The server's own result, which it makes by the schema that this type comes from.
    return structuredOf(result) as Answer<Name>;
  }

  /** Lets the person sign in where the server asks for it, and calls again. */
  async #requestSignedIn(params: object, options: CallOptions): Promise<unknown> {
    for (;;) {
      try {
        return await this.#request("tools/call", params, options);
      } catch (error) {
        const needed = error instanceof CallFailure ? neededFor(error) : undefined;
        if (!needed || !(await this.#identity.signIn(needed))) throw error;
      }
    }
  }

  /** Puts the server's questions to the person (MCP 2026-07-28, Multi Round-Trip Requests). */
  async #answersTo(result: unknown): Promise<object> {
    const requests = Object.entries(member(result, "inputRequests") ?? {});
    const inputResponses: Record<string, object> = {};
    for (const [key, request] of requests) {
      const message = member(member(request, "params"), "message");
      const answer = await this.#ask(typeof message === "string" ? message : "");
      inputResponses[key] =
        answer === null
          ? { action: "cancel" }
          : answer
            ? { action: "accept", content: { confirm: true } }
            : { action: "decline" };
    }
    const requestState = member(result, "requestState");
    return { inputResponses, ...(requestState === undefined ? {} : { requestState }) };
  }

  async #request(method: string, params: object, { signal, onProgress }: CallOptions) {
    this.#lastId += 1;
    const id = this.#lastId;
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": revision,
      "io.modelcontextprotocol/clientInfo": { name: "mlflow-prompts-view", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } },
      ...(onProgress ? { progressToken: id } : {}),
    };
    const name = member(params, "name");
    const response = await this.#fetch({
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": revision,
        "mcp-method": method,
        ...(typeof name === "string" ? { "mcp-name": name } : {}),
        ...this.#identity.credentials(),
      },
      body: JSON.stringify({ jsonrpc: "2.0", id, method, params: { ...params, _meta } }),
      ...(signal ? { signal } : {}),
    });
    const message = await readMessage(response, (params) => onProgress?.(progressOf(params)));
    const error = member(message, "error");
    if (error === undefined && response.ok) return member(message, "result");
    const text = member(error, "message");
    const { status } = response;
    const refusal = { status, ...missingScope(response) };
    throw typeof text === "string"
      ? new CallFailure(text, {}, refusal)
      : new OwnFailure(common().answered(String(status)), {}, refusal);
  }

  async #fetch(init: RequestInit): Promise<Response> {
    try {
      return await fetch(this.#path, init);
    } catch (error) {
      if (init.signal?.aborted) throw new OwnFailure(common().cancelled);
      throw new OwnFailure(common().unreachable(String(error)));
    }
  }
}

/** The scope that a token lacks (RFC 6750, 3.1). */
function missingScope({ headers }: Response): { readonly scope?: string } {
  const challenge = headers.get("www-authenticate") ?? "";
  if (!challenge.includes('error="insufficient_scope"')) return {};
  const [, scope] = /scope="([^"]{1,100})"/.exec(challenge) ?? [];
  return scope === undefined ? {} : { scope };
}

/** Whether signing in may help. */
function neededFor({ message, refusal }: CallFailure): Needed | undefined {
  if (refusal?.scope !== undefined) return { message, scope: refusal.scope };
  return refusal?.status === 401 ? { message } : undefined;
}

/** The response's message, from JSON or from the events of a stream, whose notifications go to `heard`. */
async function readMessage(response: Response, heard: (params: unknown) => void): Promise<unknown> {
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("text/event-stream") || response.body === null) {
    return parse(await response.text());
  }
  for await (const message of eventsOf(response.body)) {
    if (member(message, "method") === undefined) return message;
    heard(member(message, "params"));
  }
  throw new OwnFailure(common().broke);
}

/** The JSON in the data lines of server-sent events. The server writes each event's data on one line. */
async function* eventsOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<unknown> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = `${rest}${value}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const message = line.startsWith("data:") ? parse(line.slice("data:".length)) : undefined;
      if (message !== undefined) yield message;
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
