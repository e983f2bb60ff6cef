import { isDeepStrictEqual } from "node:util";
import { listFirst, quote } from "../errors.ts";
import type { PromptArgument } from "./arguments.ts";
import type { ContractReason } from "./contract-change.ts";
import { typesOf } from "./json-schema.ts";
import { describeType, readValue, type ValueType } from "./value-types.ts";

/**
 * Compares the texts that the types of an argument accept.
 * @param old what took the values of this name before; undefined when nothing did
 */
export function typeReasons(
  old: PromptArgument | undefined,
  now: PromptArgument,
): readonly ContractReason[] {
  if (!old || readsAlike(old, now)) return [];
  const { name } = now;
  // Allowed values fit the type, and are compared by themselves.
  const refusal = now.allowed === undefined ? refusalOf(old, now) : undefined;
  if (refusal !== undefined) return [{ variable: name, ...refusal }];
  const [before, after] = [describe(old.type), describe(now.type)];
  if (before === after || (isOpen(old) && isOpen(now))) return [];
  const says = `takes ${quote(name)} as ${after}, no longer as ${before}`;
  return [{ effect: "compatible", variable: name, says }];
}

function readsAlike(old: PromptArgument, now: PromptArgument): boolean {
  return isDeepStrictEqual([old.type, old.isInferred], [now.type, now.isInferred]);
}

/** Whether nothing is declared and every text fits: the wording says what the template does with it. */
function isOpen(argument: PromptArgument): boolean {
  return argument.isInferred !== false && acceptsAll(argument);
}

type Refusal = Pick<ContractReason, "effect" | "says">;

/** Returns which texts that were accepted no longer are. */
function refusalOf(old: PromptArgument, now: PromptArgument): Refusal | undefined {
  const name = quote(now.name);
  if (old.allowed !== undefined) return refusedTexts(now, old.allowed);
  if (acceptsAll(now)) return undefined;
  const only = `accepts only ${describe(now.type)} for ${name}`;
  if (acceptsAll(old)) return { effect: "breaking", says: only };
  if (acceptsEmpty(old) && !acceptsEmpty(now)) {
    return { effect: "breaking", says: `no longer accepts an empty text for ${name}` };
  }
  if (isWider(old.type, now.type)) return undefined;
  const areSchemas = typeof old.type === "object" && typeof now.type === "object";
  const says = areSchemas ? `checks ${name} against another JSON Schema` : only;
  return { effect: areSchemas ? "unclear" : "breaking", says };
}

/** What is one of the allowed values is filled in as the allowed value. */
function refusedTexts(now: PromptArgument, texts: readonly string[]): Refusal | undefined {
  const lost = texts.filter((text) => {
    const read = readValue(now, text);
    return "mismatch" in read || ("isEmpty" in read && now.required);
  });
  if (lost.length === 0) return undefined;
  const says = `no longer accepts ${listFirst(lost.map(quote), ", ", 20)} for ${quote(now.name)}`;
  return { effect: "breaking", says };
}

function acceptsAll({ type, isInferred }: PromptArgument): boolean {
  if (type === undefined || type === "string") return true;
  return isInferred === true && (type === "boolean" || type === "section" || type === "items");
}

function acceptsEmpty({ type, isInferred, required }: PromptArgument): boolean {
  return (isInferred === true && type !== "number") || !required;
}

/** Whether a type accepts all values of another. */
function isWider(old: ValueType | undefined, now: ValueType | undefined): boolean {
  if (isDeepStrictEqual(old, now)) return true;
  if (typeof old !== "object" || typeof now !== "string") return false;
  return typesOf(old).every((type) => type === now || (type === "integer" && now === "number"));
}

function describe(type: ValueType | undefined): string {
  return (type === undefined ? undefined : describeType(type)) ?? "a text";
}
