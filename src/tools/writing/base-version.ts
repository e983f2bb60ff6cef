import { argumentsTag } from "../../registry/contract/arguments.ts";
import { withUsedDeclarations } from "../../registry/engine/prompt-arguments.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { PromptVersion, VersionDraft, WritableTemplate } from "../../registry/types.ts";
import { carryOver, type GivenDetails } from "../../registry/versions/carry-over.ts";
import { refuseOriginTags } from "../../registry/versions/provenance.ts";
import { usesMustache } from "../../registry/versions/template-format.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { refuseWrongDeclaration } from "../checks/declaration.ts";
import { refuseGateOnVersion } from "../checks/gate-tag.ts";

/** Loads the version that a change is made from. Undefined when it does not exist. */
export async function findBase(
  { registry }: Session,
  name: string,
  baseVersion: number | undefined,
  call: Call,
): Promise<PromptVersion | undefined> {
  if (!baseVersion) return undefined;
  const [base] = await registry.getVersions([{ name, version: baseVersion }], call);
  return base;
}

/**
 * Completes a change with what its base version has. A declaration carries over for the arguments that
 * the new template still has.
 * @throws RegistryError `invalid` for tags that a caller cannot set, and a wrong declaration
 */
export async function completeDraft(
  session: Session,
  change: {
    readonly name: string;
    readonly template: WritableTemplate;
    readonly commitMessage: string | undefined;
  },
  base: PromptVersion | undefined,
  given: GivenDetails,
  call: Call,
): Promise<{ readonly draft: VersionDraft; readonly kept: readonly string[] }> {
  const { name, template, commitMessage = "" } = change;
  refuseOriginTags(given.tags ?? {});
  refuseGateOnVersion(name, given.tags);
  if (given.arguments !== undefined && given.tags?.[argumentsTag] !== undefined) {
    throw new RegistryError(
      "invalid",
      `Both arguments and the tag ${argumentsTag} are given: give one of them. Nothing was registered.`,
    );
  }
  const { draft, kept } = carryOver(base, given);
  const version = { name, template, tags: draft.tags ?? {} };
  if (!kept.includes("arguments")) {
    await refuseWrongDeclaration(session, version, "Nothing was registered", call);
    return { draft: { ...draft, template, commitMessage }, kept };
  }
  const mustache = await usesMustache(session.registry, version, call);
  const tags = await withUsedDeclarations(session.templates, version, { mustache });
  const isKept = tags[argumentsTag] !== undefined;
  return {
    draft: { ...draft, tags, template, commitMessage },
    kept: isKept ? kept : kept.filter((one) => one !== "arguments"),
  };
}

/** @throws RegistryError `unreadable` for a version that is stored in a form nobody can read */
export function writableTemplate({ name, version, template }: PromptVersion): WritableTemplate {
  if (template.kind !== "unreadable") return template;
  throw new RegistryError(
    "unreadable",
    `Nothing was registered: version ${version} of ${quote(name)} cannot be used again: ${template.problem}. Choose another version.`,
    { prompt: name, version },
  );
}
