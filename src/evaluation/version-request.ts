import { chooseModel } from "../models/choose-model.ts";
import type { ModelRequest } from "../models/model-client.ts";
import { answerFormat, requestParameters, responseFormat } from "../models/request-parameters.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../registry/json.ts";
import type { AnswerFormat } from "../registry/text/check-answer.ts";
import type { PromptVersion } from "../registry/types.ts";
import type { Finished } from "./fill-version.ts";

/** What a call replaces of a version. Absent or null: the version's own. */
export interface Overrides {
  readonly model?: string | undefined;
  /** Single keys of the LLM config. */
  readonly llmConfig?: JsonObject | null | undefined;
  readonly responseFormat?: JsonObject | null | undefined;
}

/** What a model is asked with a version, whatever the values of its variables. */
export interface VersionRequest {
  readonly model: string;
  readonly parameters: JsonObject;
  /** What the answer must be; absent when it may be any text. */
  readonly format: AnswerFormat | undefined;
  /** What of the version could not be used, in sentences. */
  readonly notes: readonly string[];
}

/**
 * @param allowed the models that may be asked, the default first
 * @throws RegistryError `invalid` as `chooseModel`
 */
export function versionRequest(
  allowed: readonly string[],
  version: PromptVersion,
  overrides: Overrides,
): VersionRequest {
  const stored = objectOr(version.modelConfig, "LLM config");
  const format = objectOr(overrides.responseFormat ?? version.responseFormat, "response format");
  const config: JsonObject = { ...stored.value, ...overrides.llmConfig };
  const { parameters, notSent } = requestParameters(config);
  return {
    model: chooseModel(allowed, overrides.model, config),
    parameters: {
      ...parameters,
      ...(format.value && { response_format: responseFormat(format.value, version.name) }),
    },
    format: format.value && answerFormat(format.value),
    notes: [
      ...stored.notes,
      ...format.notes,
      ...(notSent.length === 0
        ? []
        : [`Not sent from the LLM config, because this tool decides it: ${notSent.join(", ")}.`]),
    ],
  };
}

/** The request for a version that is filled in. A text is one message of the user. */
export function modelRequest(
  { model, parameters }: VersionRequest,
  { text, messages = [] }: Finished,
): ModelRequest {
  return {
    model,
    parameters,
    messages: text === undefined ? messages : [{ role: "user", content: text }],
  };
}

function objectOr(
  stored: JsonValue | undefined,
  what: string,
): { readonly value?: JsonObject; readonly notes: readonly string[] } {
  if (stored === undefined || stored === null) return { notes: [] };
  if (isJsonObject(stored)) return { value: stored, notes: [] };
  return {
    notes: [`The prompt's ${what} was not used: it is stored as something else than an object.`],
  };
}
