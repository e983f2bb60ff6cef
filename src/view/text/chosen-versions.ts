/** What an address chooses for an evaluation. */
export interface ChosenVersions {
  readonly versions: readonly number[];
  /** Names that are no version. */
  readonly unknown: readonly string[];
}

/**
 * The versions that an address names, each once, the baseline first.
 * @param named numbers and aliases: `3`, `@production`, `latest`
 * @param newest the newest version, which `latest` means
 */
export function chooseVersions(
  named: readonly string[],
  aliases: Readonly<Record<string, number>>,
  newest: number,
): ChosenVersions {
  const all = named.map((name) => ({ name, version: versionOf(name, aliases, newest) }));
  const versions = all.flatMap(({ version }) => version ?? []);
  return {
    versions: [...new Set(versions)],
    unknown: all.flatMap(({ name, version }) => (version === undefined ? [name] : [])),
  };
}

function versionOf(
  name: string,
  aliases: Readonly<Record<string, number>>,
  newest: number,
): number | undefined {
  if (/^[1-9]\d{0,8}$/.test(name)) return Number(name) <= newest ? Number(name) : undefined;
  const alias = name.replace(/^@/, "");
  if (alias.toLowerCase() === "latest") return newest;
  return Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
}
