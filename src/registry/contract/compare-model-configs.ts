import { listFirst, quote, shorten } from "../errors.ts";
import { canonical, isJsonObject, type JsonValue } from "../json.ts";
import type { ContractReason } from "./contract-change.ts";

/** Names a change of the model and its parameters. It breaks no caller. */
export function modelConfigReasons(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly ContractReason[] {
  const says = modelConfigChange(before, after);
  return says === undefined ? [] : [{ effect: "compatible", says }];
}

function modelConfigChange(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): string | undefined {
  if (after === undefined) return before === undefined ? undefined : "drops the LLM config";
  if (before === undefined) return "adds an LLM config";
  if (canonical(before) === canonical(after)) return undefined;
  const [old, fresh] = [membersOf(before), membersOf(after)];
  const changes = [...new Set([...old.keys(), ...fresh.keys()])].flatMap((key) =>
    memberChange(quote(key), old.get(key), fresh.get(key)),
  );
  return `changes the LLM config (${listFirst(changes, ", ", 10)})`;
}

function memberChange(
  key: string,
  before: string | undefined,
  after: string | undefined,
): readonly string[] {
  if (before === after) return [];
  if (after === undefined) return [`${key} is dropped`];
  if (before === undefined) return [`${key} is ${shorten(after)}`];
  return [`${key} is ${shorten(after)}, was ${shorten(before)}`];
}

/** The JSON of each member. Another value than an object counts as its own member. */
function membersOf(config: JsonValue): ReadonlyMap<string, string> {
  if (!isJsonObject(config)) return new Map([["value", canonical(config)]]);
  return new Map(Object.entries(config).map(([key, value]) => [key, canonical(value)]));
}
