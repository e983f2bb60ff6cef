import * as z from "zod";
import { quote } from "../../registry/errors.ts";
import type { Prompt, PromptVersion } from "../../registry/types.ts";
import { findServedVersion } from "../../registry/versions/served-version.ts";
import type { Call } from "../../session/call.ts";
import type { Policy } from "../../session/policy.ts";
import type { Session } from "../../session/session.ts";
import { changeBetween } from "../output/contract-view.ts";
import { canBreakCallers } from "./protection.ts";

export const servedView = z
  .object({ before: z.int().optional(), after: z.int().optional() })
  .describe(
    "The version that this server serves to callers who give only the prompt's name, before and after the call. If the call wrote nothing, after is what it would be. Absent: it serves none.",
  );
export type ServedChange = Readonly<z.infer<typeof servedView>>;

/** The part of a prompt that decides what is served. */
type Pointers = Pick<Prompt, "aliases" | "latest">;

/** What a write changes in what is served. @param after the prompt as the write leaves it */
export function servedChange(
  { serve }: Pick<Policy, "serve">,
  before: Pointers | undefined,
  after: Pointers | undefined,
): ServedChange {
  const [old, now] = [before, after].map((prompt) => prompt && findServedVersion(prompt, serve));
  return {
    ...(old === undefined ? {} : { before: old }),
    ...(now === undefined ? {} : { after: now }),
  };
}

/** The sentence for the first line of a result. */
export function describeServed(
  { before, after }: ServedChange,
  tense: "done" | "planned" = "done",
): string {
  const [old, now] = [before, after].map((one) => (one === undefined ? "none" : `version ${one}`));
  if (tense === "planned") {
    return before === after
      ? `This server would still serve ${now}.`
      : `This server would serve ${now}; now it serves ${old}.`;
  }
  return before === after
    ? `This server serves ${now}, as before.`
    : `This server now serves ${now}; before, it served ${old}.`;
}

/** The prompt after an alias was set, or deleted if there is no version. */
export function withAlias(prompt: Prompt, alias: string, version: number | undefined): Prompt {
  const others = Object.entries(prompt.aliases).filter(([one]) => one !== alias);
  const set = version === undefined ? [] : [[alias, version] as const];
  return { ...prompt, aliases: Object.fromEntries([...others, ...set]) };
}

/** The prompt after a version was registered, and an alias was pointed at it if one was given. */
export function withRegistered(
  prompt: Prompt | undefined,
  latest: PromptVersion,
  alias: string | undefined,
): Pointers {
  const aliases = prompt?.aliases ?? {};
  return {
    latest,
    aliases: alias === undefined ? aliases : { ...aliases, [alias]: latest.version },
  };
}

/** The prompt after a version and its aliases were deleted. @param newest the newest that is left */
export function withoutVersion(
  { latest: _, ...prompt }: Prompt,
  version: number,
  newest: PromptVersion | undefined,
): Prompt {
  const left = Object.entries(prompt.aliases).filter(([, target]) => target !== version);
  return { ...prompt, aliases: Object.fromEntries(left), ...(newest ? { latest: newest } : {}) };
}

/** How to keep the version that is served before another one is registered, as part of a sentence. */
export function describeKeeping(
  { serve }: Pick<Policy, "serve">,
  { before }: ServedChange,
): string {
  const [alias] = serve;
  if (alias === undefined || alias.toLowerCase() === "latest" || before === undefined) return "";
  return `, or first point the alias ${quote(alias)} at version ${before} with set_prompt_alias, so that it stays served`;
}

/**
 * How a change of what is served breaks the callers of the version served so far, in a sentence.
 * Undefined when it does not.
 * @param registering the version served afterwards, if it is not registered yet
 */
export async function findServedBreak(
  session: Session,
  name: string,
  { before, after }: ServedChange,
  registering: PromptVersion | undefined,
  call: Call,
): Promise<string | undefined> {
  if (before === undefined || before === after) return undefined;
  const serves = `This server serves version ${before} of ${quote(name)}`;
  if (after === undefined) return `${serves} and would serve none: its callers would fail.`;
  const wanted = registering ? [before] : [before, after];
  const versions = await session.registry.getVersions(
    wanted.map((version) => ({ name, version })),
    call,
  );
  const older = versions.find(({ version }) => version === before);
  const newer = registering ?? versions.find(({ version }) => version === after);
  if (older === undefined || newer === undefined) return undefined;
  const change = await changeBetween(session, older, newer, call);
  if (!canBreakCallers(change)) return undefined;
  const how = change.verdict === "breaking" ? "would" : "may";
  return `${serves} and would serve version ${after} instead, which ${how} break its callers. ${change.line}`;
}
