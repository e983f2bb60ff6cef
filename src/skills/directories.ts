import type { Resource } from "@modelcontextprotocol/server";
import { quote, RegistryError } from "../registry/errors.ts";
import {
  parseSkillUri,
  promptFolderUri,
  skillFolderUri,
  skillNameOf,
} from "../registry/skill-uris.ts";
import { toOneLine } from "../registry/text/one-line.ts";
import { listSkills, loadSkill, manifestType, type ServedSkill, type SkillCall } from "./skills.ts";

/** The type of a folder's resource (SEP-2640, Directory Resources). */
const folderType = "inode/directory";

export interface DirectoryPage {
  readonly resources: readonly Resource[];
  readonly nextCursor?: string;
}

/**
 * The direct children of a folder: of that of all skills, one page of them.
 * @throws RegistryError `invalid` or `not_found` for what is no folder of a skill
 */
export async function readDirectory(
  call: SkillCall,
  uri: string,
  cursor: string | undefined,
): Promise<DirectoryPage> {
  const reference = parseSkillUri(uri);
  if (reference.kind === "root") {
    const { skills, nextCursor } = await listSkills(call, cursor);
    const resources = skills.map(({ prompt }) => folder(promptFolderUri(prompt), prompt));
    return { resources, ...(nextCursor ? { nextCursor } : {}) };
  }
  if (reference.kind === "file") {
    throw new RegistryError("invalid", `${quote(uri)} is a file. resources/read returns it.`);
  }
  const { name } = reference;
  const { entry } = await loadSkill(call, name);
  const own = skillFolderUri(name);
  return { resources: uri === own ? manifest(entry) : [folder(own, skillNameOf(name))] };
}

function folder(uri: string, name: string): Resource {
  return { uri, name: toOneLine(name), mimeType: folderType };
}

/** The only file of a skill. Its name is the skill's (SEP-2640, Resource Metadata). */
function manifest({ frontmatter, resources }: ServedSkill["entry"]): readonly Resource[] {
  const { name, description } = frontmatter;
  return resources.map(({ uri, size }) => ({
    uri,
    name,
    description: toOneLine(description),
    mimeType: manifestType,
    size,
  }));
}
