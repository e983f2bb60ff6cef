import * as z from "zod";
import type { ContractChange } from "../../registry/contract/contract-change.ts";
import { contractOf } from "../../registry/engine/contract-of.ts";
import { diffVersions } from "../../registry/engine/diff.ts";
import { RegistryError } from "../../registry/errors.ts";
import type { PromptVersion, VersionDraft } from "../../registry/types.ts";
import { createOriginTags } from "../../registry/versions/provenance.ts";
import { usesMustache } from "../../registry/versions/template-format.ts";
import type { RegisterConditions, Registered } from "../../registry/writes.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { refuseUnfillable } from "../checks/fitness.ts";
import { formatWarnings, warningsView } from "../output/content-warnings.ts";
import {
  contractChangeView,
  formatContractChange,
  loadContract,
  viewContractChange,
} from "../output/contract-view.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { formatVersion, versionView, viewVersion } from "../output/version-view.ts";
import type { ToolResult } from "../tool.ts";

export const registeredView = versionView.extend({
  registered: z
    .boolean()
    .describe("False when nothing was written: in a dry run, or because nothing changed."),
  created_prompt: z.boolean().describe("True when the prompt did not exist before."),
  contract_change: contractChangeView
    .optional()
    .describe(
      "What the change means for callers of the previous version. Absent for a new prompt.",
    ),
  diff: z.string().optional().describe("Unified diff from the previous version."),
  overtaken: z
    .array(z.object({ version: z.int(), commit_message: z.string() }))
    .describe(
      "Versions that somebody else registered at the same time. This version does not include their changes.",
    ),
  warnings: warningsView,
});
export type RegisteredView = z.infer<typeof registeredView>;

/**
 * Registers a version, with tags that record its origin.
 * @throws RegistryError `invalid` without `force` for a template that nobody can fill in, `conflict`
 *   with the diff to merge when the newest version is not the base
 */
export async function register(
  session: Session,
  name: string,
  draft: VersionDraft,
  conditions: RegisterConditions,
  call: Call,
): Promise<Registered> {
  const { who } = session;
  const { baseVersion, force = false } = conditions;
  if (!force) {
    await refuseUnfillable(session, { name, tags: {}, ...draft }, call);
  }
  const origin = createOriginTags({
    caller: call.caller,
    ...(who === undefined ? {} : { who }),
    ...(baseVersion === undefined ? {} : { baseVersion }),
  });
  const recorded = { ...draft, tags: { ...draft.tags, ...origin } };
  try {
    return await session.registry.registerVersion(name, recorded, conditions, call);
  } catch (error) {
    throw await withMergeDiff(session, name, baseVersion, error, call);
  }
}

/** Builds the result of a registration or a dry run. */
export async function registeredResult(
  session: Session,
  { version, before, createdPrompt, overtaken }: Registered,
  about: {
    readonly opening: string;
    readonly registered: boolean;
    readonly warnings?: string[];
  },
  call: Call,
): Promise<ToolResult<RegisteredView>> {
  const { opening, ...rest } = about;
  const view = await viewVersion(session, version, call);
  const isNew = before !== undefined && before.version !== version.version;
  const change = isNew ? await changeFrom(session, before, version, call) : undefined;
  const diff = isNew ? (await diffVersions(session.templates, before, version)).diff : undefined;
  const ahead = overtaken.map((one) => ({
    version: one.version,
    commit_message: one.commitMessage,
  }));
  return {
    structured: {
      ...view,
      ...rest,
      created_prompt: createdPrompt,
      overtaken: ahead,
      ...(change ? { contract_change: viewContractChange(change) } : {}),
      ...(diff === undefined ? {} : { diff }),
    },
    text: ToolText.join(
      line`${opening}`,
      ...formatWarnings(rest.warnings),
      ...overtaken.map(formatOvertaken),
      change && formatContractChange(change),
      formatVersion(view),
      diff !== undefined &&
        diff !== "" &&
        ToolText.diff(`Changes from version ${before?.version}`, diff),
    ),
  };
}

async function changeFrom(
  session: Session,
  before: PromptVersion,
  after: PromptVersion,
  call: Call,
): Promise<ContractChange> {
  const mustache = await usesMustache(session.registry, after, call);
  return session.templates.compareContracts(
    await loadContract(session, before, call),
    await contractOf(session.templates, after, { mustache }),
  );
}

function formatOvertaken({ version, commitMessage }: PromptVersion): ToolText {
  const message = commitMessage === "" ? "" : ` (${commitMessage})`;
  return line`Somebody else registered version ${version}${message} at the same time. This version does not include its changes: see them with compare_prompt_versions, merge them, and register again.`;
}

/** Adds the diff from the base version to the newest version to a `conflict` error. */
async function withMergeDiff(
  { registry, templates }: Session,
  name: string,
  baseVersion: number | undefined,
  error: unknown,
  call: Call,
): Promise<unknown> {
  if (!(error instanceof RegistryError) || error.kind !== "conflict") return error;
  const { version } = error.subject;
  if (!baseVersion || version === undefined) return error;
  const wanted = [baseVersion, version].map((number) => ({ name, version: number }));
  // A failed read must not hide the conflict.
  const found = await registry.getVersions(wanted, call).catch(() => []);
  const base = found.find((one) => one.version === baseVersion);
  const newest = found.find((one) => one.version === version);
  if (base === undefined || newest === undefined) return error;
  const { diff } = await diffVersions(templates, base, newest);
  const { message, subject } = error;
  return diff === ""
    ? new RegistryError(
        "conflict",
        `${message} Its text is the same as that of your base version.`,
        subject,
        {
          cause: error,
        },
      )
    : new RegistryError("conflict", `${message} Its changes since your base version`, subject, {
        cause: error,
        diff,
      });
}
