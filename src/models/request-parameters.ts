import { isJsonObject, type JsonObject, stringifyJson } from "../registry/json.ts";
import type { AnswerFormat } from "../registry/text/check-answer.ts";

/** Keys of an LLM config with another name in the chat completions API. */
const renamed: Readonly<Record<string, string>> = { stop_sequences: "stop" };

/** Keys that say which model the prompt was written for. */
const aboutTheModel = new Set(["provider", "model_name"]);

/** What a call decides itself: a prompt's author must not replace the messages or ask for 100 answers. */
const ownFields = new Set([
  "model",
  "messages",
  "n",
  "stream",
  "stream_options",
  "response_format",
]);

export interface RequestParameters {
  readonly parameters: JsonObject;
  /** Keys of the LLM config that are not sent. */
  readonly notSent: readonly string[];
}

/** The fields of a request that an LLM config in MLflow's form stands for. Unknown keys stay. */
export function requestParameters(config: JsonObject): RequestParameters {
  const given = Object.entries(config).filter(([, value]) => value !== null);
  const sent = given.filter(([key]) => !aboutTheModel.has(key) && !ownFields.has(key));
  return {
    parameters: Object.fromEntries(sent.map(([key, value]) => [renamed[key] ?? key, value])),
    notSent: given.map(([key]) => key).filter((key) => ownFields.has(key)),
  };
}

/** What an answer must be for a format, which the caller checks; undefined when it may be any text. */
export function answerFormat(stored: JsonObject): AnswerFormat | undefined {
  const { type, json_schema: envelope } = stored;
  if (type === "text") return undefined;
  if (type === "json_object") return {};
  if (type !== "json_schema") return { schema: stringifyJson(stored) };
  const inner = envelope !== undefined && isJsonObject(envelope) ? envelope.schema : undefined;
  return inner === undefined ? {} : { schema: stringifyJson(inner) };
}

/**
 * The `response_format` of a request: a JSON schema, as MLflow stores it, in OpenAI's envelope. What
 * has the envelope already stays.
 * @param name names the schema for the model
 */
export function responseFormat(stored: JsonObject, name: string): JsonObject {
  const { type } = stored;
  if (type === "json_schema" || type === "json_object" || type === "text") return stored;
  return {
    type: "json_schema",
    json_schema: {
      name: name.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64),
      schema: stored,
    },
  };
}
