import type { ReadResourceResult } from "@modelcontextprotocol/server";
import type {
  GetSkillResult,
  ListSkillsResult,
  ReadResourceDirectoryResult,
} from "@modelcontextprotocol/server/ext/skills";
import type { PromptMemo } from "../prompts/memo.ts";
import { readDirectory } from "./directories.ts";
import { SkillSummaries } from "./skill-summaries.ts";
import { getSkill, listSkills, manifestType, type SkillCall } from "./skills.ts";

/** One caller's request. */
export type SkillRequest = Pick<SkillCall, "session" | "options" | "form">;

/** The results of requests about skills, without what depends on the protocol's revision. */
export class SkillResults {
  readonly #parts: Pick<SkillCall, "memo" | "summaries">;

  constructor(memo: PromptMemo) {
    this.#parts = { memo, summaries: new SkillSummaries() };
  }

  /** Of `skills/list`. */
  async list(
    request: SkillRequest,
    cursor: string | undefined,
  ): Promise<Pick<ListSkillsResult, "skills" | "nextCursor">> {
    const { skills, ...next } = await listSkills({ ...request, ...this.#parts }, cursor);
    return { skills: skills.map(({ entry }) => entry), ...next };
  }

  /** Of `skills/get`. @throws RegistryError as `getSkill` does */
  async get(request: SkillRequest, uri: string): Promise<Pick<GetSkillResult, "skill">> {
    const { entry } = await getSkill({ ...request, ...this.#parts }, uri);
    return { skill: entry };
  }

  /** Of `resources/read`. @throws RegistryError as `getSkill` does */
  async read(request: SkillRequest, uri: string): Promise<ReadResourceResult> {
    const { write } = await getSkill({ ...request, ...this.#parts }, uri);
    return { contents: [{ uri, mimeType: manifestType, text: write() }] };
  }

  /** Of `resources/directory/read`. @throws RegistryError as `readDirectory` does */
  async readDirectory(
    request: SkillRequest,
    uri: string,
    cursor: string | undefined,
  ): Promise<Pick<ReadResourceDirectoryResult, "resources" | "nextCursor">> {
    const call = { ...request, ...this.#parts };
    const { resources, ...next } = await readDirectory(call, uri, cursor);
    return { resources: [...resources], ...next };
  }
}
