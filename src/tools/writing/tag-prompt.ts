import * as z from "zod";
import { argumentsTag } from "../../registry/contract/arguments.ts";
import type { ContractChange } from "../../registry/contract/contract-change.ts";
import { contractOf } from "../../registry/engine/contract-of.ts";
import type { TemplateEngine } from "../../registry/engine/template-engine.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import { record } from "../../registry/json.ts";
import { findUnsafeContent } from "../../registry/text/unsafe-content.ts";
import type { Prompt, PromptVersion, Tags } from "../../registry/types.ts";
import { refuseOriginTags } from "../../registry/versions/provenance.ts";
import { formatTag, isMustache } from "../../registry/versions/template-format.ts";
import type { TagChanges } from "../../registry/writes.ts";
import type { Call } from "../../session/call.ts";
import { ElicitationRequest } from "../../session/elicitation.ts";
import type { Session } from "../../session/session.ts";
import { confirmBreaking } from "../checks/confirm.ts";
import { refuseWrongArgumentsTag } from "../checks/declaration.ts";
import { refuseUnreadableFormat } from "../checks/format-tag.ts";
import { canBreakCallers, expectProtectedAliases, isProtected } from "../checks/protection.ts";
import { allowBreaking, promptName, versionNumber } from "../input/fields.ts";
import { checkContent, formatWarnings, warningsView } from "../output/content-warnings.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

export const tagPrompt = defineTool({
  name: "tag_prompt",
  title: "Tag a prompt or a version",
  description:
    'Sets or deletes tags of a prompt or, with version, of one of its versions. A text value sets the tag, null deletes it. Other tags stay. This server reads these tags: mcp.publish = "false" on a prompt keeps it out of the prompt list; mcp.arguments (JSON by argument name: description, required, default, enum) and mcp.template_format = "mustache" on a version. The last two change what callers must give: if a protected alias points at the version and the change breaks its callers, the call is refused.',
  effect: "moves",
  input: z.strictObject({
    name: promptName,
    version: versionNumber
      .optional()
      .describe("The version to tag, from list_prompt_versions. Default: the prompt itself."),
    tags: record(z.string().nullable())
      .refine((tags) => Object.keys(tags).length > 0, "name at least one tag")
      .describe('Values by key; null deletes the tag: {"team": "search", "draft": null}.'),
    allow_breaking: allowBreaking,
  }),
  output: z.object({
    name: z.string(),
    version: z.int().optional(),
    set: z.array(z.string()).describe("Keys that were set."),
    deleted: z.array(z.string()).describe("Keys that were deleted."),
    warnings: warningsView,
  }),
  async run(session, { name, version, tags, allow_breaking }, call) {
    refuseOriginTags(tags);
    const subject = { prompt: name, ...(version === undefined ? {} : { version }) };
    const found = findUnsafeContent({ tags: changed({}, tags) });
    const checked = checkContent(session, found, "No tag was changed", subject);
    const { registry } = session;
    const tagging = { name, version, tags, allow_breaking };
    await refuseWrongArgumentsTag(session, tagging, call);
    const prompt = changesContract(tagging) ? await registry.getPrompt(name, call) : undefined;
    const broken = prompt && (await findBroken(session, tagging, prompt, call));
    if (broken) {
      if (!allow_breaking) throw breakingError(broken);
      const response = confirmBreaking(messagesFor(broken), subject, call.elicitation);
      if (response instanceof ElicitationRequest) return response;
    }
    const conditions = prompt && expectProtectedAliases(session, prompt);
    if (version === undefined) await registry.tagPrompt(name, tags, conditions, call);
    else await registry.tagVersion(name, version, tags, conditions, call);
    const keys = Object.keys(tags);
    const set = keys.filter((key) => tags[key] !== null);
    const deleted = keys.filter((key) => tags[key] === null);
    const target = version === undefined ? name : `${name} version ${version}`;
    const done = [
      set.length > 0 && `set ${set.join(", ")}`,
      deleted.length > 0 && `deleted ${deleted.join(", ")}`,
    ];
    return {
      structured: { name, ...(version === undefined ? {} : { version }), set, deleted, ...checked },
      text: ToolText.join(
        line`Tags of ${target}: ${done.filter(Boolean).join("; ")}.`,
        ...formatWarnings(checked.warnings),
      ),
    };
  },
});

interface Tagging {
  readonly name: string;
  readonly version: number | undefined;
  readonly tags: TagChanges;
  readonly allow_breaking: boolean;
}

/** A version that a protected alias points at, and how the tags change its contract. */
interface Broken {
  readonly version: PromptVersion;
  readonly change: ContractChange;
}

/** Two tags are part of a version's contract. */
function changesContract({ version, tags }: Tagging): boolean {
  const contractTags = version === undefined ? [formatTag] : [formatTag, argumentsTag];
  return contractTags.some((key) => Object.hasOwn(tags, key));
}

/**
 * Changing a contract behind a protected alias needs the same check as moving the alias.
 * @throws RegistryError `conflict` when nobody could fill in a version any more
 */
async function findBroken(
  session: Session,
  tagging: Tagging,
  prompt: Prompt,
  call: Call,
): Promise<Broken | undefined> {
  const { name, version, tags, allow_breaking } = tagging;
  if (!allow_breaking && Object.hasOwn(tags, formatTag)) {
    const tagsAfter = (before: Tags) => changed(before, tags);
    await refuseUnreadableFormat(session, { prompt, version, tagsAfter }, call);
  }
  const protectedTargets = Object.entries(prompt.aliases).filter(([alias]) =>
    isProtected(session, alias),
  );
  const wanted = [...new Set(protectedTargets.map(([, number]) => number))]
    .filter((number) => version === undefined || number === version)
    .map((number) => ({ name, version: number }));
  for (const one of await session.registry.getVersions(wanted, call)) {
    const change = await changeBy(session.templates, tagging, prompt, one);
    if (canBreakCallers(change)) return { version: one, change };
  }
  return undefined;
}

function breakingError(broken: Broken): RegistryError {
  const { name, version } = broken.version;
  return new RegistryError(
    "conflict",
    `No tag was changed. ${describeEffect(broken)} Register another version instead, or ask the person and call again with allow_breaking true.`,
    { prompt: name, version },
    { reason: "protected" },
  );
}

function messagesFor(broken: Broken) {
  const { name, version } = broken.version;
  return {
    question: `Change tags of ${name}? ${describeEffect(broken)}`,
    declined: `No tag was changed: the person declined tags that may break the callers of version ${version} of ${name}.`,
  };
}

function describeEffect({ version: { name, version }, change }: Broken): string {
  return `A protected alias points at version ${version} of ${quote(name)}, and these tags ${change.verdict === "breaking" ? "would" : "may"} break its callers. ${change.line}`;
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
  return templates.compareContracts(
    await contractOf(templates, one, { mustache: isMustache(one, prompt.tags) }),
    await contractOf(templates, tagged, { mustache: isMustache(tagged, promptTags) }),
  );
}

function changed(tags: Tags, changes: TagChanges): Tags {
  const all = Object.entries({ ...tags, ...changes });
  return Object.fromEntries(all.flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}
