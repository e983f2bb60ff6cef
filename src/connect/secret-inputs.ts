import type { JsonObject, JsonValue } from "../registry/json.ts";
import type { Change } from "./changes.ts";
import type { ConfigFile } from "./config-file.ts";
import { isPlaceholder } from "./connection.ts";
import { isObject, valueAt } from "./value-at.ts";

/** A value that VS Code asks a person for, and keeps encrypted. */
export interface SecretInput {
  readonly type: "promptString";
  readonly id: string;
  readonly description: string;
  readonly password: true;
}

/** The entry with VS Code's references in the place of placeholders, and the inputs that they name. */
export function withSecretInputs(entry: JsonObject): {
  readonly entry: JsonObject;
  readonly inputs: readonly SecretInput[];
} {
  const inputs: SecretInput[] = [];
  const refer = (value: JsonValue): JsonValue => {
    if (isObject(value)) return mapped(value, refer);
    if (typeof value !== "string" || !isPlaceholder(value)) return value;
    const name = value.slice(1, -1);
    const id = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    inputs.push({ type: "promptString", id, description: name, password: true });
    return `\${input:${id}}`;
  };
  return { entry: mapped(entry, refer), inputs };
}

/** Adds the inputs that the file does not have. */
export function changesForInputs(
  { root }: ConfigFile,
  inputs: readonly SecretInput[],
): readonly Change[] {
  const given = valueAt(root, ["inputs"]);
  const list = Array.isArray(given) ? given : [];
  const ids = list.map((input) => (isObject(input) ? input.id : undefined));
  const missing = inputs.filter(({ id }) => !ids.includes(id)).map((input) => ({ ...input }));
  return missing.length === 0 ? [] : [{ path: ["inputs"], value: [...list, ...missing] }];
}

function mapped(object: JsonObject, change: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
