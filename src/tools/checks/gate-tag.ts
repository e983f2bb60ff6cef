import { quote, RegistryError } from "../../registry/errors.ts";
import {
  aliasesOf,
  type Gate,
  gatesOf,
  gateTag,
  readGates,
} from "../../registry/evaluation/gate/gate.ts";
import { loosenedAliases } from "../../registry/evaluation/gate/loosening.ts";
import type { Prompt } from "../../registry/types.ts";
import type { TagChanges } from "../../registry/writes.ts";
import type { Policy } from "../../session/policy.ts";
import { checkAliasWritable, isProtected } from "./protection.ts";

/** The tags that a call changes: of a prompt, or of one of its versions. */
interface Tagging {
  readonly prompt: Prompt;
  readonly version: number | undefined;
  readonly tags: TagChanges;
}

/**
 * Checks the tag `mcp.gate` among changes of tags.
 * @throws RegistryError `invalid` for a wrong gate, or one on a version; `forbidden` for a gate of an
 *   alias that the caller may not set
 */
export function refuseWrongGateTag(policy: Policy, { prompt, version, tags }: Tagging): void {
  if (!Object.hasOwn(tags, gateTag)) return;
  if (version !== undefined) throw misplacedGate(prompt.name);
  const after = gatesAfter(tags, prompt.name);
  const before = gatesOf(prompt);
  const gates = [...after, ...("gates" in before ? before.gates : [])];
  for (const alias of gates.flatMap(aliasesOf)) checkAliasWritable(policy, alias);
}

/**
 * How a change of the tag `mcp.gate` lets protected aliases move with less evidence, in a sentence.
 * Undefined where it does not. A stored gate that cannot be read lets nothing through, so another one
 * loosens it.
 */
export function describeLoosening(
  policy: Policy,
  { prompt, tags }: Omit<Tagging, "version">,
): string | undefined {
  if (!Object.hasOwn(tags, gateTag)) return undefined;
  const before = gatesOf(prompt);
  const name = quote(prompt.name);
  if ("problem" in before) {
    return `The stored gate of ${name} cannot be read (${before.problem}), so no alias moves; with this change aliases move again.`;
  }
  const loosened = loosenedAliases(before.gates, gatesAfter(tags, prompt.name));
  const aliases = loosened.filter((alias) => isProtected(policy, alias));
  if (aliases.length === 0) return undefined;
  const moves = `${aliases.map(quote).join(", ")} of ${name} would move`;
  return `${aliases.length === 1 ? "The protected alias" : "The protected aliases"} ${moves} with less evidence than now.`;
}

/** @throws RegistryError `invalid` for tags of a version with a gate, which belongs to the prompt */
export function refuseGateOnVersion(
  prompt: string,
  tags: Readonly<Record<string, unknown>> | null | undefined,
): void {
  if (tags && Object.hasOwn(tags, gateTag)) throw misplacedGate(prompt);
}

function gatesAfter(tags: TagChanges, prompt: string): readonly Gate[] {
  const text = tags[gateTag];
  if (text === undefined || text === null) return [];
  const read = readGates(text);
  if ("gates" in read) return read.gates;
  throw new RegistryError(
    "invalid",
    `Nothing was changed: the gate (tag ${gateTag}) is wrong: ${read.problem}. Correct it, and call again. An example: {"alias": "production", "dataset": "questions", "scorers": {"correctness": {"at_least": 0.9}}}`,
    { prompt },
  );
}

function misplacedGate(prompt: string): RegistryError {
  return new RegistryError(
    "invalid",
    `No tag was changed: ${gateTag} is a tag of the prompt, and has no meaning on a version. Set it with update_prompt, without version.`,
    { prompt },
  );
}
