import { RegistryError } from "../../registry/errors.ts";
import { acceptedEncoding, mostAnswerBytes } from "../http/answer-body.ts";
import type { Outage, Silence } from "../http/circuit-breaker.ts";
import { ProxyError } from "../http/connection-error.ts";
import { type HttpCall, isRead } from "../http/http-call.ts";
import { AnswerTooLarge } from "../reads/split-request.ts";
import { settingAdvice, settingTodo } from "./advice.ts";
import { certificateFault } from "./certificate-fault.ts";
import type { ServerName } from "./server-name.ts";
import { maybeMade, unanswered } from "./unknown-outcome.ts";

/** An attempt that got no complete response. */
export interface NetworkFailure {
  readonly outcome: "no_answer" | "cancelled" | "rejected";
  readonly error: RegistryError;
  /** Whether the same request is likely to succeed soon. */
  readonly transient: boolean;
  /** Set when the failure does not prove that the server is running. */
  readonly silence?: Silence;
}

/** The call, its limits, and the name of the server for messages. */
interface Attempted {
  readonly name: ServerName;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly call: HttpCall;
}

/** Whether any part of the request may have been sent. */
interface Sent {
  readonly sent: boolean;
}

/** No connection was made, so nothing was sent. */
const unreachable: Readonly<Record<string, { reason: string; transient: boolean }>> = {
  ECONNREFUSED: { reason: "the connection was refused", transient: true },
  EHOSTUNREACH: { reason: "there is no route to the host", transient: true },
  ENETUNREACH: { reason: "there is no route to its network", transient: true },
  EAI_AGAIN: { reason: "its host name cannot be resolved at the moment", transient: true },
  ENOTFOUND: { reason: "its host name does not exist", transient: false },
};

const broken = new Set([
  "ECONNRESET",
  "EPIPE",
  // undici: the server closed the connection, within a response or before it.
  "UND_ERR_SOCKET",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
]);
const certificate = /CERT|^UNABLE_TO_|SELF_SIGNED|^HOSTNAME_MISMATCH$/;

const checkServer = "check that MLFLOW_TRACKING_URI is correct and that the server is running";

/** Classifies a failure of `HttpClient.send` by its error code. */
export function networkFailure(attempted: Attempted, cause: unknown): NetworkFailure {
  const code = codeOf(cause);
  if (cause instanceof ProxyError) return proxyFailed(attempted, cause);
  // Node's code names the fault; its syscall tells whether the connection existed already.
  if (failedAfterConnect(cause)) return brokenConnection(attempted, cause);
  if (code === "CONNECT_TIMEOUT") {
    return notConnected(attempted, `no connection within ${attempted.connectTimeoutMs} ms`, cause);
  }
  if (code === "ETIMEDOUT") return notConnected(attempted, "the connection timed out", cause);
  const known = unreachable[code];
  if (known) {
    const { reason, transient } = known;
    const error = cannotReach(attempted, reason, cause);
    return { outcome: "no_answer", transient, error, silence: { reason, decisive: false } };
  }
  if (code === "ANSWER_TOO_LARGE") return tooLarge(attempted, cause);
  if (code === "ENCODING_NOT_REQUESTED" || /^Z_/.test(code)) return undecodable(attempted, cause);
  if (code === "CONNECTIONS_CLOSED") return shuttingDown(attempted, cause);
  if (broken.has(code) || isCutOff(cause)) return brokenConnection(attempted, cause);
  const error = certificate.test(code)
    ? untrusted(attempted, code, cause)
    : notHttp(attempted, code, cause);
  return { outcome: "no_answer", transient: false, error };
}

/** The response, or the wait for the concurrency limit, exceeded the request timeout. */
export function timedOut(
  { name, call, requestTimeoutMs }: Attempted,
  { sent }: Sent,
): NetworkFailure {
  const advice = settingAdvice(call, "set MLFLOW_HTTP_REQUEST_TIMEOUT (seconds) to wait longer");
  if (!sent) {
    const error = unavailable(
      `${name.request(call)} could not be sent within ${requestTimeoutMs} ms, because too many other requests were pending. ${advice}`,
    );
    return { outcome: "no_answer", transient: false, error };
  }
  const reason = `not answered within ${requestTimeoutMs} ms`;
  return {
    outcome: "no_answer",
    transient: false,
    error: unanswered(call, `${name.request(call)} was ${reason}.`, advice),
    silence: { reason, decisive: false },
  };
}

/** The caller cancelled the call. */
export function cancelled({ name, call }: Attempted, { sent }: Sent): NetworkFailure {
  const happened = `${name.request(call)} was cancelled by its caller.`;
  return cancelledWith(happened, sent && !isRead(call), call.signal?.reason);
}

/** A cancelled call. `verifyWrite` does not check its outcome. */
function cancelledWith(happened: string, mayHaveChanged: boolean, cause: unknown): NetworkFailure {
  const message = mayHaveChanged ? `${happened} ${maybeMade}` : happened;
  return {
    outcome: "cancelled",
    transient: false,
    error: new RegistryError("cancelled", message, {}, { cause, mayHaveChanged }),
  };
}

/** The open circuit breaker rejected the call, so nothing was sent. */
export function rejected({ name, call }: Attempted, outage: Outage): NetworkFailure {
  const seconds = Math.max(1, Math.round(outage.seconds));
  const todo = settingTodo(call, checkServer);
  return {
    outcome: "rejected",
    transient: false,
    error: unavailable(
      `${name.mlflow} has not answered for ${seconds} s (${outage.reason}), so nothing was sent. A health probe checks it every half second, and calls resume as soon as it answers: try again in a moment. If this lasts, ${todo}.`,
    ),
  };
}

/** Not retried: the caller has waited a whole timeout, and a retry could take as long. */
function notConnected(attempted: Attempted, reason: string, cause: unknown): NetworkFailure {
  return {
    outcome: "no_answer",
    transient: false,
    error: cannotReach(attempted, reason, cause),
    silence: { reason, decisive: true },
  };
}

function cannotReach({ name, call }: Attempted, reason: string, cause: unknown): RegistryError {
  return unavailable(
    `${name.mlflow} cannot be reached: ${reason}. ${settingAdvice(call, checkServer)}`,
    cause,
  );
}

function proxyFailed({ name, call }: Attempted, cause: ProxyError): NetworkFailure {
  const reason = `the proxy that ${cause.variable} names ${cause.reason}`;
  const advice = settingAdvice(
    call,
    `check ${cause.variable} and that the proxy is running, or list MLflow's host in NO_PROXY`,
  );
  return {
    outcome: "no_answer",
    transient: false,
    error: unavailable(`${name.mlflow} cannot be reached: ${reason}. ${advice}`, cause),
    silence: { reason, decisive: false },
  };
}

function brokenConnection({ name, call }: Attempted, cause: unknown): NetworkFailure {
  const advice = settingAdvice(
    call,
    "check that the MLflow server and any proxy in front of it keep running",
  );
  const happened = `${name.request(call)} failed: the connection broke before the response was complete.`;
  return {
    outcome: "no_answer",
    transient: true,
    error: unanswered(call, happened, advice, { cause }),
    silence: { reason: "the connection broke", decisive: false },
  };
}

function shuttingDown({ name, call }: Attempted, cause: unknown): NetworkFailure {
  const happened = `${name.request(call)} was cancelled: this server is shutting down.`;
  return cancelledWith(happened, !isRead(call), cause);
}

/** Not retried: the response would be as large again. */
function tooLarge({ name, call }: Attempted, cause: unknown): NetworkFailure {
  const size = `${mostAnswerBytes / 1024 / 1024} MiB`;
  const happened = `${name.request(call)} was answered with more than ${size}, which is the size limit of one response.`;
  const advice = "Request fewer at a time, or shorten the long texts and tags in MLflow.";
  const error = isRead(call)
    ? new AnswerTooLarge("unavailable", `${happened} ${advice}`, {}, { cause })
    : unanswered(call, happened, advice, { cause });
  return { outcome: "no_answer", transient: false, error };
}

function undecodable({ name, call }: Attempted, cause: unknown): NetworkFailure {
  const happened = `${name.request(call)} was answered with a body that cannot be decoded: it is not valid ${acceptedEncoding}, the requested encoding.`;
  const advice = settingAdvice(call, "check any proxy between this server and the MLflow server");
  const error = unanswered(call, happened, advice, { cause });
  return { outcome: "no_answer", transient: false, error };
}

function untrusted({ name, call }: Attempted, code: string, cause: unknown): RegistryError {
  const { fault, todo } = certificateFault(code);
  return unavailable(
    `The TLS certificate of ${name.mlflow} is not accepted${fault}. ${settingAdvice(call, todo)}`,
    cause,
  );
}

/** All other failures: TLS on a plain http port, a response that is not HTTP, a rejected header. */
function notHttp({ name, call }: Attempted, code: string, cause: unknown): RegistryError {
  return unanswered(
    call,
    `${name.request(call)} failed (${code}): the server at this address does not use the protocol of the URL.`,
    settingAdvice(call, "check http or https, host and port in MLFLOW_TRACKING_URI"),
    { cause },
  );
}

function unavailable(message: string, cause?: unknown): RegistryError {
  return new RegistryError("unavailable", message, {}, { cause });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.name;
}

/**
 * Whether a system call failed on an established connection. Node reports a read or write failure
 * also for a server without TLS, with the code EPROTO.
 */
function failedAfterConnect(error: unknown): boolean {
  return (
    error instanceof Error &&
    "syscall" in error &&
    (error.syscall === "read" || error.syscall === "write") &&
    codeOf(error) !== "EPROTO"
  );
}

/** Whether the response ended too early, for which undici's parser has no code. */
function isCutOff(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === "HTTPParserError" &&
    error.message.includes("Invalid EOF state")
  );
}
