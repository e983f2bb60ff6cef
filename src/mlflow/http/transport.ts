import { setTimeout as pause } from "node:timers/promises";
import { Semaphore } from "../../registry/concurrency/semaphore.ts";
import { withTimeLimit } from "../../registry/concurrency/time-limit.ts";
import { RegistryError } from "../../registry/errors.ts";
import { trimTrailing } from "../../registry/text/trim-end.ts";
import { cancelled, networkFailure, rejected, timedOut } from "../errors/network-failure.ts";
import { ServerName } from "../errors/server-name.ts";
import { CircuitBreaker, type Silence } from "./circuit-breaker.ts";
import { Connections } from "./connections.ts";
import { exchangeOf, type Outcome, type UpstreamExchange } from "./exchange.ts";
import { HealthProbe } from "./health-probe.ts";
import { type HttpAnswer, type HttpCall, isRead, target } from "./http-call.ts";
import type { ProxyOptions } from "./proxy-dispatcher.ts";
import { pauseAfter } from "./retry.ts";
import { type TlsOptions, tlsConnect } from "./tls.ts";

export interface TransportOptions {
  /** `http(s)://host[:port][/prefix]`, without credentials and without a query. */
  readonly baseUrl: string;
  /** An attempt that exceeds this limit is not retried. */
  readonly connectTimeoutMs: number;
  /**
   * Limit of one attempt, from the wait for a free connection to the last byte of the response. No
   * retry begins when this time has passed since the call began, so that a call takes at most
   * twice this time, whatever delay the server asks for.
   */
  readonly requestTimeoutMs: number;
  /** The maximum number of retries of a GET. Writes are never retried. */
  readonly maxRetries: number;
  readonly tls?: TlsOptions;
  readonly proxy?: ProxyOptions;
  readonly userAgent: string;
  /** See `ConnectionsOptions`. The default is 2 s. */
  readonly measureConnectionsAfterMs?: number;
  /** Called at the end of each attempt. */
  readonly observe?: (exchange: UpstreamExchange) => void;
  /** Set when remote callers read the errors: see `ServerName`. */
  readonly report?: (detail: string) => void;
  /** Where callers open MLflow's pages, when it is not `baseUrl`. */
  readonly uiUrl?: string | undefined;
}

/**
 * The concurrency limit. MLflow's throughput stops growing at about 16 concurrent requests (two to
 * four workers, measured on 3.17.2). Calls above the limit wait here instead of in MLflow's queue.
 */
const maxConcurrentCalls = 16;

/** Urgent calls that get a connection at once: health checks, and traces that are being stored. */
const urgentCalls = 5;

/** The HTTP layer that all sessions share: connections, TLS, timeouts, retries. */
export class Transport {
  readonly name: ServerName;
  readonly #options: TransportOptions;
  readonly #prefix: string;
  readonly #connections: Connections;
  /** Not the connections' queue: waiting calls must fail at once when the breaker opens. */
  readonly #slots = new Semaphore(maxConcurrentCalls);
  readonly #prober: HealthProbe;
  readonly #breaker: CircuitBreaker;

  /** Does no network I/O. Throws RegistryError `invalid` for options that cannot work. */
  constructor(options: TransportOptions) {
    const url = baseUrlOf(options.baseUrl);
    const https = url.protocol === "https:";
    const { connectTimeoutMs, requestTimeoutMs, userAgent } = options;
    const reached = {
      origin: url.origin,
      connectTimeoutMs,
      ...(https ? { tls: tlsConnect(options.tls) } : {}),
      ...(options.proxy ? { proxy: options.proxy } : {}),
    };
    this.#prefix = trimTrailing(url.pathname, "/");
    this.name = new ServerName(`${url.origin}${this.#prefix}`, options);
    this.#options = options;
    this.#connections = new Connections({
      ...reached,
      healthPath: `${this.#prefix}/health`,
      most: maxConcurrentCalls + urgentCalls,
      userAgent,
      measureAfterMs: options.measureConnectionsAfterMs ?? 2_000,
    });
    this.#prober = new HealthProbe(`${this.#prefix}/health`, {
      ...reached,
      requestTimeoutMs,
      userAgent,
    });
    this.#breaker = new CircuitBreaker((signal) => this.#prober.answers(signal));
  }

  /** Whether the circuit breaker rejects calls. */
  get isOpen(): boolean {
    return this.#breaker.isOpen;
  }

  /**
   * Resolves with a response of any status. Rejects with `unavailable` or `cancelled`, or with an
   * `UnknownOutcome` for a write that the server may have carried out.
   */
  async send(call: HttpCall): Promise<HttpAnswer> {
    const latest = performance.now() + this.#options.requestTimeoutMs;
    const attempts = isRead(call) && !call.urgent ? 1 + this.#options.maxRetries : 1;
    let outcome = await this.#attempt(call, 0);
    for (let attempt = 1; attempt < attempts; attempt++) {
      const wait = pauseAfter(outcome, attempt - 1);
      if (wait === undefined || performance.now() + wait > latest) break;
      await pause(wait, undefined, { signal: call.signal }).catch(() => this.#checkSignal(call));
      // Other calls opened the breaker meanwhile. This call's own failure says more than a rejection.
      if (this.#breaker.isOpen) break;
      outcome = await this.#attempt(call, attempt);
    }
    if ("failure" in outcome) throw outcome.failure.error;
    return outcome.answer;
  }

  /** Ends all pending requests. */
  close(): void {
    this.#connections.close();
    this.#prober.close();
    this.#breaker.close();
  }

  async #attempt(call: HttpCall, attempt: number): Promise<Outcome> {
    this.#checkSignal(call);
    const begin = performance.now();
    const { requestTimeoutMs } = this.#attempted(call);
    const outcome = await withTimeLimit(requestTimeoutMs, call.signal, (signal) => {
      const run = () => this.#run(call, signal, begin);
      if (call.urgent) return run();
      // The timeout or the caller ended the call before the semaphore admitted it.
      const notAdmitted = (cause: unknown) => this.#failure(call, signal, cause, { sent: false });
      return this.#slots.run(signal, run).catch(notAdmitted);
    });
    this.#options.observe?.(exchangeOf(call, outcome, attempt, begin));
    return outcome;
  }

  /** Informs the breaker of the outcome before the semaphore admits the next call. */
  async #run(call: HttpCall, signal: AbortSignal, begin: number): Promise<Outcome> {
    const outcome = await this.#exchange(call, signal).catch((cause: unknown) =>
      this.#failure(call, signal, cause, { sent: true }),
    );
    if ("answer" in outcome) this.#breaker.answered();
    else if (outcome.failure.silence) this.#recordSilence(call, begin, outcome.failure.silence);
    return outcome;
  }

  /** MLflow may leave only an unverified caller's request unanswered, so a probe decides instead. */
  #recordSilence({ authorization }: HttpCall, begin: number, silence: Silence): void {
    if (authorization?.unverified) void this.#breaker.suspect(begin, silence);
    else this.#breaker.failed(begin, silence);
  }

  async #exchange(call: HttpCall, signal: AbortSignal): Promise<Outcome> {
    const outage = this.#breaker.outage();
    if (outage) return { failure: rejected(this.#attempted(call), outage) };
    const { status, headers, text } = await this.#connections.send({
      method: call.method,
      path: `${this.#prefix}${target(call)}`,
      headers: {
        accept: "application/json",
        "user-agent": this.#options.userAgent,
        ...contentType(call),
        ...(call.authorization ? { authorization: call.authorization.value } : {}),
        ...call.headers,
      },
      ...contentOf(call),
      signal,
    });
    const { location, "retry-after": retryAfter, date } = headers;
    return { answer: { status, text, location, retryAfter, date } };
  }

  #failure(
    call: HttpCall,
    signal: AbortSignal,
    cause: unknown,
    sent: { readonly sent: boolean },
  ): Outcome {
    const attempted = this.#attempted(call);
    if (call.signal?.aborted) return { failure: cancelled(attempted, sent) };
    if (signal.aborted) return { failure: timedOut(attempted, sent) };
    this.name.report((name) => networkFailure(this.#attempted(call, name), cause).error.message);
    return { failure: networkFailure(attempted, cause) };
  }

  #checkSignal(call: HttpCall): void {
    if (call.signal?.aborted) throw cancelled(this.#attempted(call), { sent: false }).error;
  }

  #attempted(call: HttpCall, name = this.name) {
    const { connectTimeoutMs, requestTimeoutMs } = this.#options;
    return { name, connectTimeoutMs, requestTimeoutMs: call.timeoutMs ?? requestTimeoutMs, call };
  }
}

function contentType({ body, bytes }: HttpCall): Readonly<Record<string, string>> {
  if (bytes) return { "content-type": "application/x-protobuf" };
  return body ? { "content-type": "application/json" } : {};
}

function contentOf({ body, bytes }: HttpCall): { readonly body?: string | Buffer } {
  if (bytes) return { body: bytes };
  return body ? { body: JSON.stringify(body) } : {};
}

function baseUrlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fits = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash;
  // The message omits the text, which may contain a password.
  if (fits && !url.username && !url.password) return url;
  throw new RegistryError(
    "invalid",
    "MLFLOW_TRACKING_URI must be http(s)://host[:port][/prefix], without a user, a query or a fragment.",
  );
}
