import * as z from "zod";
import type { PromptFile } from "../../prompt-files/prompt-file.ts";
import type { differences } from "../../prompt-files/same-content.ts";
import { type ContractVerdict, contractVerdicts } from "../../registry/contract/contract-change.ts";
import type { PromptVersion, Tags } from "../../registry/types.ts";
import type { GivenDetails } from "../../registry/versions/carry-over.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { changeBetween } from "../../tools/output/contract-view.ts";
import { completeDraft } from "../../tools/writing/base-version.ts";
import { predictedVersion } from "../../tools/writing/planning.ts";
import { registerPrompt } from "../../tools/writing/register-prompt.ts";
import { callTool } from "../call-tool.ts";
import { contentTags } from "./registry-content.ts";

export type Detail = ReturnType<typeof differences>[number];

/** What a push registers. */
export interface FileChange {
  readonly name: string;
  readonly file: PromptFile;
  /** Absent for a new prompt. */
  readonly newest: PromptVersion | undefined;
  readonly changed: readonly Detail[] | undefined;
  /** The version that the file was last the same as. */
  readonly base: number | undefined;
}

const shown = z.object({
  version: z.int(),
  registered: z.boolean(),
  problem: z.string().optional(),
  refusal: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  diff: z.string().optional(),
  contract_change: z.object({ verdict: z.enum(contractVerdicts), summary: z.string() }).optional(),
});

/** What register_prompt did, or would do. */
export interface Registration extends Omit<z.infer<typeof shown>, "registered"> {
  /** The registry has the content already. */
  readonly unchanged: boolean;
}

/** Registers the change as register_prompt does. */
export async function registerFile(
  session: Session,
  { name, file, newest, changed, base }: FileChange,
  {
    dryRun,
    message,
    allowBreaking,
  }: { readonly dryRun: boolean; readonly message?: string; readonly allowBreaking: boolean },
  call: Call,
): Promise<Registration> {
  const said = message ?? (newest === undefined ? file.description : undefined);
  const { template } = file;
  const details = detailsGiven({ file, newest, changed });
  const { structured } = await callTool(
    session,
    registerPrompt,
    {
      name,
      ...(template.kind === "text" ? { template: template.text } : { messages: template.messages }),
      ...(newest === undefined || base === undefined ? {} : { base_version: base }),
      ...(said ? { commit_message: said } : {}),
      arguments: details.arguments,
      llm_config: details.modelConfig,
      response_format: details.responseFormat,
      tags: details.tags,
      ...{ dry_run: dryRun, allow_breaking: allowBreaking },
    },
    call,
  );
  const { registered, ...registration } = shown.parse(structured);
  return { ...registration, unchanged: !dryRun && !registered };
}

/** What a change means for the callers of a version. */
export interface Effect {
  readonly verdict: ContractVerdict;
  readonly summary: string;
}

/** What the change means for the callers of a version that is not the newest. */
export async function effectOn(
  session: Session,
  older: PromptVersion,
  { name, file, newest, changed }: Omit<FileChange, "base">,
  call: Call,
): Promise<Effect> {
  const change = { name, template: file.template, commitMessage: undefined };
  const details = detailsGiven({ file, newest, changed });
  const { draft } = await completeDraft(session, change, newest, details, call);
  const newer = predictedVersion(name, draft, newest);
  const { verdict, line } = await changeBetween(session, older, newer, call);
  return { verdict, summary: line };
}

function detailsGiven({
  file,
  newest,
  changed,
}: Pick<FileChange, "file" | "newest" | "changed">): GivenDetails {
  const isGiven = (detail: Detail) =>
    file.hasDetails && (changed === undefined || changed.includes(detail));
  return {
    arguments: isGiven("arguments") ? (file.arguments ?? null) : undefined,
    modelConfig: isGiven("modelConfig") ? (file.modelConfig ?? null) : undefined,
    responseFormat: isGiven("responseFormat") ? (file.responseFormat ?? null) : undefined,
    tags: tagsGiven(file, newest?.tags),
  };
}

/** Tags that a file has, and null for those that it no longer has. */
export function tagsGiven(file: PromptFile, before: Tags = {}) {
  if (!file.hasDetails) return file.tags;
  const there = contentTags(before);
  const dropped = Object.keys(there).filter((key) => file.tags?.[key] === undefined);
  const set = Object.entries(file.tags ?? {}).filter(([key, value]) => there[key] !== value);
  const changes = Object.fromEntries([...dropped.map((key) => [key, null] as const), ...set]);
  return Object.keys(changes).length === 0 ? undefined : changes;
}
