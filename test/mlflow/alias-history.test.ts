import { describe, expect, it } from "vitest";
import { clientFor, type Stub, startStub } from "./stub.ts";
import { modelReply, routes, version, versionReply } from "./wire-data.ts";

const done = { json: {} };
const record = { by: "ann" };

async function promptOnTwo(): Promise<Stub> {
  const stub = await startStub();
  stub.on(routes.getVersion, versionReply("x", 2, { aliases: ["live"] }));
  stub.on(routes.getModel, modelReply("x", { latest: [version("x", 2)], aliases: { live: 2 } }));
  stub.on(routes.setAlias, done);
  stub.on(routes.deleteAlias, done);
  stub.on(routes.deleteVersion, done);
  stub.on(routes.tagModel, done);
  return stub;
}

describe("a recorded move", () => {
  it("is written into the prompt's tag after the alias", async () => {
    const stub = await promptOnTwo();

    await clientFor(stub.url).registry().deleteAlias("x", "live", { record });

    const { getModel, deleteAlias, tagModel } = routes;
    expect(stub.routes()).toEqual([getModel, deleteAlias, getModel, tagModel]);
    expect(stub.arrived[3]?.body).toEqual({
      name: "x",
      key: "mcp.alias_history",
      value: expect.stringMatching(
        /^\[\{"alias":"live","from_version":2,"at":"[^"]+","by":"ann"\}\]$/,
      ),
    });
  });

  it.each([
    ["setting an alias", "setAlias"],
    ["deleting an alias", "deleteAlias"],
    ["deleting a version", "deleteVersion"],
  ] as const)("that cannot be written does not fail %s, and is told", async (_, write) => {
    const stub = await promptOnTwo();
    stub.on(routes.tagModel, { status: 403, text: "Permission denied" });
    const registry = clientFor(stub.url).registry();

    const moved = await {
      setAlias: () => registry.setAlias("x", "new", 2, { record }),
      deleteAlias: () => registry.deleteAlias("x", "live", { record }),
      deleteVersion: () => registry.deleteVersion("x", 2, { record }),
    }[write]();

    expect(moved.unrecorded).toContain("ermission");
    expect(stub.routes()).toContain(routes[write]);
  });
});
