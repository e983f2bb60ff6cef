import type { VersionName } from "../../app/route.ts";
import type { Answer } from "../../connection/tools.ts";

export type Version = Answer<"load_prompt">;
export type Registry = Answer<"describe_registry">;
export type Argument = Version["arguments"][number];

/** The version that is served, and by which alias. */
export interface Live {
  readonly alias: string;
  readonly version: number;
}

/**
 * The first published alias that the prompt has.
 * @param newest the newest version, where it is known: the alias `latest` means it
 */
export function liveVersion(
  { published_versions }: Registry,
  aliases: Readonly<Record<string, number>>,
  newest: number | undefined,
): Live | undefined {
  for (const alias of published_versions) {
    const version = alias.toLowerCase() === "latest" ? newest : aliases[alias];
    if (version !== undefined) return { alias, version };
  }
  return undefined;
}

/** The aliases that a version can be promoted to: those that matter, and that it does not have. */
export function promotableAliases(about: Registry, prompt: Version): readonly string[] {
  const { published_versions, protected_aliases, writable_aliases } = about;
  const known = [
    ...published_versions,
    ...protected_aliases,
    ...Object.keys(prompt.prompt_aliases),
  ];
  return [...new Set(known)].filter(
    (alias) =>
      alias.toLowerCase() !== "latest" &&
      !prompt.aliases.includes(alias) &&
      (writable_aliases?.includes(alias) ?? true),
  );
}

/** The page of a version in MLflow's UI. Undefined where there is none, or its address is not known. */
export function mlflowPage(
  { backend, location, workspace }: Registry,
  name: string,
  version: number,
): string | undefined {
  if (backend !== "mlflow" || location === undefined || !/^https?:\/\//.test(location)) {
    return undefined;
  }
  const query = new URLSearchParams({
    promptVersion: String(version),
    ...(workspace === undefined ? {} : { workspace }),
  });
  return `${location}/#/prompts/${encodeURIComponent(name)}?${query}`;
}

/** The version that an address without one means: the live one. */
export function versionShown(at: VersionName | undefined, live: Live | undefined) {
  return at ?? (live === undefined ? undefined : String(live.version));
}
