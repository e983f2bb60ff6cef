import OpenAI from "openai";
import * as z from "zod";
import { plainJsonOrUndefined, stringifyJson } from "../registry/json.ts";
import type { ModelRequest } from "./model-client.ts";
import type { ModelResponse, ModelServer } from "./model-server.ts";

/** The caller's signal ends a request, so the library's own limit must not. */
const noTimeout = 2 ** 31 - 1;

/**
 * Sends one request, without a retry. Resolves with the body of the answer, which is not checked.
 * Rejects with an error of the library, or a SyntaxError for an answer that is no JSON.
 */
export function sendChatCompletion(
  server: ModelServer,
  { model, messages, parameters }: ModelRequest,
  signal: AbortSignal,
): Promise<unknown> {
  const client = new OpenAI({
    // The server adds the credential. The other fields keep the library from reading the environment.
    apiKey: "added later",
    adminAPIKey: null,
    baseURL: "http://model.invalid",
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: "off",
    maxRetries: 0,
    timeout: noTimeout,
    fetch: async (_url, init) => {
      const body = typeof init?.body === "string" ? init.body : "";
      return toFetchResponse(await server.send(body, init?.signal ?? signal));
    },
  });
  return client.post("/chat/completions", {
    // A text, because the library would not keep the spelling of numbers.
    body: stringifyJson({ ...parameters, model, messages }),
    headers: { "content-type": "application/json" },
    signal,
  });
}

/** Responses with these statuses have no body. */
const withoutBody = new Set([204, 205, 304]);

function toFetchResponse({ status, headers, text }: ModelResponse): Response {
  const retryAfter = headers["retry-after"];
  return new Response(withoutBody.has(status) ? null : inOpenAiShape(status, text), {
    status,
    headers: {
      // Some servers send JSON as text.
      "content-type": "application/json",
      ...(typeof retryAfter === "string" ? { "retry-after": retryAfter } : {}),
    },
  });
}

const gatewayError = z.object({
  error: z.undefined().optional(),
  detail: z.union([
    z.string(),
    z.object({ error_code: z.string(), message: z.string() }),
    z.array(z.unknown()),
  ]),
});

/** MLflow's AI Gateway has its own shape of errors, of which the library would keep only the status. */
function inOpenAiShape(status: number, text: string): string {
  if (status < 400) return text;
  const failed = gatewayError.safeParse(plainJsonOrUndefined(text));
  if (!failed.success) return text;
  const { detail } = failed.data;
  if (typeof detail === "string") return JSON.stringify({ error: { message: detail } });
  const error = Array.isArray(detail)
    ? { message: JSON.stringify(detail) }
    : { message: detail.message, code: detail.error_code };
  return JSON.stringify({ error });
}
