import type { Skill, SkillResourceEntry } from "@modelcontextprotocol/server/ext/skills";
import { loadServedVersions } from "../prompts/list-prompts.ts";
import type { PromptMemo, Served } from "../prompts/memo.ts";
import type { ReadVersion } from "../registry/engine/prompt-arguments.ts";
import { notServed, quote, RegistryError } from "../registry/errors.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import { versionUri } from "../registry/references.ts";
import { createYielder } from "../registry/search/turns.ts";
import { parseSkillUri, skillUri } from "../registry/skill-uris.ts";
import type { Prompt } from "../registry/types.ts";
import { isSkill, skillTag } from "../registry/versions/prompt-tags.ts";
import { findServedVersion } from "../registry/versions/served-version.ts";
import { isMustache } from "../registry/versions/template-format.ts";
import type { Session } from "../session/session.ts";
import { type SkillForm, writeSkillFile } from "./skill-file.ts";
import type { SkillSummaries } from "./skill-summaries.ts";

/**
 * Skills on a page. Each entry has the digest of its text, so a page costs more than one of
 * `prompts/list`, and clients of this extension read all pages.
 */
const pageSize = 100;

/** The type of a `SKILL.md`. */
export const manifestType = "text/markdown";

/** A prompt as a skill. */
export interface ServedSkill {
  readonly prompt: string;
  readonly entry: Skill & { readonly resources: SkillResourceEntry[] };
  /** Writes the text of its file. */
  readonly write: () => string;
}

/** One caller's request about skills. */
export interface SkillCall {
  readonly session: Session;
  readonly options: CallOptions;
  readonly form: SkillForm;
  readonly memo: PromptMemo;
  readonly summaries: SkillSummaries;
}

export interface SkillPage {
  readonly skills: readonly ServedSkill[];
  readonly nextCursor?: string;
}

/**
 * A page of the skills. Where they are tagged, the registry searches for the tag, so that a page
 * examines no other prompt.
 */
export async function listSkills(call: SkillCall, cursor: string | undefined): Promise<SkillPage> {
  const { session, options } = call;
  const tags = session.skills === "tagged" ? { tags: { [skillTag]: "true" } } : {};
  const search = { limit: pageSize, cursor, ...tags };
  const { items, nextCursor } = await session.registry.searchPrompts(search, options);
  const prompts = items.filter((prompt) => isSkill(prompt, session.skills));
  const versions = await loadServedVersions(session, prompts, options);
  const served = prompts.flatMap((prompt) => {
    const version = versions.get(prompt.name);
    return version ? [{ prompt, version }] : [];
  });
  // All at once, so that the templates' processes get them in batches.
  const read = await Promise.all(served.map((one) => readServed(call, one)));
  const skills: ServedSkill[] = [];
  const yieldTurn = createYielder();
  for (const one of read) {
    await yieldTurn();
    if (one.problem === undefined) skills.push(makeSkill(call, one));
  }
  return { skills, ...(nextCursor ? { nextCursor } : {}) };
}

/**
 * The skill at the URI of a `SKILL.md`.
 * @throws RegistryError `invalid` or `not_found` when there is none; the message says why
 */
export async function getSkill(call: SkillCall, uri: string): Promise<ServedSkill> {
  const reference = parseSkillUri(uri);
  if (reference.kind !== "file") {
    throw new RegistryError(
      "invalid",
      `${quote(uri)} is a folder. resources/directory/read lists what is in it.`,
    );
  }
  return loadSkill(call, reference.name);
}

/** As `getSkill`, by the name of the prompt. */
export async function loadSkill(call: SkillCall, name: string): Promise<ServedSkill> {
  const { session, options } = call;
  const { registry, serve, skills } = session;
  const prompt = await registry.getPrompt(name, options);
  if (!isSkill(prompt, skills)) throw notSkill(name);
  const number = findServedVersion(prompt, serve);
  if (number === undefined) throw notServed(name, serve);
  const version =
    prompt.latest?.version === number
      ? prompt.latest
      : await registry.getVersion(name, { version: number }, options);
  const read = await readServed(call, { prompt, version });
  if (read.problem === undefined) return makeSkill(call, read);
  throw new RegistryError(
    "invalid",
    `Prompt ${name} version ${number} is not served as a skill: it cannot be filled in with any values: ${read.problem}.`,
    { prompt: name, version: number },
  );
}

type ReadServed = Served & ReadVersion;

async function readServed({ session, memo }: SkillCall, served: Served): Promise<ReadServed> {
  const { prompt, version } = served;
  const read = await memo.read(session.templates, version, isMustache(version, prompt.tags));
  return { ...served, ...read };
}

function makeSkill({ session, form, summaries }: SkillCall, served: ReadServed): ServedSkill {
  const { prompt, version, arguments: args } = served;
  const { frontMatter, digest, size } = summaries.of(served, args, form);
  const uri = skillUri(prompt.name);
  return {
    prompt: prompt.name,
    write: () => writeSkillFile(served, args, form).text,
    entry: {
      uri,
      frontmatter: { ...frontMatter, metadata: { ...frontMatter.metadata } },
      resources: [{ uri, digest, size }],
      _meta: {
        uri: versionUri(version.name, version.version),
        version: version.version,
        aliases: [...version.aliases],
        workspace: session.workspace ?? null,
      },
    },
  };
}

function notSkill(name: Prompt["name"]): RegistryError {
  return new RegistryError(
    "invalid",
    `The prompt ${quote(name)} is not served as a skill. With the tag ${skillTag} = true it is.`,
    { prompt: name },
  );
}
