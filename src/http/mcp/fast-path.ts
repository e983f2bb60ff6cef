import type { IncomingMessage, ServerResponse } from "node:http";
import { ProtocolErrorCode } from "@modelcontextprotocol/server";
import type { RegistryError } from "../../registry/errors.ts";
import { FastPath, isFastMethod, modernRevision, toFastRequest } from "../../server/fast-path.ts";
import {
  Cancellation,
  type FastRequest,
  type FastResponse,
  type FastServer,
} from "../../server/fast-server.ts";
import type { Session } from "../../session/session.ts";
import { refusalOf } from "../auth/registry-refusal.ts";

/**
 * The HTTP request as a request for the fast path: of 2026-07-28, with headers that match the body.
 * Undefined for every other, which the SDK serves. A 2025-era response is an event of a session's
 * stream, which the SDK stores for replay, so those requests stay with the SDK.
 */
export function fastRequestOf(
  { method: httpMethod, headers }: IncomingMessage,
  body: unknown,
): FastRequest | undefined {
  const { "mcp-protocol-version": version, "mcp-method": method, "mcp-name": name } = headers;
  if (httpMethod !== "POST" || version !== modernRevision || !isFastMethod(method)) return;
  const request = toFastRequest(body, "modern");
  if (request?.message.method !== method) return;
  if (method === "prompts/get" && !isSameName(name, request.message.params?.name)) return;
  return request;
}

/** False for a name that came encoded, as `=?base64?...?=`: the SDK decodes it. */
function isSameName(header: unknown, name: unknown): boolean {
  return typeof header === "string" && header === name && !header.startsWith("=?");
}

export interface HttpFastPathOptions {
  readonly server: FastServer;
  /** The WWW-Authenticate header of a 401 that MLflow caused. */
  readonly challenge?: string;
}

/** Writes responses of the fast path to HTTP as `McpEndpoint` does, after all checks of a request. */
export class HttpFastPath {
  readonly #options: HttpFastPathOptions;
  readonly #path = new FastPath();

  constructor(options: HttpFastPathOptions) {
    this.#options = options;
  }

  /**
   * Writes the response.
   * @returns the outcome for the metrics: `ok`, the kind of a registry error, or an HTTP status
   */
  async respond(request: FastRequest, session: Session, response: ServerResponse): Promise<string> {
    let failure: RegistryError | undefined;
    const failed = (error: RegistryError) => {
      session.failed?.(error, undefined);
      failure = error;
    };
    const { server, challenge } = this.#options;
    const answer = await this.#untilClosed(response, (cancellation) =>
      this.#path.respond(server, request, cancellation, { ...session, failed }),
    );
    if (answer === undefined) return send(response, 499, {});
    const refusal = failure && refusalOf(failure, challenge);
    const status = refusal?.status ?? statusOf(answer);
    const outcome = send(response, status, refusal?.headers ?? {}, answer.parts);
    return failure?.kind ?? outcome;
  }

  /** Cancels the requests in flight. */
  close(): void {
    this.#path.close();
  }

  /** Cancels the request when the client disconnects. */
  async #untilClosed<T>(
    response: ServerResponse,
    respond: (cancellation: Cancellation) => Promise<T>,
  ): Promise<T> {
    const cancellation = new Cancellation();
    const onClose = () => cancellation.cancel();
    response.once("close", onClose);
    try {
      return await respond(cancellation);
    } finally {
      response.off("close", onClose);
    }
  }
}

/** The one error of handlers that has a status (MCP 2026-07-28, Transports). */
function statusOf({ code }: FastResponse): number {
  return code === ProtocolErrorCode.MissingRequiredClientCapability ? 400 : 200;
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  parts?: FastResponse["parts"],
): string {
  response.statusCode = status;
  if (parts !== undefined) response.setHeader("content-type", "application/json");
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const [text, page, rest = ""] = parts ?? [];
  if (text === undefined || page === undefined) {
    response.end(text);
  } else {
    const length = Buffer.byteLength(text) + page.length + Buffer.byteLength(rest);
    response.setHeader("content-length", length);
    response.write(text);
    response.write(page);
    response.end(rest);
  }
  return status === 200 ? "ok" : String(status);
}
