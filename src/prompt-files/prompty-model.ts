import type { JsonObject, JsonValue } from "../registry/json.ts";
import { mapIn, withMembers } from "./front-matter-form.ts";
import { fileModelOf, modelConfigOf } from "./model-config.ts";

/** A connection, and what the environment provides, is nothing that a registry keeps. */
export function readModel(attributes: JsonObject): JsonValue | undefined {
  const { model } = attributes;
  if (typeof model === "string") return modelConfigOf({ name: model, options: {} });
  const { id, provider } = mapIn(attributes, "model");
  const configuration = mapIn(mapIn(attributes, "model"), "configuration");
  const options = mapIn(mapIn(attributes, "model"), "options");
  const name = [id, configuration.azure_deployment, configuration.model, configuration.name].find(
    isFixed,
  );
  const by = [provider, configuration.type].find(isFixed);
  const { additionalProperties, ...rest } = options;
  return modelConfigOf({
    ...(name === undefined ? {} : { name }),
    ...(by === undefined ? {} : { provider: by }),
    options: {
      ...mapIn(mapIn(attributes, "model"), "parameters"),
      ...rest,
      ...mapIn({ additionalProperties: additionalProperties ?? null }, "additionalProperties"),
    },
  });
}

function isFixed(text: JsonValue | undefined): text is string {
  return typeof text === "string" && text !== "" && !text.startsWith("${");
}

export function writeModel(current: JsonObject, config: JsonValue | undefined): JsonValue {
  const { id: _, provider: __, options: ___, parameters: ____, ...rest } = current;
  const model = config === undefined ? undefined : fileModelOf(config);
  const { name, provider, options = {} } = model ?? {};
  return withMembers(Object.keys(current).length === 0 ? { api: "chat" } : rest, {
    id: name,
    provider,
    options: Object.keys(options).length === 0 ? undefined : writeOptions(options),
  });
}

function writeOptions(options: JsonObject): JsonObject {
  const known = Object.entries(options).filter(([key]) => optionNames.has(key));
  const more = Object.entries(options).filter(([key]) => !optionNames.has(key));
  return {
    ...Object.fromEntries(known),
    ...(more.length === 0 ? {} : { additionalProperties: Object.fromEntries(more) }),
  };
}

/** `ModelOptions` of Prompty 2.1. */
const optionNames: ReadonlySet<string> = new Set([
  ...["temperature", "maxOutputTokens", "topP", "topK", "frequencyPenalty", "presencePenalty"],
  ...["stopSequences", "seed", "reasoningEffort", "allowMultipleToolCalls"],
]);
