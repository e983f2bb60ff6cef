/** A version as an address names it: `3`, or `@production`. */
export type VersionName = string;

/** What the view shows. Every route has an address, which `formatRoute` writes and `parseRoute` reads. */
export type Route =
  | { readonly page: "list"; readonly filters: Readonly<Record<string, string>> }
  | { readonly page: "new" }
  /** Without `at`, the version that is served. */
  | { readonly page: "prompt"; readonly name: string; readonly at?: VersionName }
  | { readonly page: "edit"; readonly name: string; readonly at: VersionName }
  | {
      readonly page: "compare";
      readonly name: string;
      readonly from: VersionName;
      readonly to: VersionName;
    }
  | {
      readonly page: "promote";
      readonly name: string;
      readonly at: VersionName;
      readonly alias: string;
    }
  /** With `runs`, the results of these evaluation runs. */
  | {
      readonly page: "evaluate";
      readonly name: string;
      readonly runs: readonly string[];
      /** Chosen beforehand for a new evaluation, the baseline first. */
      readonly versions?: readonly string[];
      readonly dataset?: string;
    }
  | { readonly page: "missing" };

/** @param path below `/ui`, beginning with `/`, with an optional query */
export function parseRoute(path: string): Route {
  const { pathname, searchParams } = new URL(path, "http://view");
  const parts = pathname.split("/").filter(Boolean).map(decodePart);
  const [area, name, at, action, alias] = parts;
  if (area === undefined) return { page: "list", filters: Object.fromEntries(searchParams) };
  if (area === "new" && parts.length === 1) return { page: "new" };
  if (area !== "p" || name === undefined || parts.length > 5) return { page: "missing" };
  if (at === undefined) return { page: "prompt", name };
  if (at === "evaluate" && action === undefined) {
    return { page: "evaluate", name, ...evaluateQuery(searchParams) };
  }
  const [from, to, ...more] = at.split("...");
  if (to !== undefined && from && more.length === 0 && action === undefined) {
    return { page: "compare", name, from, to };
  }
  if (action === undefined) return { page: "prompt", name, at };
  if (action === "edit" && alias === undefined) return { page: "edit", name, at };
  if (action === "promote" && alias !== undefined) return { page: "promote", name, at, alias };
  return { page: "missing" };
}

function evaluateQuery(query: URLSearchParams) {
  const versions = query.getAll("version");
  const dataset = query.get("dataset");
  return {
    runs: query.getAll("run"),
    ...(versions.length > 0 ? { versions } : {}),
    ...(dataset ? { dataset } : {}),
  };
}

/** The address below `/ui`. */
export function formatRoute(route: Route): string {
  switch (route.page) {
    case "list":
      return withQuery("/", Object.entries(route.filters));
    case "new":
      return "/new";
    case "prompt":
      return route.at === undefined ? pathOf(route.name) : pathOf(route.name, route.at);
    case "edit":
      return pathOf(route.name, route.at, "edit");
    case "compare":
      return pathOf(route.name, `${route.from}...${route.to}`);
    case "promote":
      return pathOf(route.name, route.at, "promote", route.alias);
    case "evaluate":
      return withQuery(pathOf(route.name, "evaluate"), [
        ...route.runs.map((run) => ["run", run] as const),
        ...(route.versions ?? []).map((version) => ["version", version] as const),
        ["dataset", route.dataset ?? ""],
      ]);
    case "missing":
      return "/missing";
  }
}

function pathOf(...parts: readonly string[]): string {
  // "@" is allowed in paths, and easier to read.
  return `/p/${parts.map((part) => encodeURIComponent(part).replaceAll("%40", "@")).join("/")}`;
}

function withQuery(path: string, entries: readonly (readonly [string, string])[]): string {
  const query = new URLSearchParams(
    entries.filter(([, value]) => value !== "").map((it) => [...it]),
  );
  return query.size === 0 ? path : `${path}?${query}`;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A version as tools with one argument for it take it: a number, or an alias. */
export function versionOrAlias(at: VersionName): number | string {
  if (at.startsWith("@")) return at.slice(1);
  return /^\d{1,9}$/.test(at) ? Number(at) : at;
}

/** A version as tools with two arguments take it. Undefined is the latest, or the served one. */
export function selection(
  at: VersionName | undefined,
): { readonly version: number } | { readonly alias: string } | Record<never, never> {
  if (at === undefined) return {};
  const given = versionOrAlias(at);
  return typeof given === "number" ? { version: given } : { alias: given };
}
