import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { version } from "../../package.json";
import { settings } from "../../src/config/settings.ts";
import { secretFileVariable } from "../../src/config/variable-text.ts";
import { title } from "../support/mlflow-install.ts";
import { checker, checkersAvailable } from "./support/checkers.ts";
import { composeFolder, readCompose } from "./support/compose.ts";
import { ended } from "./support/run.ts";

const checkers = await checkersAvailable();
const { services, secrets } = readCompose();
const replicas = Object.entries(services).filter(([name]) => name.startsWith("prompts-"));
const known = new Set(
  Object.values(settings).flatMap(({ variable }) => [variable, secretFileVariable(variable)]),
);

describe("compose.yaml", () => {
  it.skipIf(!checkers.ok)(title("is valid by the Compose specification", checkers), async () => {
    const file = join(composeFolder, "compose.yaml");
    const check = ["--builtin-schema", "vendor.compose-spec", file];

    expect(await ended(checker("check-jsonschema"), check)).toMatchObject({ code: 0 });
  });

  it.each(Object.entries(services))(
    "limits %s, checks its health and pins its image",
    (_, service) => {
      expect(service.mem_limit).toMatch(/^\d+[mg]$/);
      expect(service.security_opt).toContain("no-new-privileges:true");
      expect(service.healthcheck.test.length).toBeGreaterThan(1);
      expect(service.image).toMatch(/:v?\d+\.\d+\S*$/);
    },
  );

  it("publishes the proxy's port and no other", () => {
    const published = Object.entries(services).filter(([, { ports }]) => ports.length > 0);

    expect(published.map(([name]) => name)).toEqual(["proxy"]);
  });

  it("runs two replicas of this version, which are the same but for their names", () => {
    const [one, other] = replicas.map(([, service]) => service);

    expect(replicas).toHaveLength(2);
    expect(one).toEqual(other);
    expect(one?.image).toContain(`mlflow-prompts-mcp:${version}`);
  });

  it("gives replicas settings that there are, and longer to stop than calls may take", () => {
    for (const [, { environment, stop_grace_period: grace }] of replicas) {
      const own = Object.keys(environment).filter((name) => name.startsWith("MLFLOW_PROMPTS_"));
      expect(own.filter((name) => !known.has(name))).toEqual([]);
      const timeout = Number(environment.MLFLOW_PROMPTS_SHUTDOWN_TIMEOUT);
      expect(Number.parseInt(grace ?? "0", 10)).toBeGreaterThan(timeout);
    }
  });

  it("has secrets in files alone, which the script makes", async () => {
    const used = new Set(Object.values(services).flatMap((service) => service.secrets));
    const texts = Object.values(services).flatMap(({ environment }) => Object.entries(environment));

    expect([...used].toSorted()).toEqual(Object.keys(secrets).toSorted());
    expect(texts.filter(([name]) => /(password|secret|token|key|redis_url)$/i.test(name))).toEqual(
      [],
    );
    expect(
      Object.values(secrets)
        .map(({ file }) => basename(file))
        .toSorted(),
    ).toEqual(Object.keys(secrets).toSorted());
    expect(readdirSync(composeFolder)).toContain("make-secrets.sh");
  });
});
