import { expect, it, onTestFinished } from "vitest";
import type { OpenRegistry } from "../../src/backend/open-registry.ts";
import { SharedRegistry } from "../../src/backend/shared-registry.ts";
import type { Write } from "../../src/registry/changes/write.ts";
import { refused } from "../contract/support.ts";
import { newPath, openFile } from "../embedded/support.ts";

it("a write with input over a limit is refused, and audited as refused", async () => {
  const writes: Write[] = [];
  const { registry } = sharedRegistry().session({}, "", (write) => void writes.push(write));

  await refused(registry.setAlias("greeting", "latest", 1), "invalid", "reserved");

  expect(writes).toMatchObject([
    { operation: "set_alias", outcome: "invalid", prompt: "greeting", mayHaveChanged: false },
  ]);
});

/** An embedded registry as sessions share it. */
function sharedRegistry(): SharedRegistry {
  const file = openFile(newPath());
  const registry: OpenRegistry = {
    view: ({ workspace }) => file.registry(workspace === undefined ? {} : { workspace }),
    changeDetector: () => file.changeDetector(),
    reachable: true,
    ping: async () => {},
    close: async () => file.close(),
  };
  const shared = new SharedRegistry(registry, {
    cache: { ttl: 60, outage: 0, size: 1_000_000 },
    pollInterval: 0,
    linkTraces: false,
    log: { info() {}, error() {} },
  });
  onTestFinished(() => shared.close());
  return shared;
}
