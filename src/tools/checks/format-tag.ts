import { quote, RegistryError } from "../../registry/errors.ts";
import type { Prompt, PromptVersion, Tags } from "../../registry/types.ts";
import { isMustache } from "../../registry/versions/template-format.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";

/** A prompt or one of its versions, and the tags it would have. */
interface Retagged {
  readonly prompt: Prompt;
  /** The version that is tagged. Absent: the prompt itself. */
  readonly version?: number | undefined;
  readonly tagsAfter: (tags: Tags) => Tags;
}

/**
 * Checks whether another value of the tag `mcp.template_format` makes a version unreadable: of a
 * prompt's versions, the newest and those that aliases point at.
 * @throws RegistryError `conflict` naming the version and the problem
 */
export async function refuseUnreadableFormat(
  { registry, templates }: Session,
  { prompt, version, tagsAfter }: Retagged,
  call: Call,
): Promise<void> {
  const used = [prompt.latest?.version, ...Object.values(prompt.aliases)];
  const numbers = version === undefined ? used : [version];
  const wanted = [...new Set(numbers)].flatMap((number) =>
    number === undefined ? [] : [{ name: prompt.name, version: number, prompt }],
  );
  for (const one of await registry.getVersions(wanted, call)) {
    const after =
      version === undefined
        ? isMustache(one, tagsAfter(prompt.tags))
        : isMustache({ tags: tagsAfter(one.tags) }, prompt.tags);
    const before = isMustache(one, prompt.tags);
    if (before === after) continue;
    const { problem } = await templates.inspect(one.template, { mustache: after });
    if (problem === undefined) continue;
    const old = await templates.inspect(one.template, { mustache: before });
    if (old.problem === undefined) throw unreadableError(one, problem);
  }
}

function unreadableError({ name, version }: PromptVersion, problem: string): RegistryError {
  return new RegistryError(
    "conflict",
    `No tag was changed: nobody could fill in version ${version} of ${quote(name)} any more: ${problem}. If that is intended, call again with allow_breaking true.`,
    { prompt: name, version },
  );
}
