import * as z from "zod";
import { quote, RegistryError } from "../../registry/errors.ts";
import { checkNewPromptName } from "../../registry/limits.ts";
import type { PromptRegistry } from "../../registry/prompt-registry.ts";
import { findUnsafeContent } from "../../registry/text/unsafe-content.ts";
import type { Prompt } from "../../registry/types.ts";
import { iterateVersions } from "../../registry/versions/iterate-versions.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { isGuarded } from "../checks/gate.ts";
import { describeServed, servedChange, servedView } from "../checks/served.ts";
import { promptName, shortText } from "../input/fields.ts";
import { selectName, selectVersion } from "../input/selectors.ts";
import { checkContent, formatWarnings, warningsView } from "../output/content-warnings.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";
import { writableTemplate } from "./base-version.ts";
import { type Copy, copyVersions } from "./copying.ts";

/** Versions that one call copies. */
const mostVersions = 1_000;

export const copyPrompt = defineTool({
  name: "copy_prompt",
  title: "Copy a prompt",
  description:
    "Copies a prompt under another name, or into another workspace: its versions, oldest first, with their texts, commit messages, tags, LLM config and response format, and its description, tags and aliases. Aliases with a gate are left out: evaluate the copy, and set them with set_prompt_alias. The copies are numbered from 1; the result says which version became which. Without versions, all of them are copied. A prompt that exists is never overwritten or extended. The original stays as it is.",
  effect: "adds",
  input: z.strictObject({
    name: promptName,
    new_name: shortText
      .optional()
      .describe("The name of the copy. Default: the same name, in another workspace."),
    versions: z
      .array(z.union([z.int().min(1), shortText]))
      .min(1)
      .max(mostVersions)
      .optional()
      .describe("Numbers or aliases of the versions to copy. Default: all."),
    workspace: shortText
      .optional()
      .describe("The workspace of the copy, from describe_registry. Default: this one."),
  }),
  output: z.object({
    name: z.string().describe("The name of the copy."),
    workspace: z.string().optional().describe("The workspace of the copy, if it is another one."),
    copied_from: z.string().describe("The name of the original."),
    versions: z
      .array(z.object({ from_version: z.int(), to_version: z.int() }))
      .describe("Version numbers of the original and of the copy."),
    aliases: z.record(z.string(), z.int()).describe("The aliases of the copy."),
    left_out: z
      .array(z.string())
      .optional()
      .describe("Aliases that this server does not allow to be set, and those with a gate."),
    served: servedView,
    warnings: warningsView,
  }),
  async run(session, { new_name, versions, workspace: given, ...wanted }, call) {
    const { registry } = session;
    const source = await selectName(session, wanted, call);
    const workspace = given === session.workspace ? undefined : given;
    const name = new_name ?? source;
    if (workspace === undefined && name === source) {
      throw invalid(
        `${quote(source)} cannot be copied onto itself: give new_name, or another workspace.`,
      );
    }
    checkNewPromptName(name);
    const target = await openTarget(session, workspace);
    const prompt = await registry.getPrompt(source, call);
    await refuseExisting(target, name, call);
    const numbers = await numbersOf(session, prompt, versions, call);
    const found = await checkVersions(registry, source, numbers, call);
    const checked = checkContent(session, found, "Nothing was copied", { prompt: source });
    const { writableAliases } = session;
    const isAllowed = (alias: string) =>
      writableAliases.length === 0 || writableAliases.includes(alias);
    // The copies are new versions, which nobody has measured.
    const isWritable = (alias: string) => isAllowed(alias) && !isGuarded(session, prompt, alias);
    const aliases = Object.entries(prompt.aliases).filter(([, at]) => numbers.includes(at));
    const copy: Copy = {
      ...{ source: prompt, name, numbers, target },
      aliases: aliases.filter(([alias]) => isWritable(alias)),
    };
    const done = await copyVersions(session, copy, call);
    const leftOut = aliases.flatMap(([alias]) => (isWritable(alias) ? [] : [alias]));
    const after = { aliases: done.aliases, latest: done.latest };
    const served = servedChange(session, undefined, after);
    const where = workspace === undefined ? "" : ` in the workspace ${workspace}`;
    const count = done.versions.length === 1 ? "1 version" : `${done.versions.length} versions`;
    return {
      structured: {
        name,
        ...(workspace === undefined ? {} : { workspace }),
        copied_from: source,
        versions: done.versions.map(({ original, copy }) => ({
          from_version: original,
          to_version: copy,
        })),
        aliases: { ...done.aliases },
        ...(leftOut.length > 0 ? { left_out: leftOut } : {}),
        served,
        ...checked,
      },
      text: ToolText.join(
        line`Copied ${count} of ${source} to ${name}${where}. ${workspace === undefined ? describeServed(served) : ""}`,
        line`Versions: ${done.versions.map(({ original, copy }) => `${original} is now ${copy}`).join(", ")}`,
        Object.keys(done.aliases).length > 0 &&
          line`Aliases: ${Object.entries(done.aliases)
            .map(([alias, at]) => `${alias} at version ${at}`)
            .join(", ")}`,
        leftOut.length > 0 &&
          line`Not copied, because this server does not allow them to be set, or because they have a gate and the copies were not measured: ${leftOut.join(", ")}`,
        ...formatWarnings(checked.warnings),
      ),
    };
  },
});

async function openTarget(
  { registry, openWorkspace }: Session,
  workspace: string | undefined,
): Promise<PromptRegistry> {
  if (workspace === undefined) return registry;
  if (openWorkspace) return openWorkspace(workspace);
  throw invalid(`The workspace ${quote(workspace)} cannot be used: there is one workspace only.`);
}

/** A copy never adds to a prompt that exists. The first registration checks it once more. */
async function refuseExisting(target: PromptRegistry, name: string, call: Call): Promise<void> {
  try {
    await target.getPrompt(name, call);
  } catch (error) {
    // Some servers answer "forbidden" for a prompt that does not exist, and let everybody create it.
    const isFree = error instanceof RegistryError && /^(not_found|forbidden)$/.test(error.kind);
    if (isFree && error.subject.workspace === undefined) return;
    throw error;
  }
  throw new RegistryError(
    "already_exists",
    `Nothing was copied: a prompt named ${quote(name)} exists there already. Choose another new_name.`,
    { prompt: name },
  );
}

/** The version numbers to copy, ascending. */
async function numbersOf(
  { registry }: Session,
  prompt: Prompt,
  wanted: readonly (number | string)[] | undefined,
  call: Call,
): Promise<readonly number[]> {
  const numbers = new Set<number>();
  for (const one of wanted ?? []) {
    const selector = selectVersion(prompt.name, one);
    numbers.add((await registry.getVersion(prompt.name, selector, call)).version);
  }
  if (wanted === undefined) {
    for await (const { version } of iterateVersions(registry, prompt.name, call)) {
      numbers.add(version);
      if (numbers.size > mostVersions) {
        throw invalid(
          `${quote(prompt.name)} has more than ${mostVersions} versions: name those to copy in versions.`,
        );
      }
    }
  }
  if (numbers.size > 0) return [...numbers].sort((one, other) => one - other);
  throw invalid(`${quote(prompt.name)} has no versions to copy.`);
}

/**
 * Reads every version once before anything is written, without keeping their texts.
 * @returns findings of `findUnsafeContent`
 * @throws RegistryError `unreadable` for a version that cannot be written again
 */
async function checkVersions(
  registry: PromptRegistry,
  name: string,
  numbers: readonly number[],
  call: Call,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const version of numbers) {
    const one = await registry.getVersion(name, { version }, call);
    writableTemplate(one);
    for (const finding of findUnsafeContent(one)) found.add(finding);
  }
  return [...found];
}

function invalid(message: string): RegistryError {
  return new RegistryError("invalid", `Nothing was copied: ${message}`);
}
