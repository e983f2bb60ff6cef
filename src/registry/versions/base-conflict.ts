import { quote, RegistryError } from "../errors.ts";
import { stringifyJson } from "../json.ts";
import type { PromptVersion, Template } from "../types.ts";
import { authorOf } from "./provenance.ts";

/**
 * The newest live version is not the version that the change was made from.
 * @param baseVersion 0 for a prompt that should be new
 * @param same whether the newest version already has the content that was to be registered
 */
export function baseNotNewest(
  name: string,
  baseVersion: number,
  newest: PromptVersion | undefined,
  same: boolean,
): RegistryError {
  const refused = (message: string) =>
    new RegistryError("conflict", `Nothing was registered: ${message}`, {
      prompt: name,
      ...(newest === undefined ? {} : { version: newest.version }),
    });
  if (newest === undefined) {
    return refused(
      `the change was made from version ${baseVersion} of ${quote(name)}, but the prompt has no versions any more. Register with base_version 0 to start again.`,
    );
  }
  const { version } = newest;
  const there = `${version} (${describeVersion(newest)})`;
  const done =
    "It already has the content that was to be registered, so there is nothing left to do.";
  if (baseVersion === 0) {
    const todo = `To change this prompt, load version ${version} and register again with base_version ${version}. For a new prompt, choose another name.`;
    return refused(
      `a prompt named ${quote(name)} exists. Its newest version is ${there}, and it begins with ${quote(firstLine(newest.template))}. ${same ? done : todo}`,
    );
  }
  const todo = `Load version ${version}, merge the changes, and register again with base_version ${version}.`;
  return refused(
    `the newest version of ${quote(name)} is ${there}, but the change was made from version ${baseVersion}. ${same ? done : todo}`,
  );
}

function describeVersion(version: PromptVersion): string {
  const { createdAt, commitMessage } = version;
  const who = authorOf(version);
  const by = who ? ` by ${quote(who)}` : "";
  const said =
    commitMessage === "" ? "no commit message" : `commit message ${quote(commitMessage)}`;
  return `registered ${new Date(createdAt).toISOString()}${by}, ${said}`;
}

function firstLine(template: Template): string {
  const [line = ""] = firstText(template).trimStart().split("\n", 1);
  return line;
}

function firstText(template: Template): string {
  if (template.kind !== "chat") return template.text;
  const content = template.messages[0]?.content ?? "";
  return typeof content === "string" ? content : stringifyJson(content);
}
