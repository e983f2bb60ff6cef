import * as z from "zod";
import type { PromptFile } from "../../prompt-files/prompt-file.ts";
import { differences } from "../../prompt-files/same-content.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { Prompt, PromptVersion, Tags } from "../../registry/types.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { registerPrompt } from "../../tools/writing/register-prompt.ts";
import { updatePrompt } from "../../tools/writing/update-prompt.ts";
import { callTool } from "../call-tool.ts";
import type { FolderFile } from "./read-folder.ts";
import { contentOf, contentTags } from "./registry-content.ts";

/** What a push is asked for, besides the folder. */
export interface PushRequest {
  readonly dryRun: boolean;
  readonly message?: string;
  readonly allowBreaking: boolean;
}

/** What a push does with one file. */
export interface Pushed {
  readonly name: string;
  readonly file: string;
  readonly action: "created" | "registered" | "updated" | "unchanged" | "failed";
  /** Of the registry afterwards; in a dry run the number that it would be. */
  readonly version?: number;
  /** Of the contract; `breaking` also for what nobody could fill in, and what would be refused. */
  readonly verdict?: string;
  /** What the change means for callers, why nobody could fill it in, or why it would be refused. */
  readonly findings?: readonly string[];
  readonly diff?: string;
  readonly error?: string;
}

const shown = z.object({
  version: z.int(),
  registered: z.boolean(),
  problem: z.string().optional(),
  refusal: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  diff: z.string().optional(),
  contract_change: z.object({ verdict: z.string(), summary: z.string() }).optional(),
});

type Detail = ReturnType<typeof differences>[number];

/**
 * Registers the prompt of a file if it differs from the newest version, through the code of the tools.
 * @param base the version that the file was last the same as
 * @throws RegistryError as register_prompt and update_prompt do, and `conflict` where others have
 *   registered a version since
 */
export async function pushPrompt(
  session: Session,
  { name, path, file }: FolderFile,
  { prompt, base }: { readonly prompt: Prompt | undefined; readonly base: number | undefined },
  request: PushRequest,
  call: Call,
): Promise<Pushed> {
  const newest = prompt?.latest;
  const changed = prompt && newest && changesOf(file, prompt, newest);
  if (newest === undefined || changed === undefined || changed.some(isOfVersion)) {
    const outcome = await register(session, { name, file, newest, changed, base }, request, call);
    const isOther = changed?.includes("description") ?? request.message !== undefined;
    if (!request.dryRun && isOther && file.hasDetails) {
      await describe(session, name, file, request, call);
    }
    return { name, file: path, ...viewOutcome(outcome, newest) };
  }
  const unchanged = { name, file: path, version: newest.version };
  if (changed.length === 0) return { ...unchanged, action: "unchanged" };
  if (base !== newest.version) throw staleBase(newest, base);
  if (!request.dryRun) await updateDetails(session, file, newest, changed, request, call);
  return { ...unchanged, action: "updated" };
}

/** As register_prompt refuses it: what others changed since is not changed back unseen. */
function staleBase({ name, version }: PromptVersion, base: number | undefined): RegistryError {
  const known =
    base === undefined
      ? "is not known here"
      : `is newer than version ${base}, which the file was last the same as`;
  return new RegistryError(
    "conflict",
    `Nothing of ${quote(name)} was changed: its version ${version} ${known}. Run pull, merge, and push again.`,
    { prompt: name, version },
  );
}

function isOfVersion(detail: Detail): boolean {
  return detail !== "description" && detail !== "tags";
}

function viewOutcome(
  outcome: z.infer<typeof shown>,
  newest: PromptVersion | undefined,
): Omit<Pushed, "name" | "file"> {
  const { version, contract_change, problem, refusal, warnings = [], diff } = outcome;
  const findings = [contract_change?.summary, problem, refusal, ...warnings];
  const isRefused = problem !== undefined || refusal !== undefined;
  const verdict = isRefused ? "breaking" : contract_change?.verdict;
  return {
    action: newest === undefined ? "created" : "registered",
    version,
    ...(verdict === undefined ? {} : { verdict }),
    findings: findings.filter((one) => one !== undefined),
    ...(diff === undefined ? {} : { diff }),
  };
}

/** Changes the description of the prompt and the tags of its newest version. */
async function updateDetails(
  session: Session,
  file: PromptFile,
  { name, version, tags: before }: PromptVersion,
  changed: readonly Detail[],
  request: PushRequest,
  call: Call,
): Promise<void> {
  const tags = tagsGiven(file, before);
  if (changed.includes("tags") && tags !== undefined) {
    await update(session, { name, version, tags, allow_breaking: request.allowBreaking }, call);
  }
  if (changed.includes("description")) await describe(session, name, file, request, call);
}

function describe(
  session: Session,
  name: string,
  { description = "" }: PromptFile,
  { allowBreaking }: PushRequest,
  call: Call,
): Promise<void> {
  return update(session, { name, description, allow_breaking: allowBreaking }, call);
}

async function update(
  session: Session,
  given: Readonly<Record<string, unknown>>,
  call: Call,
): Promise<void> {
  await callTool(session, updatePrompt, given, call);
}

/** What a file says otherwise than the version. A file without room for details says nothing of them. */
export function changesOf(
  file: PromptFile,
  prompt: Pick<Prompt, "description">,
  version: PromptVersion,
): readonly Detail[] {
  const there = version.template.kind === "unreadable" ? undefined : contentOf(prompt, version);
  if (there === undefined) return ["template"];
  const changed = differences(file, there);
  return file.hasDetails ? changed : changed.filter((one) => one === "template");
}

async function register(
  session: Session,
  {
    name,
    file,
    newest,
    changed,
    base,
  }: {
    readonly name: string;
    readonly file: PromptFile;
    readonly newest: PromptVersion | undefined;
    readonly changed: readonly Detail[] | undefined;
    readonly base: number | undefined;
  },
  { dryRun, message, allowBreaking }: PushRequest,
  call: Call,
): Promise<z.infer<typeof shown>> {
  const said = message ?? (newest === undefined ? file.description : undefined);
  const given = (detail: Detail, value: unknown) =>
    file.hasDetails && (changed === undefined || changed.includes(detail))
      ? (value ?? null)
      : undefined;
  const { template } = file;
  const { structured } = await callTool(
    session,
    registerPrompt,
    {
      name,
      ...(template.kind === "text" ? { template: template.text } : { messages: template.messages }),
      ...(newest === undefined || base === undefined ? {} : { base_version: base }),
      ...(said ? { commit_message: said } : {}),
      arguments: given("arguments", file.arguments),
      llm_config: given("modelConfig", file.modelConfig),
      response_format: given("responseFormat", file.responseFormat),
      tags: tagsGiven(file, newest?.tags),
      ...{ dry_run: dryRun, allow_breaking: allowBreaking },
    },
    call,
  );
  return shown.parse(structured);
}

/** Tags that a file has, and null for those that it no longer has. */
function tagsGiven(file: PromptFile, before: Tags = {}) {
  if (!file.hasDetails) return file.tags;
  const there = contentTags(before);
  const dropped = Object.keys(there).filter((key) => file.tags?.[key] === undefined);
  const set = Object.entries(file.tags ?? {}).filter(([key, value]) => there[key] !== value);
  const changes = Object.fromEntries([...dropped.map((key) => [key, null] as const), ...set]);
  return Object.keys(changes).length === 0 ? undefined : changes;
}
