import { createHash } from "node:crypto";
import { quote, RegistryError } from "./errors.ts";
import { checkPromptName } from "./limits.ts";

/** The URI under which all skills are. */
export const skillsUri = "skill://prompts";

/** A file of a skill, or a folder above such files. */
export type SkillReference =
  | { readonly kind: "file" | "folder"; readonly name: string }
  /** The folder of all skills. */
  | { readonly kind: "root" };

/** Agent Skills, "name field": at most 64 of these characters. */
const namePattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const nameLength = 64;

/** The end of every name that is not the prompt's own. */
const hashedPattern = /-[0-9a-f]{8}$/;

const skillForms =
  'The folder of a skill has its name, as skills/list shows it: "skill://prompts/greet/SKILL.md".';

/**
 * The name of a prompt's skill: the prompt's own name where it is a valid one, otherwise the nearest
 * valid one with a hash of the prompt's name. The hash keeps apart "a_b" and "a.b". A name that ends as
 * if it had a hash gets one too, so that no prompt can be given the name of another's skill.
 */
export function skillNameOf(promptName: string): string {
  const isValid = promptName.length <= nameLength && namePattern.test(promptName);
  if (isValid && !hashedPattern.test(promptName)) return promptName;
  const hash = createHash("sha256").update(promptName).digest("hex").slice(0, 8);
  const words = promptName
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
    .join("-");
  const readable = words.slice(0, nameLength - hash.length - 1).replace(/-$/, "");
  return `${readable || "prompt"}-${hash}`;
}

/** The folder of a prompt in the folder of all skills. */
export function promptFolderUri(promptName: string): string {
  // A lone surrogate has no UTF-8 form, and no registry can store one.
  return `${skillsUri}/${encodeURIComponent(promptName.replace(/\p{Surrogate}/gu, "\ufffd"))}`;
}

/**
 * The folder of a prompt's skill. Its last segment is the skill's name. Where that is not the prompt's
 * name, the segment before it is, so that the URI alone says which prompt it is.
 */
export function skillFolderUri(promptName: string): string {
  const skillName = skillNameOf(promptName);
  const folder = promptFolderUri(promptName);
  return skillName === promptName ? folder : `${folder}/${skillName}`;
}

/** The URI of a skill's `SKILL.md`. */
export function skillUri(promptName: string): string {
  return `${skillFolderUri(promptName)}/SKILL.md`;
}

/** Whether a text is in the place of a skill's URI, valid or not. */
export function isSkillUri(uri: string): boolean {
  return uri.startsWith("skill:");
}

/**
 * Parses the URI of a skill's file or folder. As for every resource, one spelling is valid.
 * @throws RegistryError `invalid`; the message names the URI, and the right one where there is one
 */
export function parseSkillUri(uri: string): SkillReference {
  if (uri === skillsUri) return { kind: "root" };
  const [, segment] = /^skill:\/\/prompts\/([^/]+)(?:\/|$)/.exec(uri) ?? [];
  const name = segment === undefined ? undefined : decoded(segment);
  if (name === undefined) throw invalid(uri, skillForms);
  checkPromptName(name);
  if (uri === skillUri(name)) return { kind: "file", name };
  if (uri === promptFolderUri(name) || uri === skillFolderUri(name))
    return { kind: "folder", name };
  throw invalid(uri, `The URI of the skill of this prompt is ${quote(skillUri(name))}.`);
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function invalid(uri: string, advice: string): RegistryError {
  return new RegistryError("invalid", `${quote(uri)} is not the URI of a skill. ${advice}`);
}
