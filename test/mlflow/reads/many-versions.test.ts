import { describe, expect, it } from "vitest";
import type { VersionRequest } from "../../../src/registry/prompt-registry.ts";
import type { Prompt } from "../../../src/registry/types.ts";
import { failed } from "../failed.ts";
import { type Arrived, clientFor, type Reply, type Stub, startStub } from "../stub.ts";
import { denied, missingVersion, refusal, routes, version, versionReply } from "../wire-data.ts";

const noNameIn = refusal(
  400,
  "INVALID_PARAMETER_VALUE",
  "Only the 'run_id' attribute supports comparison with a list of quoted string values.",
);

/** A version of a prompt as a search found it, whose newest version is a later one. */
function listed(name: string, number: number, newest = number + 1): VersionRequest {
  const latest = {
    name,
    version: newest,
    template: { kind: "text", text: "" },
    commitMessage: "",
    tags: {},
    aliases: [],
    createdAt: 0,
    updatedAt: 0,
  } as const;
  const aliases = { production: number, staging: newest };
  const prompt: Prompt = { ...latest, description: "", aliases, latest };
  return { name, version: number, prompt };
}

function named(count: number, number: number, prefix = "p"): VersionRequest[] {
  return Array.from({ length: count }, (_, n) =>
    listed(`${prefix}${String(n).padStart(4, "0")}`, number),
  );
}

/** Version numbers by name of prompts. */
type Registry = ReadonlyMap<string, readonly number[]>;

function registryOf(
  names: readonly { readonly name: string }[],
  numbers: readonly number[],
): Registry {
  return new Map(names.map(({ name }) => [name, numbers]));
}

/** Searches versions as MLflow does: 3.17, or an older one that knows no list of names. */
function serveSearches(stub: Stub, registry: Registry, { nameIn = true } = {}): void {
  stub.on(routes.searchVersions, ({ query }) => {
    const { filter = "", max_results: most = "0" } = query;
    if (!nameIn && filter.includes(" IN ")) return noNameIn;
    const names = / IN \((.*)\)/.exec(filter)?.[1]?.split(",");
    const number = (operator: string) =>
      Number(new RegExp(`version_number ${operator} (\\d+)`).exec(filter)?.[1]);
    const isMeant = (one: number) =>
      filter.includes("version_number =")
        ? one === number("=")
        : one > number(">") && one < number("<");
    const rows = [...registry]
      .filter(([name]) => names?.includes(`'${name}'`) ?? true)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, numbers]) => numbers.filter(isMeant).map((one) => version(name, one)));
    const page = rows.slice(0, Number(most));
    const token = page.length < rows.length ? { next_page_token: "more" } : {};
    return { json: { model_versions: page, ...token } };
  });
  stub.on(routes.getVersion, ({ query }) => {
    const { name = "", version: number = "" } = query;
    const isThere = registry.get(name)?.includes(Number(number));
    const data = { aliases: ["production"] };
    return isThere
      ? versionReply(name, Number(number), data)
      : missingVersion(name, Number(number));
  });
}

function keys(versions: readonly { readonly name: string; readonly version: number }[]) {
  return versions.map(({ name, version }) => `${name}/${version}`);
}

function searchesOf(stub: Stub): Arrived[] {
  return stub.arrived.filter(({ route }) => route === routes.searchVersions);
}

describe("many versions", () => {
  it("are no request when none are wanted", async () => {
    const stub = await startStub();

    expect(await clientFor(stub.url).registry().getVersions([])).toEqual([]);
  });

  it("come one by one when they are few, or far apart, or their prompts are not given", async () => {
    const stub = await startStub();
    const few = named(7, 2);
    const apart = [...named(4, 900, "r"), ...named(4, 5_000, "s")];
    const alone = named(12, 1, "t").map(({ name, version }) => ({ name, version }));
    const wanted = [...few, ...apart, ...alone];
    serveSearches(stub, registryOf(wanted, [1, 2, 900, 5_000]));

    const found = await clientFor(stub.url).registry().getVersions(wanted);

    expect(keys(found)).toEqual(keys(wanted));
    expect(stub.routes()).toEqual(wanted.map(() => routes.getVersion));
  });

  it("of one number come in one search, in the order asked for, with the prompts' aliases", async () => {
    const stub = await startStub();
    const living = [listed("other", 900), ...named(20, 2), listed("it's", 2)];
    serveSearches(stub, registryOf(living, [1, 2, 900]));
    const wanted = [listed("gone", 2), ...living.toReversed()];

    const found = await clientFor(stub.url).registry().getVersions(wanted);

    expect(keys(found)).toEqual(keys(living.toReversed()));
    expect(found.map(({ aliases }) => aliases)).toEqual(living.map(() => ["production"]));
    const names = searchesOf(stub).map(({ query }) => query.filter);
    expect(names).toHaveLength(1);
    expect(names[0]).toContain("version_number = 2 AND name IN ('gone','p0019','p0018',");
    expect(stub.routes().filter((route) => route === routes.getVersion)).toHaveLength(2);
  });

  it("are one search when all of a registry's prompts are behind by one", async () => {
    const stub = await startStub();
    const wanted = named(1_000, 2);
    serveSearches(stub, registryOf(wanted, [1, 2, 3]));

    const found = await clientFor(stub.url).registry().getVersions(wanted);

    expect(keys(found)).toEqual(keys(wanted));
    expect(stub.arrived.map(({ query }) => query)).toEqual([
      {
        filter: "tags.`mlflow.prompt.is_prompt` = 'true' AND version_number = 2",
        order_by: "name ASC",
        max_results: "1250",
      },
    ]);
  });

  it("come by name where a registry has more than was read", async () => {
    const stub = await startStub();
    const wanted = named(1_000, 2, "z");
    serveSearches(stub, registryOf([...named(4_000, 2, "a"), ...wanted], [1, 2, 3]));

    const found = await clientFor(stub.url).registry().getVersions(wanted);

    expect(keys(found)).toEqual(keys(wanted));
    expect(stub.arrived.length).toBeLessThanOrEqual(5);
  });

  it("of any of fifty numbers are few searches, of few rows and short URLs", async () => {
    const stub = await startStub();
    const wanted = Array.from({ length: 1_000 }, (_, n) =>
      listed(`support-answer-${String(n).padStart(4, "0")}`, 1 + ((n * 37) % 50), 50),
    );
    const numbers = Array.from({ length: 50 }, (_, n) => n + 1);
    serveSearches(stub, registryOf(wanted, numbers));

    const found = await clientFor(stub.url).registry().getVersions(wanted);

    expect(keys(found)).toEqual(keys(wanted));
    expect(stub.arrived.length).toBeLessThanOrEqual(16);
    const rows = searchesOf(stub).map(({ query }) => Number(query.max_results));
    expect(rows.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(5 * wanted.length);
  });

  it("ask in portions that fit into a URL, however long the names are", async () => {
    const stub = await startStub();
    const wanted = [...named(60, 2, "n/:".repeat(60)), ...named(60, 3, "n".repeat(190))];
    serveSearches(stub, registryOf(wanted, [2, 3]));

    const found = await clientFor(stub.url).registry().getVersions(wanted);

    expect(keys(found)).toEqual(keys(wanted));
    expect(searchesOf(stub)).toHaveLength(stub.arrived.length);
    const urls = stub.arrived.map(({ query }) => new URLSearchParams(query).toString().length);
    expect(Math.max(...urls)).toBeLessThan(7_500);
  });

  it("come by number alone from a server that knows no list of names, which is asked once", async () => {
    const stub = await startStub();
    const wanted = [...named(30, 2), ...named(3, 7, "q")];
    const others = named(200, 2, "x");
    serveSearches(stub, registryOf([...wanted, ...others], [1, 2, 7]), { nameIn: false });
    const client = clientFor(stub.url);

    const first = await client.registry().getVersions(wanted);
    const second = await client.registry().getVersions(wanted);

    expect(keys(first)).toEqual(keys(wanted));
    expect(second).toEqual(first);
    const filters = searchesOf(stub).map(({ query }) => query.filter ?? "");
    expect(filters.filter((filter) => filter.includes(" IN "))).toHaveLength(1);
    expect(filters).toHaveLength(3);
    expect(stub.arrived).toHaveLength(3 + 2 * 3);
  });

  it("are at most eight requests at a time", async () => {
    const stub = await startStub();
    let now = 0;
    let most = 0;
    stub.on(routes.getVersion, ({ query }) => ({
      raw: (response) => {
        most = Math.max(most, ++now);
        setImmediate(() => {
          now--;
          response.end(JSON.stringify(versionReply("p", Number(query.version)).json));
        });
      },
    }));

    await clientFor(stub.url)
      .registry()
      .getVersions(Array.from({ length: 40 }, (_, n) => ({ name: "p", version: n + 1 })));

    expect(stub.arrived).toHaveLength(40);
    expect(most).toBeLessThanOrEqual(8);
  });

  it("leave out what is gone, may not be seen or is no prompt, and fail for all else", async () => {
    const stub = await startStub();
    const replies: Record<string, Reply> = {
      gone: missingVersion("gone", 1),
      hidden: denied,
      model: versionReply("model", 1, { prompt: false }),
      kept: versionReply("kept", 1),
      broken: { status: 500, text: "" },
    };
    stub.on(routes.getVersion, ({ query }) => replies[query.name ?? ""] ?? { status: 418 });
    const registry = clientFor(stub.url).registry();
    const wanted = (names: string[]) => names.map((name) => ({ name, version: 1 }));

    const found = await registry.getVersions(wanted(["gone", "hidden", "model", "kept"]));
    const error = await failed(registry.getVersions(wanted(["kept", "broken"])));

    expect(found.map(({ name }) => name)).toEqual(["kept"]);
    expect(error.kind).toBe("unavailable");
  });

  it("fail when a search fails", async () => {
    const stub = await startStub();
    stub.on(routes.searchVersions, denied, { status: 503, text: "" });
    const registry = clientFor(stub.url).registry();

    const refused = await failed(registry.getVersions(named(20, 2)));
    const unanswered = await failed(registry.getVersions(named(20, 2)));

    expect([refused.kind, unanswered.kind]).toEqual(["forbidden", "unavailable"]);
  });
});
