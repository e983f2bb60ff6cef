import * as z from "zod";
import { quote, RegistryError, type RegistryErrorOptions } from "../../registry/errors.ts";
import { describeSchemaError } from "../../registry/text/schema-problem.ts";
import { settingAdvice, signInAdvice } from "../errors/advice.ts";
import { type Answer, shownReasonOf, unauthenticated } from "../errors/refusal.ts";
import type { ServerName } from "../errors/server-name.ts";
import { unanswered } from "../errors/unknown-outcome.ts";
import type { HttpAnswer, HttpCall } from "./http-call.ts";
import { secondsOf } from "./retry.ts";

/** MLflow's error body (3.8 to 3.17; `sqlstate` and `error_class` since 3.12 are not needed). */
const errorBody = z.object({ error_code: z.string(), message: z.string().default("") });

const seeLog = "Try again later, or look into the log of the MLflow server.";

/** What MLflow answers on every path when it is asked for a workspace and has none (3.10+). */
const noWorkspaces = "FEATURE_DISABLED";

/**
 * What a worker that remembers passwords (auth_cache_ttl_seconds) says of a user whom another worker
 * has deleted: 404, as of a prompt that is not there (3.17).
 */
const deletedUser = /^User with username=.* not found$/;

/**
 * Reads an HTTP answer as MLflow's: the value, or MLflow's refusal.
 * @throws RegistryError `unauthenticated`, or `unavailable` for what is no answer of MLflow's: an
 *   `UnknownOutcome` when MLflow may have carried out the call all the same
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
      `was redirected (${status}) to ${name.redirected(answer.location)}, which looks like a sign-in page or another address of the server and is not followed. ${signInAdvice(call)}`,
    );
  }
  if (status >= 200 && status < 300) {
    return { ok: true, value: parsed(text, call, schema, name) };
  }
  const error = errorBody.safeParse(json(text));
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
  const { advice, options } = later(answer);
  throw isInTheDark(status)
    ? unanswered(call, happened, advice, options)
    : unavailable(`${happened} ${advice}`, options);
}

/** What to do about a failure of the server, which may say itself when to come back. */
function later({ retryAfter }: HttpAnswer) {
  const retryAfterSeconds = secondsOf(retryAfter);
  const wish = retryAfterSeconds === undefined ? "" : `It asks to wait ${retryAfterSeconds} s. `;
  return { advice: `${wish}${seeLog}`, options: { retryAfterSeconds } };
}

/**
 * Whether a status says nothing about what became of the request: what a proxy answers that waited
 * in vain, and a server that failed at any point. Other failures are refusals.
 */
function isInTheDark(status: number): boolean {
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
  if (isInTheDark(status) && error.error_code !== noWorkspaces) {
    const { advice, options } = later(answer);
    throw unanswered(call, failed(), advice, options);
  }
  if (status === 429) {
    const { advice, options } = later(answer);
    throw unavailable(`${failed()} ${advice}`, options);
  }
  const code = status === 403 ? "PERMISSION_DENIED" : error.error_code;
  return { ok: false, refusal: { code, reason: name.refusal(reason), status, request } };
}

function parsed<T>(text: string, call: HttpCall, schema: z.ZodType<T>, name: ServerName): T {
  const lost = (what: string, advice: string) =>
    unanswered(call, `${name.request(call)} was answered with ${what}.`, advice);
  const value = json(text);
  if (value === undefined) {
    throw isHtml(text)
      ? lost(
          "an HTML page, such as a sign-in page, and not by MLflow's REST API",
          signInAdvice(call),
        )
      : lost(
          `something that is no complete JSON${shownBody(text, call, name)}`,
          settingAdvice(
            call,
            "check MLFLOW_TRACKING_URI and what stands between here and the server",
          ),
        );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw lost(
    `JSON that is not MLflow's (${describeSchemaError(result.error)})`,
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

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
