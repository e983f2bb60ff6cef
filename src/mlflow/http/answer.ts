import * as z from "zod";
import { quote, RegistryError, type RegistryErrorOptions } from "../../registry/errors.ts";
import { plainJsonOrUndefined } from "../../registry/json.ts";
import { secondsOf } from "../../registry/retry-after.ts";
import { describeSchemaError } from "../../registry/text/schema-problem.ts";
import { settingAdvice, signInAdvice } from "../errors/advice.ts";
import { type Answer, shownReasonOf, unauthenticated } from "../errors/refusal.ts";
import type { ServerName } from "../errors/server-name.ts";
import { unanswered } from "../errors/unknown-outcome.ts";
import type { HttpAnswer, HttpCall } from "./http-call.ts";

/** MLflow's error body (3.8 to 3.17; `sqlstate` and `error_class` since 3.12 are not needed). */
const errorBody = z.object({ error_code: z.string(), message: z.string().default("") });

const seeLog = "Try again later, or check the log of the MLflow server.";

/** MLflow's error code on every path for a request with a workspace when workspaces are off (3.10+). */
const noWorkspaces = "FEATURE_DISABLED";

/**
 * The message of a worker that caches passwords (auth_cache_ttl_seconds) after another worker
 * deleted the user. The status is 404, the same as for a missing prompt (3.17).
 */
const deletedUser = /^User with username=.* not found$/;

/**
 * Parses an HTTP response as MLflow's: the value, or MLflow's refusal.
 * @throws RegistryError `unauthenticated`, or `unavailable` when the response is not MLflow's: an
 *   `UnknownOutcome` when MLflow may have made the change
 */
export function readAnswer<T>(
  answer: HttpAnswer,
  call: HttpCall,
  schema: z.ZodType<T>,
  name: ServerName,
): Answer<T> {
  const { status, text } = answer;
  const request = name.request(call);
  const fail = (what: string) => unavailable(`${request} ${what}`);
  if (status === 401) throw unauthenticated(call, name);
  if (status >= 300 && status < 400) {
    throw fail(
      `was redirected (${status}) to ${name.redirected(answer.location)}, which may be a sign-in page or another address of the server. Redirects are not followed. ${signInAdvice(call)}`,
    );
  }
  if (status >= 200 && status < 300) {
    return { ok: true, value: parsed(text, call, schema, name) };
  }
  const error = errorBody.safeParse(plainJsonOrUndefined(text));
  if (error.success) {
    if (deletedUser.test(error.data.message)) {
      throw unauthenticated(call, name, shownReasonOf(error.data.message));
    }
    return refused(answer, error.data, call, name);
  }
  if (status === 403) {
    const reason = isHtml(text) ? "" : name.refusal(shownReasonOf(text));
    return { ok: false, refusal: { code: "PERMISSION_DENIED", reason, status, request } };
  }
  if (status === 404 || status === 405) {
    throw fail(
      `found no MLflow REST API (${status}). ${settingAdvice(call, "check the path in MLFLOW_TRACKING_URI: a server started with --static-prefix needs its prefix there")}`,
    );
  }
  const happened = `${request} failed with status ${status}${shownBody(text, call, name)}.`;
  const { advice, options } = retryLater(answer);
  throw leavesOutcomeUnknown(status)
    ? unanswered(call, happened, advice, options)
    : unavailable(`${happened} ${advice}`, options);
}

/** The advice for a server failure, with the server's Retry-After if it sent one. */
function retryLater({ retryAfter }: HttpAnswer) {
  const retryAfterSeconds = secondsOf(retryAfter);
  const delay =
    retryAfterSeconds === undefined
      ? ""
      : `The server asks for a delay of ${retryAfterSeconds} s. `;
  return { advice: `${delay}${seeLog}`, options: { retryAfterSeconds } };
}

/**
 * Whether a status leaves the outcome of the request unknown: a proxy timed out, or the server
 * failed at some point. Other failures are refusals.
 */
function leavesOutcomeUnknown(status: number): boolean {
  return status >= 500 || status === 408;
}

function refused(
  answer: HttpAnswer,
  error: z.infer<typeof errorBody>,
  call: HttpCall,
  name: ServerName,
): Answer<never> {
  const { status } = answer;
  const request = name.request(call);
  const reason = shownReasonOf(error.message);
  const failed = () => {
    const said = name.failure(call, reason);
    const words = said === undefined ? "" : ` ${quote(said)}`;
    return `${request} failed with status ${status}: ${error.error_code}${words}.`;
  };
  if (leavesOutcomeUnknown(status) && error.error_code !== noWorkspaces) {
    const { advice, options } = retryLater(answer);
    throw unanswered(call, failed(), advice, options);
  }
  if (status === 429) {
    const { advice, options } = retryLater(answer);
    throw unavailable(`${failed()} ${advice}`, options);
  }
  const code = status === 403 ? "PERMISSION_DENIED" : error.error_code;
  return { ok: false, refusal: { code, reason: name.refusal(reason), status, request } };
}

function parsed<T>(text: string, call: HttpCall, schema: z.ZodType<T>, name: ServerName): T {
  const unexpected = (what: string, advice: string) =>
    unanswered(call, `${name.request(call)} was answered with ${what}.`, advice);
  const value = plainJsonOrUndefined(text);
  if (value === undefined) {
    throw isHtml(text)
      ? unexpected(
          "an HTML page, such as a sign-in page, instead of MLflow's JSON",
          signInAdvice(call),
        )
      : unexpected(
          `incomplete or invalid JSON${shownBody(text, call, name)}`,
          settingAdvice(
            call,
            "check MLFLOW_TRACKING_URI and any proxy between this server and MLflow",
          ),
        );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw unexpected(
    `JSON that is not an MLflow response (${describeSchemaError(result.error)})`,
    settingAdvice(call, "check MLFLOW_TRACKING_URI, and that the server is MLflow 3.8 or newer"),
  );
}

function unavailable(message: string, options?: RegistryErrorOptions): RegistryError {
  return new RegistryError("unavailable", message, {}, options);
}

function shownBody(text: string, call: HttpCall, name: ServerName): string {
  if (text.trim() === "") return ": the body is empty";
  if (isHtml(text)) return " and an HTML page";
  const said = name.failure(call, shownReasonOf(text));
  return said === undefined ? "" : `: ${quote(said)}`;
}

function isHtml(text: string): boolean {
  return /^\s*<(!doctype|html|head|body|\?xml)/i.test(text);
}
