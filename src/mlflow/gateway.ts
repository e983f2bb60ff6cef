import { trimTrailing } from "../registry/text/trim-end.ts";
import type { MlflowApi } from "./api.ts";
import { HttpClient, type Received } from "./http/http-client.ts";
import { tlsConnect } from "./http/tls.ts";
import type { TransportOptions } from "./http/transport.ts";

/** Connections beside those of the registry: a model answers in seconds and must not delay it. */
const maxConnections = 64;

/**
 * MLflow's AI Gateway (3.10 and newer) at the same server, through the same proxy and TLS settings.
 * Its limits are those of the caller: a circuit breaker for the registry must not open when a model is
 * slow.
 */
export class Gateway {
  readonly #client: HttpClient;
  readonly #path: string;
  readonly #userAgent: string;

  /** Opens no connection. */
  constructor({ baseUrl, connectTimeoutMs, tls, proxy, userAgent }: TransportOptions) {
    const url = new URL(baseUrl);
    const https = url.protocol === "https:";
    this.#path = `${trimTrailing(url.pathname, "/")}/gateway/mlflow/v1/chat/completions`;
    this.#userAgent = userAgent;
    this.#client = new HttpClient({
      origin: url.origin,
      connectTimeoutMs,
      most: maxConnections,
      reuse: https,
      ...(https ? { tls: tlsConnect(tls) } : {}),
      ...(proxy ? { proxy } : {}),
    });
  }

  /**
   * Sends a chat completion as the caller. Rejects as `HttpClient.send` does, and with a RegistryError
   * for a workspace that cannot be used.
   */
  async send(api: MlflowApi, body: string, signal: AbortSignal): Promise<Received> {
    return this.#client.send({
      method: "POST",
      path: this.#path,
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        "user-agent": this.#userAgent,
        ...(await api.callerHeaders({ signal })),
      },
      body,
      signal,
    });
  }

  /** Ends all pending requests. */
  close(): void {
    this.#client.close();
  }
}
