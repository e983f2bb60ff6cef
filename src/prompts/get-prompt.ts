import type { GetPromptResult } from "@modelcontextprotocol/server";
import { listedName, withOwnNames } from "../registry/contract/argument-names.ts";
import { fillPrompt } from "../registry/engine/fill-prompt.ts";
import { RegistryError } from "../registry/errors.ts";
import type { Values } from "../registry/template/renderer.ts";
import { toOneLine } from "../registry/text/one-line.ts";
import type { PromptVersion } from "../registry/types.ts";
import { findReference } from "../registry/versions/find-reference.ts";
import { loadReferenced } from "../registry/versions/served-version.ts";
import { usesMustache } from "../registry/versions/template-format.ts";
import type { Call } from "../session/call.ts";
import { ElicitationRequest } from "../session/elicitation.ts";
import { linkNamedTrace } from "../session/link-trace.ts";
import type { Session } from "../session/session.ts";
import { separateGiven } from "./given-values.ts";
import { executedBy, renderingFor } from "./hosts.ts";
import type { PromptMemo } from "./memo.ts";
import { toPromptMessages } from "./messages.ts";
import { elicitMissing } from "./missing-arguments.ts";
import { neutralizeCommands } from "./neutralize-commands.ts";

/**
 * Handles `prompts/get`: renders the version that the name refers to, in the form the client's host
 * needs, or returns an elicitation request for missing arguments.
 * @param name a prompt's name, `name/3`, `name@alias` or a `prompts:/` URI
 * @throws RegistryError `not_found`, `invalid` naming every missing, wrong and extra argument, or
 *   `unreadable` for a version that nobody can fill in
 */
export async function getPrompt(
  session: Session,
  name: string,
  given: Values,
  call: Call,
  memo: PromptMemo,
): Promise<GetPromptResult | ElicitationRequest> {
  const { registry, templates, serve, workspace } = session;
  const reference = await findReference(registry, name, call);
  const version = await loadReferenced(registry, reference, serve, call);
  const mustache = memo.mayBeMustache(version) && (await usesMustache(registry, version, call));
  const read = await memo.read(templates, version, mustache);
  const shown = listedName(read.arguments);
  const ownNames = withOwnNames(read.arguments, given, shown);
  const { values: own, typed } = separateGiven(version.template, read, ownNames);
  // Nobody is asked for values that cannot be used.
  const values =
    read.problem === undefined ? elicitMissing(version.name, read, own, call.elicitation) : own;
  if (values instanceof ElicitationRequest) return values;
  const options = { mustache, strict: true, shown };
  const rendered = await fillPrompt(templates, version, read, values, options);
  const clientName = call.caller?.client?.name;
  const rendering = renderingFor(clientName, session.rendering);
  const messages = toPromptMessages(rendered, rendering, typed);
  if (messages.length === 0) throw emptyPrompt(version, read.arguments.length > 0);
  const trace = await linkNamedTrace(session, call.trace, version);
  return {
    description: toOneLine(version.commitMessage || `${version.name} version ${version.version}`),
    messages: neutralizeCommands(messages, executedBy(clientName)),
    _meta: {
      uri: memo.uriOf(version),
      name: version.name,
      version: version.version,
      aliases: [...version.aliases],
      workspace: workspace ?? null,
      ...(trace === undefined ? {} : { trace }),
    },
  };
}

/** A prompt must have a message, and model APIs refuse an empty one. */
function emptyPrompt({ name, version }: PromptVersion, hasArguments: boolean): RegistryError {
  const empty = hasArguments ? "is empty with these values: give others" : "is empty";
  return new RegistryError(
    "invalid",
    `Prompt ${name} version ${version} ${empty}. It has no message to send. Use another version, or register one with text.`,
    { prompt: name, version },
  );
}
