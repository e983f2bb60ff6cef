import { APIConnectionError, APIError } from "openai";
import * as z from "zod";
import { quote, RegistryError, type RegistryErrorKind } from "../registry/errors.ts";
import { secondsOf } from "../registry/retry-after.ts";
import { maskAddresses } from "../registry/text/mask-addresses.ts";
import { describeSchemaError } from "../registry/text/schema-problem.ts";
import type { ModelServer } from "./model-server.ts";

/** A request that brought no answer of the model. */
export interface ModelFailure {
  readonly error: RegistryError;
  /** Whether the same request may succeed soon. */
  readonly transient: boolean;
  /** Whether another model may answer the request. */
  readonly otherModel: boolean;
  /** Whether the provider may charge for it: the model may have answered. */
  readonly mayCost?: boolean;
}

/** The request that failed. */
interface Asked {
  readonly server: ModelServer;
  readonly model: string;
}

/** Classifies what `sendChatCompletion` and `readCompletion` reject with. */
export function modelFailure(asked: Asked, cause: unknown): ModelFailure {
  const { server, model } = asked;
  if (cause instanceof z.ZodError) return garbage(asked, describeSchemaError(cause));
  if (cause instanceof SyntaxError) return garbage(asked, "it is not JSON");
  if (cause instanceof APIConnectionError) {
    if (cause.cause instanceof RegistryError) return final(cause.cause);
    const unusable = unusableBody(codeOf(cause.cause));
    // The same request would bring the same again, and may cost as much.
    if (unusable !== undefined) return { ...garbage(asked, unusable), transient: false };
    return {
      error: failure(
        "unavailable",
        `${capital(server.name)} cannot be reached for the model ${quote(model)} (${codeOf(cause.cause)}). ${checkServer(server)}`,
      ),
      transient: true,
      otherModel: true,
      mayCost: true,
    };
  }
  if (cause instanceof APIError && cause.status !== undefined) return refused(asked, cause);
  throw cause;
}

function refused(asked: Asked, error: APIError): ModelFailure {
  const { server, model } = asked;
  const status = Number(error.status);
  const said = saidBy(server, error);
  const of = `the model ${quote(model)} of ${server.name}`;
  // A refusal of MLflow itself is text; that of a provider behind the gateway is JSON.
  const isMlflow = server.isGateway && error.error === undefined;
  switch (status) {
    case 401:
    case 403:
      if (isMlflow) return final(refusedByMlflow(status, model));
      return {
        error: failure(
          "unavailable",
          `The provider of ${of} refuses the key (${status}${said}). Ask the operator of this server to check ${server.isGateway ? "the API key of the endpoint in MLflow" : "MLFLOW_PROMPTS_MODEL_API_KEY"}.`,
        ),
        transient: false,
        otherModel: true,
      };
    case 404:
      return {
        error: isMlflow
          ? failure(
              "unavailable",
              "This MLflow server has no AI Gateway (404): it needs MLflow 3.10 or newer. Ask the operator of this server to set --model-url.",
            )
          : failure(
              "not_found",
              `${capital(of)} does not exist (404${said}). Choose another one with model, or check the name.`,
            ),
        transient: false,
        otherModel: true,
      };
    case 429:
      return {
        error: failure(
          "unavailable",
          `${capital(of)} takes no more requests at the moment (429${said}). Try again later, or choose another one with model.`,
          secondsOf(error.headers?.get("retry-after") ?? undefined),
        ),
        transient: true,
        otherModel: true,
      };
    case 400:
    case 413:
    case 422:
      return badRequest(of, status, said, error);
    default:
      return {
        error: failure(
          "unavailable",
          `${capital(of)} failed with status ${status}${said === "" ? "" : ` (${said.slice(2)})`}. Try again later, or choose another one with model.`,
          secondsOf(error.headers?.get("retry-after") ?? undefined),
        ),
        transient: status >= 500 || status === 408 || status === 409,
        otherModel: true,
      };
  }
}

const tooLong =
  /context.{0,5}(length|window|size)|maximum context|(prompt|input|request).{0,20} too (long|large)|too many tokens/i;

function badRequest(of: string, status: number, said: string, { code }: APIError): ModelFailure {
  const isTooLong = status === 413 || code === "context_length_exceeded" || tooLong.test(said);
  const advice = isTooLong
    ? "Shorten the values of the variables or the prompt, or choose a model with a larger context."
    : "Check llm_config, response_format and the messages, or override them in the call.";
  const what = isTooLong ? "is too long for" : "was refused by";
  return {
    error: failure("invalid", `The request ${what} ${of} (${status}${said}). ${advice}`),
    transient: false,
    otherModel: isTooLong,
  };
}

function refusedByMlflow(status: number, model: string): RegistryError {
  return status === 401
    ? failure(
        "unauthenticated",
        "MLflow's AI Gateway does not accept the credential (401). Check that it is correct and has not expired.",
      )
    : failure(
        "forbidden",
        `MLflow does not permit the endpoint ${quote(model)} of its AI Gateway (403). Request the permission USE, or choose another model.`,
      );
}

function garbage({ server, model }: Asked, problem: string): ModelFailure {
  return {
    error: failure(
      "unavailable",
      `The model ${quote(model)} of ${server.name} sent an answer that is no chat completion (${problem}). ${checkServer(server)}`,
    ),
    transient: true,
    otherModel: true,
    mayCost: true,
  };
}

/** Why the body of an answer was not read; undefined for other failures of a connection. */
function unusableBody(code: string): string | undefined {
  if (code === "ANSWER_TOO_LARGE") return "it is larger than an answer may be";
  if (code === "STREAM_NOT_REQUESTED") return "it is a stream of events, which was not asked for";
  if (code === "ENCODING_NOT_REQUESTED") return "its encoding was not asked for";
  return code.startsWith("Z_") ? "it is not valid gzip" : undefined;
}

function final(error: RegistryError): ModelFailure {
  return { error, transient: false, otherModel: false };
}

function failure(
  kind: RegistryErrorKind,
  message: string,
  retryAfterSeconds?: number,
): RegistryError {
  return new RegistryError(kind, message, {}, { retryAfterSeconds });
}

function checkServer({ isGateway }: ModelServer): string {
  const what = isGateway ? "that MLflow is running" : "--model-url, and that the server is running";
  return `Try again later, or ask the operator of this server to check ${what}.`;
}

const shownLength = 300;

/** The server's own words for a message, with the colon before them; "" when there are none. */
function saidBy(server: ModelServer, { error }: APIError): string {
  const parsed = z.object({ message: z.string() }).safeParse(error);
  const [line = ""] = parsed.success ? parsed.data.message.trim().split(/\r?\n/, 1) : [];
  const said = maskAddresses(server.redact(line));
  if (said === "") return "";
  return `: ${said.length > shownLength ? `${said.slice(0, shownLength - 3)}...` : said}`;
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "no response";
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
