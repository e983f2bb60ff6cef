import type { GetPromptResult } from "@modelcontextprotocol/server";
import { withOwnNames } from "../registry/argument-names.ts";
import { promptArguments } from "../registry/arguments.ts";
import { fillPrompt } from "../registry/fill-prompt.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import { parseReference, versionUri } from "../registry/references.ts";
import { loadReferenced } from "../registry/served-version.ts";
import type { Values } from "../registry/template/renderer.ts";
import { usesMustache } from "../registry/template-format.ts";
import type { Session } from "../session.ts";
import { plainRendering, type Rendering, toPromptMessages } from "./messages.ts";

/**
 * Answers `prompts/get`: the version that the name means, filled in.
 * @param name a prompt's name, `name/3`, `name@alias` or a `prompts:/` URI
 * @param rendering what the client can take, from `renderingFor`
 * @throws RegistryError `not_found`, or `invalid` naming every missing, wrong and extra argument
 */
export async function getPrompt(
  session: Session,
  name: string,
  given: Values,
  options: CallOptions,
  rendering: Rendering = plainRendering,
): Promise<GetPromptResult> {
  const { registry, serve, workspace } = session;
  const version = await loadReferenced(registry, parseReference(name), serve, options);
  const mustache = await usesMustache(registry, version, options);
  const args = await promptArguments(version, { mustache });
  const values = withOwnNames(
    args.map((argument) => argument.name),
    given,
  );
  const rendered = await fillPrompt(version, args, values, { mustache, strict: true });
  return {
    description: version.commitMessage || `${version.name} version ${version.version}`,
    messages: toPromptMessages(rendered, rendering),
    _meta: {
      uri: versionUri(version.name, version.version),
      name: version.name,
      version: version.version,
      aliases: [...version.aliases],
      workspace: workspace ?? null,
    },
  };
}
