import { describe, expect, it } from "vitest";
import { promptRegistryContract } from "../../contract/prompt-registry.ts";
import { refused, text, uniqueName } from "../../contract/support.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { postgresAvailable } from "../../support/mlflow-postgres.ts";
import type { MlflowServerOptions } from "../../support/mlflow-server.ts";
import { suiteServer } from "./suite-server.ts";

const servers: Record<string, MlflowServerOptions> = {
  "MLflow 3.8.1 on SQLite": { release: "3.8.1" },
  "MLflow 3.10.1 on SQLite": { release: "3.10.1" },
  "MLflow 3.17.2 on SQLite": { release: "3.17.2" },
  "MLflow 3.17.2 on PostgreSQL, with as many workers as it starts by default": {
    release: "3.17.2",
    backendStore: "postgresql",
    workers: 4,
  },
  "MLflow 3.17.2 behind a prefix": { release: "3.17.2", staticPrefix: "/team/tracking" },
};

for (const [name, options] of Object.entries(servers)) {
  const mlflow = await mlflowAvailable(options.release);
  const database =
    options.backendStore === "postgresql" ? await postgresAvailable() : { ok: true as const };
  describe.skipIf(!mlflow.ok || !database.ok)(title(name, mlflow, database), () => {
    const server = suiteServer(options);

    promptRegistryContract(server.open(), server.traits());

    it("refuses a workspace instead of ignoring it", async () => {
      const name = uniqueName();
      const registry = server.client.registry({ workspace: "red" });

      await refused(registry.registerVersion(name, text("Red")), "invalid", '"red"', server.url);
      await refused(registry.searchPrompts({ limit: 1 }), "invalid", "--enable-workspaces");

      await refused(server.client.registry().getPrompt(name), "not_found");
    });

    it("tells its release, and that it has no workspaces", async () => {
      expect(await server.client.registry().describe()).toEqual({
        backend: "mlflow",
        location: server.url,
        release: options.release,
        capabilities: { workspaces: false, atomicWrites: false },
      });
    });

    it("gives many versions of the same number in the order asked for", async () => {
      const registry = server.client.registry();
      const wanted = Array.from({ length: 12 }, () => ({ name: uniqueName(), version: 1 }));
      for (const one of wanted) await registry.registerVersion(one.name, text(one.name));
      await registry.setAlias(wanted[3]?.name ?? "", "production", 1);
      await registry.deleteVersion(wanted[5]?.name ?? "", 1);

      const found = await registry.getVersions(wanted);

      const living = wanted.filter((_, index) => index !== 5);
      expect(found).toEqual(
        await Promise.all(living.map((one) => registry.getVersion(one.name, one))),
      );
      expect(found[3]?.aliases).toEqual(["production"]);
    });
  });
}
