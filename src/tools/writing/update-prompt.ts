import * as z from "zod";
import { quote, RegistryError } from "../../registry/errors.ts";
import { gateTag } from "../../registry/evaluation/gate/gate.ts";
import { record, storedJson } from "../../registry/json.ts";
import {
  checkDescription,
  checkNewPromptName,
  checkPromptTags,
  checkVersionTags,
  limits,
} from "../../registry/limits.ts";
import { stepByStep } from "../../registry/partial-failure.ts";
import { findUnsafeContent } from "../../registry/text/unsafe-content.ts";
import type { Tags, VersionSelector } from "../../registry/types.ts";
import { publishTag, titleTag } from "../../registry/versions/prompt-tags.ts";
import { refuseOriginTags } from "../../registry/versions/provenance.ts";
import { formatTag } from "../../registry/versions/template-format.ts";
import type { TagChanges, WriteConditions } from "../../registry/writes.ts";
import type { Call } from "../../session/call.ts";
import { ElicitationRequest } from "../../session/elicitation.ts";
import type { Session } from "../../session/session.ts";
import { confirmBreaking, refuseBreaking } from "../checks/confirm.ts";
import { refuseWrongArgumentsTag } from "../checks/declaration.ts";
import { refuseUnreadableFormat } from "../checks/format-tag.ts";
import { describeLoosening, refuseWrongGateTag } from "../checks/gate-tag.ts";
import { asksToOverride, refuseUngated } from "../checks/override.ts";
import {
  changedTags,
  dependsOnAliases,
  expectCheckedAliases,
  findUpdateBreaks,
} from "../checks/update-breaks.ts";
import {
  allowBreaking,
  anyJson,
  moveReason,
  overrideGate,
  promptName,
  shortText,
  versionOrAlias,
} from "../input/fields.ts";
import { selectPrompt } from "../input/selectors.ts";
import { checkContent } from "../output/content-warnings.ts";
import { type PlannedUpdate, resultOfUpdate, updatedView } from "../output/update-view.ts";
import { defineTool } from "../tool.ts";

const titleLength = 200;

const input = z.strictObject({
  name: promptName,
  version: versionOrAlias
    .optional()
    .describe(
      "The version whose tags change: a number or an alias. Give only tags with it. Default: the prompt itself.",
    ),
  description: z
    .string()
    .max(limits.descriptionLength)
    .optional()
    .describe('The prompt\'s description, which people see in lists. "" removes it.'),
  title: z
    .string()
    .max(titleLength)
    .optional()
    .describe('The title that people see in place of the name. "" removes it.'),
  published: z
    .boolean()
    .optional()
    .describe("False keeps the prompt out of the MCP prompts that this server lists."),
  tags: record(z.string().nullable())
    .optional()
    .describe('Values by key; null deletes the tag: {"team": "search", "draft": null}.'),
  new_name: shortText
    .optional()
    .describe("Renames the prompt. References by the old name fail from then on."),
  gate: z
    .union([record(anyJson), z.array(record(anyJson))])
    .nullish()
    .describe(
      'What a version must have been measured to be before an alias moves to it, or a list of that; null removes it: {"alias": "production", "dataset": name, "scorers": {"correctness": {"at_least": 0.9}, "relevance": {"not_worse_by": 0.02}}, "confidence": 0.95, "max_age_days": 30, "max_cost_ratio": 1.5, "max_latency_ratio": 1.5, "min_rows": 50, "approvals": {"count": 1}}. Rows: all of the dataset, without min_rows. Approvals need no dataset.',
    ),
  allow_breaking: allowBreaking,
  override_gate: overrideGate,
  reason: moveReason,
});

export const updatePrompt = defineTool({
  name: "update_prompt",
  title: "Update a prompt's details",
  description:
    'Changes what describes a prompt, not its text: description, title, whether it is published, tags and name. With version, it changes tags of that version. What is not given stays. Tags that this server reads: mcp.arguments (JSON by argument name: description, required, default, enum) and mcp.template_format = "mustache", both on a version; and mcp.skill = "true" on a prompt, which models then load as a skill. Renaming or unpublishing a prompt in use, and tags that change what callers of a version in use must give, are refused without allow_breaking; if the client can ask the person, the person is asked first. To change the text, use register_prompt.',
  effect: "moves",
  input,
  output: updatedView,
  async run(session, given, call) {
    const { name, selector } = await selectPrompt(session, given, call);
    const tags = tagChanges(given);
    checkUpdate(given, name, selector, tags);
    const prompt = await session.registry.getPrompt(name, call);
    const version = await numberOf(session, name, selector, call);
    const planned = { ...given, prompt, tags, version };
    refuseWrongGateTag(session, planned);
    await refuseWrongArgumentsTag(session, { name, version, tags }, call);
    if (!given.allow_breaking && Object.hasOwn(tags, formatTag)) {
      const tagsAfter = (before: Tags) => changedTags(before, tags);
      await refuseUnreadableFormat(session, { prompt, version, tagsAfter }, call);
    }
    const subject = subjectOf(planned);
    const texts = { commitMessage: given.description, tags: changedTags({}, tags) };
    const found = findUnsafeContent(texts);
    const checked = checkContent(session, found, "Nothing was changed", subject);
    const breaks = await findUpdateBreaks(session, planned, prompt, call);
    const undone = "Nothing was changed";
    refuseBreaking(breaks, { allowBreaking: given.allow_breaking, undone, subject });
    const override = asksToOverride(given, undone, subject);
    const loosening = describeLoosening(session, planned);
    const effects = [...breaks, ...(loosening === undefined ? [] : [loosening])];
    refuseUngated(effects.slice(breaks.length), { override, undone, subject });
    if (effects.length > 0) {
      const effect = effects.join(" ");
      const messages = {
        question: `Update ${name}? ${effect}`,
        declined: `Nothing was changed: the person declined this update of ${name}. ${effect}`,
      };
      const response = confirmBreaking(messages, subject, call.elicitation);
      if (response instanceof ElicitationRequest) return response;
    }
    const conditions = dependsOnAliases(planned) ? expectCheckedAliases(session, prompt) : {};
    await carryOut(session, planned, conditions, call);
    return resultOfUpdate(planned, given.tags ?? {}, checked.warnings);
  },
});

type Given = z.infer<typeof input>;

/** The tags that the call sets and deletes, those for title and publication among them. */
function tagChanges({ title, published, gate, tags = {} }: Given): TagChanges {
  const own: TagChanges = {
    ...(title === undefined ? {} : { [titleTag]: title.trim() === "" ? null : title.trim() }),
    ...(published === undefined ? {} : { [publishTag]: published ? null : "false" }),
    ...(gate === undefined ? {} : { [gateTag]: gate && storedJson(gate) }),
  };
  const twice = Object.keys(own).find((key) => Object.hasOwn(tags, key));
  if (twice === undefined) return { ...tags, ...own };
  throw invalid(
    `Both ${twice === titleTag ? "title" : twice === gateTag ? "gate" : "published"} and the tag ${quote(twice)} are given: give one of them.`,
  );
}

/** Everything that can be checked before the first request. @throws RegistryError `invalid` */
function checkUpdate(
  { description, title, published, gate, new_name: newName }: Given,
  name: string,
  selector: VersionSelector | undefined,
  tags: TagChanges,
): void {
  refuseOriginTags(tags);
  const details = [description, title, published, gate, newName];
  if (selector !== undefined && details.some((detail) => detail !== undefined)) {
    throw invalid(
      "Only tags can be changed of a version: description, title, published, gate and new_name belong to the prompt. Call again without version for those.",
    );
  }
  if (description === undefined && newName === undefined && Object.keys(tags).length === 0) {
    throw invalid("No change is given: name at least one of the prompt's details.");
  }
  if (newName === name) throw invalid(`${quote(name)} is the prompt's name already.`);
  if (newName !== undefined) checkNewPromptName(newName);
  checkDescription(description ?? "");
  if (selector === undefined) checkPromptTags(tags);
  else checkVersionTags(tags);
}

async function numberOf(
  { registry }: Session,
  name: string,
  selector: VersionSelector | undefined,
  call: Call,
): Promise<number | undefined> {
  if (selector === undefined) return undefined;
  if (selector !== "latest" && "version" in selector) return selector.version;
  return (await registry.getVersion(name, selector, call)).version;
}

function subjectOf({ prompt, version }: PlannedUpdate) {
  return { prompt: prompt.name, ...(version === undefined ? {} : { version }) };
}

interface Step {
  readonly did: string;
  readonly run: () => Promise<void>;
}

/** Renames first: a name that is taken changes nothing. */
async function carryOut(
  { registry }: Session,
  { prompt: { name }, version, description, tags, new_name: newName }: PlannedUpdate,
  conditions: WriteConditions,
  call: Call,
): Promise<void> {
  const steps: Step[] = [];
  const current = newName ?? name;
  if (newName !== undefined) {
    const run = () => registry.renamePrompt(name, newName, conditions, call);
    steps.push({ did: `the prompt was renamed to ${quote(newName)}`, run });
  }
  if (description !== undefined) {
    const run = () => registry.updatePrompt(current, { description }, conditions, call);
    steps.push({ did: "the description was changed", run });
  }
  if (Object.keys(tags).length > 0) {
    const run = () =>
      version === undefined
        ? registry.tagPrompt(current, tags, conditions, call)
        : registry.tagVersion(current, version, tags, conditions, call);
    steps.push({ did: "the tags were changed", run });
  }
  await stepByStep(
    steps,
    (step) => step.run(),
    (done) => `Before the failure, ${done.map(({ did }) => did).join(" and ")}.`,
  );
}

function invalid(message: string): RegistryError {
  return new RegistryError("invalid", `${message} Nothing was changed.`);
}
