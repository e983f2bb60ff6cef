import { RegistryError } from "../registry/errors.ts";
import { settingAdvice } from "./advice.ts";
import { type HttpCall, outcomeUnknown, shown } from "./http-call.ts";

/** A request that got no complete answer. */
export interface NetworkFailure {
  readonly error: RegistryError;
  /** Whether the same request may well succeed in a moment. */
  readonly transient: boolean;
}

/** No connection was made, so nothing was sent. */
const unreachable: Readonly<Record<string, { reason: string; transient: boolean }>> = {
  ECONNREFUSED: { reason: "the connection was refused", transient: true },
  EHOSTUNREACH: { reason: "no way leads to the host", transient: true },
  ENETUNREACH: { reason: "no way leads to its network", transient: true },
  ETIMEDOUT: { reason: "the connection timed out", transient: false },
  EAI_AGAIN: { reason: "its host name cannot be resolved at the moment", transient: true },
  ENOTFOUND: { reason: "its host name does not exist", transient: false },
};

/** Our code for what undici gives none: a body in chunks that ends too early. */
const truncated = "truncated";

const broken = new Set([
  "ECONNRESET",
  "EPIPE",
  "UND_ERR_SOCKET",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  truncated,
]);
const closed = new Set(["UND_ERR_CLOSED", "UND_ERR_DESTROYED"]);
const certificate = /CERT|^UNABLE_TO_|SELF_SIGNED|^HOSTNAME_MISMATCH$/;

/** What was attempted. */
interface Context {
  readonly baseUrl: string;
  readonly connectTimeoutMs: number;
  readonly call: HttpCall;
}

/** What a request's failure means, by the code undici or Node gives it. */
export function networkFailure(cause: unknown, context: Context): NetworkFailure {
  const code = codeOf(cause);
  const what = shown(context.baseUrl, context.call);
  if (code === "UND_ERR_CONNECT_TIMEOUT") {
    const reason = `no connection within ${context.connectTimeoutMs} ms`;
    // Not tried again: the caller has waited long enough, and the next attempt would be as long.
    return { transient: false, error: connectFailed(context, reason, cause) };
  }
  const known = unreachable[code];
  if (known) {
    const { reason, transient } = known;
    return { transient, error: connectFailed(context, reason, cause) };
  }
  if (certificate.test(code)) {
    return { transient: false, error: untrusted(context, code, cause) };
  }
  if (closed.has(code)) {
    const message = `${what} was given up: this server is shutting down.${outcomeUnknown(context.call)}`;
    return { transient: false, error: new RegistryError("cancelled", message, {}, { cause }) };
  }
  if (broken.has(code)) {
    const message = `${what} failed: the connection broke before the answer was complete.${outcomeUnknown(context.call)} ${settingAdvice(context.call, "check that the MLflow server and what stands before it keep running")}`;
    return { transient: true, error: unavailable(message, cause) };
  }
  return { transient: false, error: notHttp(context, code, cause) };
}

function connectFailed({ baseUrl, call }: Context, reason: string, cause: unknown): RegistryError {
  return unavailable(
    `MLflow at ${baseUrl} cannot be reached: ${reason}. ${settingAdvice(call, "check that MLFLOW_TRACKING_URI is right and that the server runs")}`,
    cause,
  );
}

function untrusted({ baseUrl, call }: Context, code: string, cause: unknown): RegistryError {
  return unavailable(
    `The TLS certificate of MLflow at ${baseUrl} is not accepted (${code}). ${settingAdvice(call, "name the file of its certificate authority in MLFLOW_TRACKING_SERVER_CERT_PATH, or check the host name in MLFLOW_TRACKING_URI")}`,
    cause,
  );
}

/** What is left: TLS spoken to a plain port, something that is no HTTP, a header it refuses. */
function notHttp({ baseUrl, call }: Context, code: string, cause: unknown): RegistryError {
  return unavailable(
    `${shown(baseUrl, call)} failed (${code}): what answers there does not speak the protocol of the URL.${outcomeUnknown(call)} ${settingAdvice(call, "check http or https, host and port in MLFLOW_TRACKING_URI")}`,
    cause,
  );
}

function unavailable(message: string, cause: unknown): RegistryError {
  return new RegistryError("unavailable", message, {}, { cause });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  if (/invalid EOF state/i.test(error.message)) return truncated;
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.name;
}
