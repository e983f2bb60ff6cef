import { describe, expect, it } from "vitest";
import { failed } from "./failed.ts";
import { type Arrived, clientFor, type Reply, type Stub, startStub } from "./stub.ts";
import {
  denied,
  missingVersion,
  model,
  refusal,
  routes,
  version,
  versionReply,
} from "./wire-data.ts";

const noNameIn = refusal(
  400,
  "INVALID_PARAMETER_VALUE",
  "Only the 'run_id' attribute supports comparison with a list of quoted string values.",
);

function named(count: number, number: number, prefix = "p") {
  return Array.from({ length: count }, (_, n) => ({ name: `${prefix}${n}`, version: number }));
}

/** Answers both searches as MLflow 3.17 does. All prompts have the aliases; not all a version. */
function serveSearches(stub: Stub, { without = [] as readonly string[] } = {}): void {
  const asked = ({ query }: Arrived) => ({
    names: [...(query.filter ?? "").matchAll(/'([^']*)'(?=[,)])/g)].map(([, name = ""]) => name),
    number: Number(/version_number = (\d+)/.exec(query.filter ?? "")?.[1]),
  });
  stub.on(routes.searchVersions, (request) => {
    const { names, number } = asked(request);
    const live = names.filter((name) => !without.includes(name)).toReversed();
    return { json: { model_versions: live.map((name) => version(name, number)) } };
  });
  stub.on(routes.searchModels, (request) => {
    const rows = asked(request).names.map((name) =>
      model(name, { latest: [version(name, 9)], aliases: { production: 2 } }),
    );
    return { json: { registered_models: rows } };
  });
}

function single({ query }: Arrived): Reply {
  return versionReply(query.name ?? "", Number(query.version), { aliases: ["one"] });
}

describe("many versions", () => {
  it("are no request when none are wanted", async () => {
    const stub = await startStub();

    expect(await clientFor(stub.url).registry().getVersions([])).toEqual([]);
  });

  it("come one by one when they are few or differ in number", async () => {
    const stub = await startStub();
    stub.on(routes.getVersion, single);
    const wanted = [...named(7, 2), ...named(7, 3)];

    const found = await clientFor(stub.url).registry().getVersions(wanted);

    expect(found.map(({ name, version }) => ({ name, version }))).toEqual(wanted);
    expect(stub.arrived).toHaveLength(14);
  });

  it("come in two searches when there are enough of one number, in the order asked for", async () => {
    const stub = await startStub();
    serveSearches(stub, { without: ["p3"] });
    stub.on(routes.getVersion, single);
    const wanted = [{ name: "other", version: 7 }, ...named(20, 2), { name: "it's", version: 2 }];

    const found = await clientFor(stub.url).registry().getVersions(wanted);

    const expected = wanted.filter(({ name }) => name !== "p3");
    expect(found.map(({ name, version }) => ({ name, version }))).toEqual(expected);
    expect(found[1]?.aliases).toEqual(["production"]);
    expect(found[0]?.aliases).toEqual(["one"]);
    expect(stub.routes().toSorted()).toEqual(
      [routes.getVersion, routes.getVersion, routes.searchModels, routes.searchVersions].toSorted(),
    );
  });

  it("ask in portions that fit into a URL", async () => {
    const stub = await startStub();
    serveSearches(stub);
    const long = named(30, 2, "n".repeat(190));

    const found = await clientFor(stub.url)
      .registry()
      .getVersions([...named(120, 3), ...long]);

    expect(found).toHaveLength(150);
    const filters = stub.arrived.map(({ query }) => query.filter ?? "");
    expect(Math.max(...filters.map((filter) => encodeURIComponent(filter).length))).toBeLessThan(
      6_000,
    );
    expect(filters).toHaveLength(2 * (3 + 3));
  });

  it("come one by one from a server that knows no such search, which is asked once", async () => {
    const stub = await startStub();
    stub.on(routes.searchVersions, noNameIn);
    stub.on(routes.searchModels, noNameIn);
    stub.on(routes.getVersion, single);
    const client = clientFor(stub.url);

    const first = await client.registry().getVersions(named(10, 2));
    const second = await client.registry().getVersions(named(10, 2));

    expect(first).toHaveLength(10);
    expect(second).toEqual(first);
    expect(stub.routes().filter((route) => route !== routes.getVersion)).toHaveLength(2);
  });

  it("are at most eight requests at a time", async () => {
    const stub = await startStub();
    let now = 0;
    let most = 0;
    stub.on(routes.getVersion, {
      raw: (response) => {
        most = Math.max(most, ++now);
        setImmediate(() => {
          now--;
          response.end(JSON.stringify(versionReply("p", 1).json));
        });
      },
    });

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
});
