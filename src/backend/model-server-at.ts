import type { ModelServerConfig } from "../config/models-config.ts";
import { userAgent } from "../config/version.ts";
import { HttpClient } from "../mlflow/http/http-client.ts";
import type { ModelServer } from "../models/model-server.ts";

const connectTimeoutMs = 5_000;

/** The OpenAI-compatible API that the operator configured. It opens no connection. */
export function modelServerAt(
  { url, apiKey, proxy }: ModelServerConfig,
  maxConnections: number,
): ModelServer & { close(): void } {
  const { origin, protocol, pathname } = new URL(url);
  const client = new HttpClient({
    origin,
    connectTimeoutMs,
    most: maxConnections,
    reuse: protocol === "https:",
    ...(proxy ? { proxy } : {}),
  });
  return {
    name: "the model server",
    isGateway: false,
    apiUrl: url,
    send: (body, signal) =>
      client.send({
        method: "POST",
        path: `${pathname === "/" ? "" : pathname}/chat/completions`,
        headers: {
          accept: "application/json",
          "content-type": "application/json",
          "user-agent": userAgent,
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        body,
        signal,
      }),
    redact: (text) => (apiKey === undefined ? text : text.replaceAll(apiKey, "[key]")),
    close: () => client.close(),
  };
}
