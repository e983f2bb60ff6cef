import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { version } from "../../package.json";
import { settings } from "../../src/config/settings.ts";
import { secretFileVariable } from "../../src/config/variable-text.ts";
import { commandsIn } from "../support/document-commands.ts";
import { title } from "../support/mlflow-install.ts";
import { whenDone } from "../support/when-done.ts";
import { installations, refused } from "./chart-values.ts";
import { checker, checkersAvailable } from "./support/checkers.ts";
import { chartFolder, helmAvailable, type Manifest, manifestsIn, runHelm } from "./support/helm.ts";
import { ended } from "./support/run.ts";

const helm = await helmAvailable();
const checkers = await checkersAvailable();

const read = (name: string) => readFileSync(join(chartFolder, name), "utf8");

/** Kinds that the chart's users install by themselves; Kubernetes has no schema of them. */
const customKinds = new Set(["HTTPRoute", "ServiceMonitor", "ExternalSecret"]);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "chart-"));
  whenDone(() => rmSync(folder, { recursive: true, force: true }));
});

function valuesFile(values: object): string {
  const path = join(folder, "values.json");
  writeFileSync(path, JSON.stringify(values));
  return path;
}

async function rendered(values: object): Promise<string> {
  const at = ["--namespace", "ai", "--values", valuesFile(values)];
  const { code, output } = await runHelm(["template", "prompts", chartFolder, ...at]);
  expect(code, output).toBe(0);
  return output;
}

const deployment = z.object({
  spec: z.object({
    template: z.object({
      spec: z.looseObject({
        terminationGracePeriodSeconds: z.int(),
        automountServiceAccountToken: z.boolean(),
        securityContext: z.unknown(),
        containers: z.tuple([
          z.looseObject({
            image: z.string(),
            env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })),
            securityContext: z.unknown(),
            livenessProbe: z.unknown(),
            readinessProbe: z.unknown(),
            lifecycle: z.object({
              preStop: z.object({ exec: z.object({ command: z.array(z.string()) }) }),
            }),
          }),
        ]),
      }),
    }),
  }),
});

function podOf(text: string) {
  const found = manifestsIn(text).find(({ kind }) => kind === "Deployment");
  const { spec } = deployment.parse(found).spec.template;
  return { ...spec, container: spec.containers[0] };
}

const kindsOf = (manifests: readonly Manifest[]) => manifests.map(({ kind }) => kind);

describe.skipIf(!helm.ok || !checkers.ok)(title("the chart", helm, checkers), () => {
  it("passes Helm's own check", async () => {
    const [values = {}] = Object.values(installations);
    const { code, output } = await runHelm([
      "lint",
      "--strict",
      chartFolder,
      "--values",
      valuesFile(values),
    ]);

    expect(code, output).toBe(0);
  });

  it.each(Object.entries(installations))(
    "renders what Kubernetes accepts: %s",
    async (_, values) => {
      const manifests = manifestsIn(await rendered(values)).filter(
        ({ kind }) => !customKinds.has(kind),
      );
      const file = join(folder, "manifests.yaml");
      writeFileSync(file, manifests.map((one) => JSON.stringify(one)).join("\n---\n"));

      const { code, output } = await ended(checker("kubernetes-validate"), [
        "-k",
        "1.35",
        "--strict",
        file,
      ]);

      expect(code, output).toBe(0);
      expect(output.match(/passed for resource/g)).toHaveLength(manifests.length);
    },
  );

  it.each(["docs/hosting.md", "deploy/chart/README.md"])(
    "renders what the commands of %s say",
    async (document) => {
      const helm = commandsIn(document).filter((command) => command.startsWith("helm "));
      expect(helm).not.toEqual([]);
      let values: readonly string[] = [];
      for (const command of helm) {
        const [, way, words = ""] =
          /^helm (install|upgrade) prompts deploy\/chart( .*)$/.exec(command) ?? [];
        const given = words.split(" ").filter((word) => word !== "" && word !== "--reuse-values");
        const unquoted = given.map((word) => word.replaceAll("'", ""));
        values = way === "upgrade" ? [...values, ...unquoted] : unquoted;
        const { code, output } = await runHelm(["template", "prompts", chartFolder, ...values]);
        expect(code, `${command}\n${output}`).toBe(0);
        expect(kindsOf(manifestsIn(output))).toContain("Deployment");
      }
    },
  );

  it("has the keys of its secret where its README makes that", () => {
    const commands = commandsIn("deploy/chart/README.md").join("\n");
    const made = [...commands.matchAll(/--from-literal=([\w-]+)=/g)].map(([, key]) => key);
    expect(made).not.toEqual([]);
    expect(commands).toContain(`secretKeys={${made.join(",")}}`);
  });

  it.each(refused)("refuses %s", async (_, values, said) => {
    const { code, output } = await runHelm([
      "template",
      "prompts",
      chartFolder,
      "--values",
      valuesFile(values),
    ]);

    expect(code).not.toBe(0);
    expect(output).toContain(said);
  });

  it.each(Object.entries(installations))(
    "gives the server settings that it has: %s",
    async (_, values) => {
      const { container } = podOf(await rendered(values));
      const known = new Set(
        Object.values(settings).flatMap(({ variable }) => [variable, secretFileVariable(variable)]),
      );
      const own = container.env
        .map(({ name }) => name)
        .filter((name) => name.startsWith("MLFLOW_PROMPTS_"));

      expect(own.length).toBeGreaterThan(5);
      expect(own.filter((name) => !known.has(name))).toEqual([]);
      expect(new Set(own).size).toBe(own.length);
    },
  );

  it.each(Object.entries(installations))(
    "waits longer than calls may take: %s",
    async (_, values) => {
      const { container, terminationGracePeriodSeconds: grace } = podOf(await rendered(values));
      const timeout = container.env.find(
        ({ name }) => name === "MLFLOW_PROMPTS_SHUTDOWN_TIMEOUT",
      )?.value;
      const [pause] = /\d{3,}/.exec(container.lifecycle.preStop.exec.command.join(" ")) ?? [];

      expect(grace).toBeGreaterThan(Number(timeout) + Number(pause) / 1_000);
    },
  );

  it("restricts the pod as the strictest security standard asks", async () => {
    const { container, ...pod } = podOf(
      await rendered(installations["forward, with the least values"] ?? {}),
    );

    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
    expect(container).toMatchObject({
      image: `ghcr.io/mlflow-prompts-mcp/mlflow-prompts-mcp:${version}`,
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
      livenessProbe: { httpGet: { path: "/healthz", port: "http" } },
      readinessProbe: { httpGet: { path: "/readyz", port: "operations" } },
    });
  });

  it("has what keeps it available by default, and the rest when it is asked for", async () => {
    const [least = {}, , most = {}] = Object.values(installations);
    const usual = [
      "Deployment",
      "NetworkPolicy",
      "PodDisruptionBudget",
      "Service",
      "Service",
      "ServiceAccount",
    ];
    const optional = [
      "ExternalSecret",
      "HTTPRoute",
      "HorizontalPodAutoscaler",
      "Ingress",
      "ServiceMonitor",
    ];

    expect(kindsOf(manifestsIn(await rendered(least))).toSorted()).toEqual(usual);
    expect(kindsOf(manifestsIn(await rendered(most))).toSorted()).toEqual(
      [...usual, ...optional].toSorted(),
    );
  });

  it("is of the program's version", () => {
    expect(parse(read("Chart.yaml"))).toMatchObject({ version, appVersion: version });
  });
});

/** The paths of all values that are no maps with keys of their own. */
function leaves(value: unknown, path = ""): readonly (readonly [string, unknown])[] {
  const map = z.record(z.string(), z.unknown()).safeParse(value);
  if (!map.success || Object.keys(map.data).length === 0) return [[path, value]];
  return Object.entries(map.data).flatMap(([key, inner]) =>
    leaves(inner, path === "" ? key : `${path}.${key}`),
  );
}

describe("the chart's README.md", () => {
  it("describes every value with its default", () => {
    const rows = [...read("README.md").matchAll(/^\| `([\w.]+)` \| `([^`]*)` \| \S.* \|$/gm)];
    const defaults = leaves(parse(read("values.yaml"))).map(([path, value]) => [
      path,
      JSON.stringify(value),
    ]);

    expect(rows.map(([, path, value]) => [path, value])).toEqual(defaults);
  });
});
