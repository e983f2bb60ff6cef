import { checkPromptName, checkVersion } from "../registry/limits.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import { isPrompt } from "../registry/stored-version.ts";
import type { PromptVersion } from "../registry/types.ts";
import type { MlflowApi } from "./api.ts";
import { aliasesOf, toVersion } from "./decode.ts";
import { isPlain, nameIsOneOf, promptsWhere, versionIs } from "./filter.ts";
import { granted } from "./refusal.ts";
import { lookUpVersion } from "./versions.ts";
import { modelPage, versionPage } from "./wire.ts";

export interface WantedVersion {
  readonly name: string;
  readonly version: number;
}

/** Half of the connections: other callers want some. */
const requestsAtOnce = 8;

/** Versions of one number that make two searches cheaper than a request each. */
const worthSearching = 8;

/** What one filter may name: it travels in the URL, which proxies cut at 8 KiB. */
const namesOfSearch = 50;
const lettersOfSearch = 2_500;

/**
 * Many versions. MLflow has no request for that; since 3.17 its filters know `name IN (...)`, so
 * versions of the same number come together (100 versions: 0.2 s instead of 1). Before 3.17, and
 * for what remains, they come one by one, a few at a time.
 */
export async function getVersions(
  api: MlflowApi,
  wanted: readonly WantedVersion[],
  options?: CallOptions,
): Promise<readonly PromptVersion[]> {
  for (const { name, version } of wanted) {
    checkPromptName(name);
    checkVersion(version);
  }
  const left = new Map(wanted.map((one) => [keyOf(one), one]));
  const found = new Map<string, PromptVersion>();
  const take = (versions: readonly PromptVersion[]) => {
    for (const version of versions) found.set(keyOf(version), version);
  };
  await someAtOnce(searches([...left.values()]), async (search) => {
    const versions = await searched(api, search, options);
    if (versions === undefined) return;
    take(versions);
    for (const one of search) left.delete(keyOf(one));
  });
  await someAtOnce([...left.values()], async (one) => take(await single(api, one, options)));
  return wanted.flatMap((one) => found.get(keyOf(one)) ?? []);
}

/** Wanted versions of the same number, enough of them and few enough for a filter. */
function searches(wanted: readonly WantedVersion[]): WantedVersion[][] {
  const byNumber = new Map<number, WantedVersion[]>();
  for (const one of wanted.filter(({ name }) => isPlain(name))) {
    byNumber.set(one.version, [...(byNumber.get(one.version) ?? []), one]);
  }
  return [...byNumber.values()]
    .filter((group) => group.length >= worthSearching)
    .flatMap((group) => chunks(group));
}

function chunks(group: readonly WantedVersion[]): WantedVersion[][] {
  const longest = Math.max(...group.map(({ name }) => name.length));
  const size = Math.min(namesOfSearch, Math.floor(lettersOfSearch / (longest + 4)));
  const count = Math.ceil(group.length / size);
  return Array.from({ length: count }, (_, n) => group.slice(n * size, (n + 1) * size));
}

/** The versions of one search that live; undefined when the server does not know such filters. */
async function searched(
  api: MlflowApi,
  search: readonly WantedVersion[],
  options?: CallOptions,
): Promise<PromptVersion[] | undefined> {
  const [first] = search;
  if (first === undefined || api.server.knowsNameIn === false) return undefined;
  const names = nameIsOneOf(search.map(({ name }) => name));
  const query = (filter: string) => ({ filter, max_results: String(search.length) });
  const ofNumber = promptsWhere([names, versionIs(first.version)]).text;
  const [versions, models] = await Promise.all([
    api.get("/model-versions/search", query(ofNumber), versionPage, options),
    // For the aliases, which a search for versions does not bring.
    api.get("/registered-models/search", query(promptsWhere([names]).text), modelPage, options),
  ]);
  if (!versions.ok && versions.refusal.code === "INVALID_PARAMETER_VALUE") {
    api.server.knowsNameIn = false;
    return undefined;
  }
  const prompts = new Map(granted(models).rows.map((model) => [model.name, model]));
  return granted(versions).rows.flatMap((row) => {
    const prompt = prompts.get(row.name);
    if (prompt === undefined || !isPrompt(prompt.tags) || !isPrompt(row.tags)) return [];
    return [toVersion(row, aliasesOf(prompt, row.version))];
  });
}

async function single(
  api: MlflowApi,
  { name, version }: WantedVersion,
  options?: CallOptions,
): Promise<PromptVersion[]> {
  // A search leaves out what may not be seen, so that is left out here as well.
  const found = await lookUpVersion(api, name, version, options);
  return found && isPrompt(found.tags) ? [toVersion(found)] : [];
}

async function someAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(requestsAtOnce, items.length) }, worker));
}

function keyOf({ name, version }: WantedVersion): string {
  return `${version}/${name}`;
}
