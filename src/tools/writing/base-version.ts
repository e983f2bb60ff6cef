import { argumentsTag } from "../../registry/contract/arguments.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { PromptVersion, WritableTemplate } from "../../registry/types.ts";
import {
  type CarriedDetails,
  carryOver,
  type GivenDetails,
} from "../../registry/versions/carry-over.ts";
import { refuseOriginTags } from "../../registry/versions/provenance.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";

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

/** @throws RegistryError `invalid` for tags that a caller cannot set */
export function detailsFrom(base: PromptVersion | undefined, given: GivenDetails): CarriedDetails {
  refuseOriginTags(given.tags ?? {});
  if (given.arguments !== undefined && given.tags?.[argumentsTag] !== undefined) {
    throw new RegistryError(
      "invalid",
      `Both arguments and the tag ${argumentsTag} are given: give one of them. Nothing was registered.`,
    );
  }
  return carryOver(base, given);
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
