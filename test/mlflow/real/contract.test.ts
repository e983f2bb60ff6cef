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

    it("gives many versions of one number, and of a few, in the order asked for", async () => {
      const registry = server.client.registry();
      const names = Array.from({ length: 12 }, uniqueName);
      for (const name of names) {
        for (const words of ["1", "2", "3"]) await registry.registerVersion(name, text(words));
      }
      await registry.setAlias(names[3] ?? "", "production", 1);
      await registry.deleteVersion(names[5] ?? "", 1);
      const prompts = await Promise.all(names.map((name) => registry.getPrompt(name)));
      const one = prompts.map((prompt) => ({ name: prompt.name, version: 1, prompt }));
      const few = one.map((wanted, index) => ({ ...wanted, version: 1 + (index % 3) }));

      for (const wanted of [one, few]) {
        const found = await registry.getVersions(wanted);

        const living = wanted.filter(({ version }, index) => index !== 5 || version !== 1);
        expect(found).toEqual(
          await Promise.all(
            living.map(({ name, version }) => registry.getVersion(name, { version })),
          ),
        );
      }
      expect((await registry.getVersions(one))[3]?.aliases).toEqual(["production"]);
    });
  });
}
