import { setMaxListeners } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { type Dispatcher, Pool } from "undici";
import { RegistryError } from "../registry/errors.ts";
import { settingAdvice } from "./advice.ts";
import { connector } from "./connect.ts";
import { type HttpAnswer, type HttpCall, outcomeUnknown, shown, target } from "./http-call.ts";
import { type NetworkFailure, networkFailure } from "./network-failure.ts";
import { type TlsOptions, tlsConnect } from "./tls.ts";

export interface TransportOptions {
  /** `http(s)://host[:port][/prefix]`, without credentials and without a query. */
  readonly baseUrl: string;
  readonly connectTimeoutMs: number;
  /**
   * One attempt, from asking to the last byte of the answer, waiting for a free connection
   * included. No further attempt begins when as much has passed since the call began, so that a
   * call takes twice as long at most, whatever pauses the server asks for.
   */
  readonly requestTimeoutMs: number;
  /** How many times a GET is tried again. Writes never are. */
  readonly maxRetries: number;
  readonly tls?: TlsOptions;
  readonly userAgent: string;
}

type Outcome = { readonly answer: HttpAnswer } | { readonly failure: NetworkFailure };

/**
 * What MLflow's own client repeats (3.17, `mlflow/utils/request_utils.py`). 500 is among it for a
 * reason: the server answers one of several parallel searches now and then with an HTML 500.
 */
const retriedStatus = new Set([408, 429, 500, 502, 503, 504]);

/**
 * At most this many connections. MLflow's throughput stops growing at about 16 requests at a time
 * (two to four workers, measured on 3.17.2); what is above waits here instead of in its queue.
 */
const connections = 16;

/** The HTTP that all sessions share: connections, TLS, time limits, retries. Knows no MLflow. */
export class Transport {
  readonly baseUrl: string;
  readonly #options: TransportOptions;
  readonly #pool: Pool;
  readonly #prefix: string;

  /** Does no network I/O. Throws RegistryError `invalid` for options that cannot work. */
  constructor(options: TransportOptions) {
    const url = baseUrlOf(options.baseUrl);
    const https = url.protocol === "https:";
    this.#prefix = url.pathname.replace(/\/+$/, "");
    this.baseUrl = `${url.origin}${this.#prefix}`;
    this.#options = options;
    this.#pool = new Pool(url.origin, {
      connections,
      // On a kept plain connection each answer of MLflow's server waits 40 ms for a delayed ACK
      // when it has more than one worker, its default (3.17.2: 48 ms against 8 on a fresh one), so
      // plain http says `connection: close`. Over https a handshake costs more than that.
      pipelining: https ? 1 : 0,
      // The time limit is kept here, over queue, headers and body together.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: connector(options.connectTimeoutMs, https ? tlsConnect(options.tls) : {}),
    });
  }

  /** Resolves with an answer of any status. Rejects with `unavailable` or `cancelled`. */
  async send(call: HttpCall): Promise<HttpAnswer> {
    const latest = performance.now() + this.#options.requestTimeoutMs;
    const retries = call.method === "GET" ? this.#options.maxRetries : 0;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(call);
      const wait = attempt < retries ? this.#pauseAfter(outcome, attempt) : undefined;
      if (wait === undefined || performance.now() + wait > latest) {
        if ("failure" in outcome) throw outcome.failure.error;
        return outcome.answer;
      }
      await pause(wait, undefined, { signal: call.signal }).catch(() => this.#checkSignal(call));
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #attempt(call: HttpCall): Promise<Outcome> {
    this.#checkSignal(call);
    // Not AbortSignal.any: it would hang on a caller's long-lived signal for as long as that lives.
    const controller = new AbortController();
    const abort = () => controller.abort();
    const timer = setTimeout(abort, this.#options.requestTimeoutMs);
    // Many requests may wait for one caller at a time, which Node takes for a leak from the 11th on.
    if (call.signal) setMaxListeners(0, call.signal);
    call.signal?.addEventListener("abort", abort, { once: true });
    try {
      return { answer: await this.#exchange(call, controller.signal) };
    } catch (cause) {
      this.#checkSignal(call);
      if (controller.signal.aborted) throw this.#timedOut(call);
      const { baseUrl } = this;
      const { connectTimeoutMs } = this.#options;
      return { failure: networkFailure(cause, { baseUrl, connectTimeoutMs, call }) };
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener("abort", abort);
    }
  }

  async #exchange(call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
    const { statusCode, headers, body } = await this.#pool.request({
      method: call.method,
      path: `${this.#prefix}${target(call)}`,
      headers: {
        accept: "application/json",
        "user-agent": this.#options.userAgent,
        ...(call.body ? { "content-type": "application/json" } : {}),
        ...(call.authorization ? { authorization: call.authorization.value } : {}),
        ...call.headers,
      },
      body: call.body ? JSON.stringify(call.body) : null,
      signal,
    });
    return {
      status: statusCode,
      text: await body.text(),
      location: single(headers.location),
      retryAfter: single(headers["retry-after"]),
    };
  }

  /** Milliseconds to wait before the next attempt, or undefined when there should be none. */
  #pauseAfter(outcome: Outcome, attempt: number): number | undefined {
    const backoff = 100 * 2 ** attempt * (0.5 + Math.random() / 2);
    if ("failure" in outcome) return outcome.failure.transient ? backoff : undefined;
    const { status, retryAfter } = outcome.answer;
    if (!retriedStatus.has(status)) return undefined;
    return retryAfter === undefined ? backoff : Math.max(retryAfterMs(retryAfter), backoff);
  }

  #checkSignal(call: HttpCall): void {
    if (!call.signal?.aborted) return;
    throw new RegistryError(
      "cancelled",
      `${shown(this.baseUrl, call)} was given up by its caller.${outcomeUnknown(call)}`,
      {},
      { cause: call.signal.reason },
    );
  }

  #timedOut(call: HttpCall): RegistryError {
    return new RegistryError(
      "unavailable",
      `${shown(this.baseUrl, call)} was not answered within ${this.#options.requestTimeoutMs} ms.${outcomeUnknown(call)} ${settingAdvice(call, "set MLFLOW_HTTP_REQUEST_TIMEOUT (seconds) to wait longer")}`,
    );
  }
}

function baseUrlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fits = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash;
  // The text is not repeated: it may hold a password.
  if (fits && !url.username && !url.password) return url;
  throw new RegistryError(
    "invalid",
    "MLFLOW_TRACKING_URI must be http(s)://host[:port][/prefix], without a user, a query or a fragment.",
  );
}

function single(header: Dispatcher.ResponseData["headers"][string]): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Seconds or a date (RFC 9110, 10.2.3), as milliseconds from now; 0 when it is neither. */
function retryAfterMs(header: string): number {
  const ms = /^\d+$/.test(header) ? 1_000 * Number(header) : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}
