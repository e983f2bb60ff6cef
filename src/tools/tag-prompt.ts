import * as z from "zod";
import { argumentsTag } from "../registry/arguments.ts";
import { contractOf } from "../registry/contract.ts";
import { type ContractChange, compareContracts } from "../registry/contract-change.ts";
import { RegistryError } from "../registry/errors.ts";
import { refuseOriginTags } from "../registry/origin.ts";
import type { TagChanges } from "../registry/prompt-registry.ts";
import type { TemplateEngine } from "../registry/template/engine.ts";
import { formatTag, isMustache } from "../registry/template-format.ts";
import type { Prompt, PromptVersion, Tags } from "../registry/types.ts";
import type { Call, Session } from "../session.ts";
import { allowBreaking, promptName, versionNumber } from "./fields.ts";
import { isProtected, mayBreak } from "./protection.ts";
import { defineTool } from "./tool.ts";

export const tagPrompt = defineTool({
  name: "tag_prompt",
  title: "Tag a prompt or a version",
  description:
    'Sets or deletes tags of a prompt or, with version, of one of its versions. A text value sets the tag, null deletes it; tags not named stay. Tags this server reads: mcp.publish = "false" on a prompt keeps it out of the prompt list; mcp.arguments (JSON by argument name: description, required, default, enum) and mcp.template_format = "mustache" on a version. These two change what callers give, and are refused on a version behind a protected alias when that breaks its callers.',
  effect: "moves",
  input: z.strictObject({
    name: promptName,
    version: versionNumber
      .optional()
      .describe("Tag this version, from list_prompt_versions; without it, tag the prompt."),
    tags: z
      .record(z.string(), z.string().nullable())
      .refine((tags) => Object.keys(tags).length > 0, "name at least one tag")
      .describe('Value by key, null to delete: {"team": "search", "draft": null}.'),
    allow_breaking: allowBreaking,
  }),
  output: z.object({
    name: z.string(),
    version: z.int().optional(),
    set: z.array(z.string()).describe("Keys that were set."),
    deleted: z.array(z.string()).describe("Keys that were deleted."),
  }),
  async run(session, { name, version, tags, allow_breaking }, call) {
    refuseOriginTags(tags);
    if (!allow_breaking) await refuseBreaking(session, { name, version, tags }, call);
    const { registry } = session;
    if (version === undefined) await registry.tagPrompt(name, tags, call);
    else await registry.tagVersion(name, version, tags, call);
    const keys = Object.keys(tags);
    const set = keys.filter((key) => tags[key] !== null);
    const deleted = keys.filter((key) => tags[key] === null);
    const target = version === undefined ? name : `${name} version ${version}`;
    const done = [
      set.length > 0 && `set ${set.join(", ")}`,
      deleted.length > 0 && `deleted ${deleted.join(", ")}`,
    ];
    return {
      structured: { name, ...(version === undefined ? {} : { version }), set, deleted },
      text: `Tags of ${target}: ${done.filter(Boolean).join("; ")}.`,
    };
  },
});

interface Tagging {
  readonly name: string;
  readonly version: number | undefined;
  readonly tags: TagChanges;
}

/**
 * Two tags are part of what callers and a version agree on: changing them under a protected alias
 * is as bad as moving the alias.
 * @throws RegistryError `conflict` when callers of a protected alias would break
 */
async function refuseBreaking(session: Session, tagging: Tagging, call: Call): Promise<void> {
  const { name, version, tags } = tagging;
  const decisive = version === undefined ? [formatTag] : [formatTag, argumentsTag];
  if (!decisive.some((key) => Object.hasOwn(tags, key))) return;
  const prompt = await session.registry.getPrompt(name, call);
  const held = Object.entries(prompt.aliases).filter(([alias]) => isProtected(session, alias));
  const wanted = [...new Set(held.map(([, number]) => number))]
    .filter((number) => version === undefined || number === version)
    .map((number) => ({ name, version: number }));
  for (const one of await session.registry.getVersions(wanted, call)) {
    const change = await changeBy(session.templates, tagging, prompt, one);
    if (!mayBreak(change)) continue;
    throw new RegistryError(
      "conflict",
      `No tag was changed: version ${one.version} of ${JSON.stringify(name)} is behind a protected alias, and these tags would break its callers, or may. ${change.line} Register another version instead, or ask the person and call again with allow_breaking true.`,
      { prompt: name, version: one.version },
    );
  }
}

async function changeBy(
  templates: TemplateEngine,
  { version, tags }: Tagging,
  prompt: Prompt,
  one: PromptVersion,
): Promise<ContractChange> {
  const onVersion = version !== undefined;
  const tagged = onVersion ? { ...one, tags: changed(one.tags, tags) } : one;
  const promptTags = onVersion ? prompt.tags : changed(prompt.tags, tags);
  return compareContracts(
    await contractOf(templates, one, { mustache: isMustache(one, prompt.tags) }),
    await contractOf(templates, tagged, { mustache: isMustache(tagged, promptTags) }),
  );
}

function changed(tags: Tags, changes: TagChanges): Tags {
  const all = Object.entries({ ...tags, ...changes });
  return Object.fromEntries(all.flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}
