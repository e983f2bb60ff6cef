import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { certificateFinding } from "../../src/doctor/checks/certificate.ts";
import { clockFinding } from "../../src/doctor/checks/clock.ts";
import { spaceFinding } from "../../src/doctor/checks/files.ts";
import { nodeCheck } from "../../src/doctor/checks/node.ts";
import { releaseFinding } from "../../src/doctor/checks/release.ts";
import { runCheck } from "../../src/doctor/run-check.ts";
import { certificate, type Stub, startStub } from "../mlflow/stub.ts";
import { routes } from "../mlflow/wire-data.ts";
import { runCommand } from "../support/command-line.ts";
import { freePort } from "../support/free-port.ts";
import { isolated } from "../support/program.ts";

const secret = "p4ss-that-nobody-prints";

const webhooks = "GET /api/2.0/mlflow/webhooks";
const grants = "GET /api/3.0/mlflow/users/current/permissions";

/** An MLflow in which nothing is wrong. */
async function healthy(options: { readonly tls?: boolean } = {}): Promise<Stub> {
  const stub = await startStub(options);
  stub.on(routes.searchModels, { json: {} });
  const incomplete = { error_code: "INVALID_PARAMETER_VALUE", message: "Missing value for 'name'" };
  stub.on(routes.createModel, { status: 400, json: incomplete });
  stub.on(routes.release, { text: "3.17.2" });
  stub.on(routes.info, { json: { workspaces_enabled: true } });
  stub.on(routes.workspaces, { json: { workspaces: [{ name: "default" }, { name: "red" }] } });
  stub.on(webhooks, { json: {} });
  stub.on(grants, { status: 404, text: "" });
  return stub;
}

const report = z.array(
  z.object({
    name: z.string(),
    status: z.enum(["ok", "warning", "problem", "skipped"]),
    detail: z.string(),
    cure: z.string().optional(),
    fault: z.string().optional(),
  }),
);

async function doctor(environment: Readonly<Record<string, string>>, ...flags: string[]) {
  const { code, stdout, stderr } = await runCommand(["doctor", ...flags, "--json"], environment);
  expect(stderr).toBe("");
  expect(stdout).not.toContain(secret);
  const lines = report.parse(JSON.parse(stdout));
  return { code, lines, line: (name: string) => lines.find((line) => line.name === name) };
}

function at(url: string, variables: Readonly<Record<string, string>> = {}) {
  return isolated({ MLFLOW_TRACKING_URI: url, ...variables }).environment;
}

const signedIn = { MLFLOW_TRACKING_USERNAME: "ann", MLFLOW_TRACKING_PASSWORD: secret };

/** A fault, and what its line says. */
interface Fault {
  readonly fault: string;
  /** Makes the fault, and returns the environment in which it is found. */
  readonly make: () => Promise<Readonly<Record<string, string>>>;
  readonly flags?: readonly string[];
  readonly line: string;
  readonly status: "warning" | "problem";
  readonly detail: string | RegExp;
  readonly cure?: string;
  readonly code: number;
}

const faults: readonly Fault[] = [
  {
    fault: "a wrong port",
    make: async () => at(`http://127.0.0.1:${await freePort()}`),
    ...{ line: "registry", status: "problem", code: 6 },
    detail: "the connection was refused. Check that MLFLOW_TRACKING_URI is correct",
  },
  {
    fault: "a host name that does not exist",
    make: async () => at("http://mlflow.invalid"),
    ...{ line: "registry", status: "problem", code: 6 },
    detail: /its host name (does not exist|cannot be resolved)/,
  },
  {
    fault: "a certificate of an unknown authority",
    make: async () => at((await healthy({ tls: true })).url),
    ...{ line: "registry", status: "problem", code: 6 },
    detail:
      /not accepted.*MLFLOW_TRACKING_SERVER_CERT_PATH.*The reason: self-signed certificate in/,
  },
  {
    fault: "a certificate that is not checked",
    make: async () => {
      const { url } = await healthy({ tls: true });
      return at(url, { MLFLOW_TRACKING_INSECURE_TLS: "true" });
    },
    ...{ line: "registry", status: "warning", code: 0 },
    detail: "Its certificate is not checked.",
    cure: "Unset MLFLOW_TRACKING_INSECURE_TLS",
  },
  {
    fault: "a file of an authority that is none",
    make: async () => {
      const { home, environment } = isolated({ MLFLOW_TRACKING_URI: "https://127.0.0.1:1" });
      writeFileSync(join(home, "ca.pem"), "no PEM");
      return { ...environment, MLFLOW_TRACKING_SERVER_CERT_PATH: join(home, "ca.pem") };
    },
    ...{ line: "registry", status: "problem", code: 1 },
    detail: "contains no PEM block",
  },
  {
    fault: "a server that is not MLflow",
    make: async () => {
      const stub = await healthy();
      stub.on(routes.searchModels, { status: 404, text: "<!doctype html>" });
      return at(stub.url);
    },
    ...{ line: "credential", status: "problem", code: 6 },
    detail: "found no MLflow REST API (404)",
  },
  {
    fault: "a wrong password",
    make: async () => {
      const stub = await healthy();
      stub.on(routes.searchModels, { status: 401, text: "You are not authenticated" });
      return at(stub.url, signedIn);
    },
    ...{ line: "credential", status: "problem", code: 4 },
    detail: "does not accept the credential (401). Check the user name and password.",
  },
  {
    fault: "no credential where MLflow asks for one",
    make: async () => {
      const stub = await healthy();
      stub.on(routes.searchModels, { status: 401, text: "You are not authenticated" });
      return at(stub.url);
    },
    ...{ line: "credential", status: "problem", code: 4 },
    detail: "asks for a credential and none was sent",
  },
  {
    fault: "a credential that MLflow does not check",
    make: async () => at((await healthy()).url, signedIn),
    ...{ line: "credential", status: "warning", code: 0 },
    detail: "MLflow answers without the user name and password as well",
    cure: "turn its authentication on",
  },
  {
    fault: "a credential that may read alone",
    make: async () => {
      const stub = await healthy();
      stub.on(routes.createModel, { status: 403, text: "Permission denied" });
      const permissions = [{ resource_type: "prompt", permission: "READ" }];
      stub.on(grants, { json: { is_admin: false, permissions } });
      return at(stub.url);
    },
    ...{ line: "permissions", status: "warning", code: 0 },
    detail: "It may read prompts, and register none. Granted: READ on prompts.",
    cure: "--read-only",
  },
  {
    fault: "an old MLflow",
    make: async () => {
      const stub = await healthy();
      stub.on(routes.release, { text: "3.7.0" });
      return at(stub.url);
    },
    ...{ line: "release", status: "problem", code: 1 },
    detail: "MLflow is 3.7.0; this program is tested with 3.8 to 3.17.",
    cure: "Upgrade MLflow.",
  },
  {
    fault: "a workspace that the credential does not see",
    make: async () => at((await healthy()).url, { MLFLOW_WORKSPACE: "blue" }),
    ...{ line: "workspaces", status: "problem", code: 4 },
    detail: 'no access to workspace "blue"',
  },
  {
    fault: "a webhook that is not installed",
    make: async () => at((await healthy()).url, { MLFLOW_PROMPTS_WEBHOOK_SECRET: secret }),
    ...{ line: "webhooks", status: "warning", code: 0 },
    detail: "MLflow has no webhook",
    cure: "webhooks install",
  },
  {
    fault: "a webhook for too few events",
    make: async () => {
      const stub = await healthy();
      const events = [{ entity: "PROMPT", action: "CREATED" }];
      const webhook = { webhook_id: "1", name: "mlflow-prompts-mcp", url: "http://a/b", events };
      stub.on(webhooks, { json: { webhooks: [webhook] } });
      return at(stub.url);
    },
    ...{ line: "webhooks", status: "warning", code: 0 },
    detail: "not subscribed to prompt_version.created",
    cure: "webhooks install",
  },
  {
    fault: "a webhook that MLflow cannot decrypt",
    make: async () => {
      const stub = await healthy();
      stub.on(webhooks, { status: 500, json: { error_code: "INTERNAL_ERROR", message: "" } });
      return at(stub.url);
    },
    ...{ line: "webhooks", status: "problem", code: 6 },
    detail: "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY",
  },
  {
    fault: "a clock that is an hour late",
    make: async () => {
      const stub = await healthy();
      const date = new Date(Date.now() + 3_600_000).toUTCString();
      stub.on(routes.health, { text: "OK", headers: { date } });
      return at(stub.url);
    },
    ...{ line: "clock", status: "warning", code: 0 },
    detail: /clock is (3599|3600|3601) s behind MLflow's/,
    cure: "NTP",
  },
  {
    fault: "a setting that cannot be used",
    make: async () => at((await healthy()).url, { MLFLOW_PROMPTS_CACHE_TTL: "soon" }),
    ...{ line: "settings", status: "problem", code: 2 },
    detail: 'MLFLOW_PROMPTS_CACHE_TTL is "soon": it must be a number of seconds',
  },
  {
    fault: "a setting of another command that cannot be used",
    make: async () => isolated({ MLFLOW_PROMPTS_PORT: "high" }).environment,
    ...{ line: "settings", status: "problem", code: 2 },
    detail: 'MLFLOW_PROMPTS_PORT is "high"',
  },
  {
    fault: "an address that is none",
    make: async () => at("mlflow:5000"),
    ...{ line: "settings", status: "problem", code: 2 },
    detail: 'MLFLOW_TRACKING_URI is "mlflow:5000"',
  },
  {
    fault: "a misspelt variable",
    make: async () => isolated({ MLFLOW_PROMPTS_READONLY: secret }).environment,
    ...{ line: "variables", status: "warning", code: 0 },
    detail: "Nothing reads MLFLOW_PROMPTS_READONLY.",
    cure: "Did you mean MLFLOW_PROMPTS_READ_ONLY in place of MLFLOW_PROMPTS_READONLY?",
  },
  {
    fault: "a collector that is not there",
    make: async () =>
      isolated({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}/${secret}` })
        .environment,
    ...{ line: "telemetry", status: "warning", code: 0 },
    detail: "cannot be reached (ECONNREFUSED)",
    cure: "OTEL_EXPORTER_OTLP_ENDPOINT",
  },
  {
    fault: "a credentials file that others can read",
    make: async () => {
      const { home, environment } = isolated({ MLFLOW_TRACKING_URI: (await healthy()).url });
      mkdirSync(join(home, ".mlflow"));
      const file = join(home, ".mlflow", "credentials");
      writeFileSync(file, `[mlflow]\nmlflow_tracking_password = ${secret}\n`);
      chmodSync(file, 0o644);
      return environment;
    },
    ...{ line: "credentials-file", status: "warning", code: 0 },
    detail: "(mode 0644)",
    cure: "chmod 600",
  },
  {
    fault: "a database file that others can read",
    make: async () => {
      const { home, environment } = isolated();
      const variables = { ...environment, MLFLOW_TRACKING_URI: `sqlite:///${home}/registry.db` };
      await runCommand(["list"], variables);
      chmodSync(join(home, "registry.db"), 0o640);
      return variables;
    },
    ...{ line: "database", status: "warning", code: 0 },
    detail: "(mode 0640)",
    cure: "chmod 600",
  },
  {
    fault: "a database file that is none",
    make: async () => {
      const { home, environment } = isolated();
      writeFileSync(join(home, "registry.db"), "no database at all".repeat(100), { mode: 0o600 });
      return { ...environment, MLFLOW_TRACKING_URI: `sqlite:///${home}/registry.db` };
    },
    ...{ line: "registry", status: "problem", code: 1 },
    detail: "registry.db is not a SQLite database",
  },
  {
    fault: "an audit log that is a folder",
    make: async () => {
      const { home, environment } = isolated();
      return { ...environment, MLFLOW_PROMPTS_AUDIT_LOG: home };
    },
    ...{ line: "audit-log", status: "problem", code: 2 },
    detail: "cannot be written by this user",
  },
];

describe("doctor", () => {
  it.each(faults)(
    "finds $fault",
    async ({ make, flags = [], line, status, detail, cure, code }) => {
      const found = await doctor(await make(), ...flags);

      const at = found.line(line);
      expect(at, JSON.stringify(found.lines, undefined, 1)).toMatchObject({ status });
      expect(at?.detail).toMatch(detail);
      if (cure !== undefined) expect(at?.cure).toContain(cure);
      expect(found.code).toBe(code);
    },
  );

  it("finds nothing where nothing is wrong, and changes nothing", async () => {
    const stub = await healthy();

    const { code, lines } = await doctor(at(stub.url, { MLFLOW_WORKSPACE: "red" }));

    const wrong = lines.filter(({ name, status }) => name !== "node" && /warn|prob/.test(status));
    expect([code, wrong]).toEqual([0, []]);
    const written = stub.arrived.filter(({ route }) => !route.startsWith("GET "));
    expect(written.map(({ route, body }) => [route, body])).toEqual([[routes.createModel, {}]]);
  });

  it("tells how long MLflow's certificate is valid", async () => {
    const { url } = await healthy({ tls: true });
    const ca = { MLFLOW_TRACKING_SERVER_CERT_PATH: certificate("authority") };

    const { code, line } = await doctor(at(url, ca));

    expect(code).toBe(0);
    expect(line("certificate")?.detail).toMatch(/^MLflow's certificate is valid until 21\d\d-/);
  });

  it("creates no file where the registry is embedded", async () => {
    const { environment } = isolated();

    const first = await doctor(environment);
    const second = await doctor(environment);

    expect(first.code).toBe(0);
    // Other programs write to the disk as well.
    const steady = (lines: typeof first.lines) => lines.filter(({ name }) => name !== "disk");
    expect(steady(second.lines)).toEqual(steady(first.lines));
    expect(first.line("registry")?.detail).toContain("does not exist yet");
  });

  it("goes on after a failure, and leaves out what needs the part that failed", async () => {
    const { line } = await doctor(at(`http://127.0.0.1:${await freePort()}`));

    expect(line("release")).toMatchObject({
      status: "skipped",
      detail: "MLflow cannot be reached.",
    });
    expect(line("telemetry")).toMatchObject({ status: "ok" });
  });

  it("ends with the code of the worst problem", async () => {
    const stub = await healthy();
    stub.on(routes.searchModels, { status: 401, text: "" });

    const { code, lines } = await doctor(
      at(stub.url, { MLFLOW_PROMPTS_PORT: "high", ...signedIn }),
    );

    const found = lines.filter(({ status }) => status === "problem").map(({ fault }) => fault);
    expect(new Set(found)).toEqual(new Set(["settings", "credential"]));
    expect(code).toBe(4);
  });

  it("prints a line for each check, with its status and the cure", async () => {
    const { environment } = isolated({ MLFLOW_PROMPTS_READONLY: "true" });

    const { stdout } = await runCommand(["doctor"], environment);
    const terminal = await runCommand(["doctor"], environment, { columns: 100 });

    expect(stdout).toMatch(/^warning {2}variables: Nothing reads .* Did you mean [^\n]*$/m);
    expect(stdout).toMatch(/^ok {7}telemetry: OpenTelemetry is off\.$/m);
    expect(terminal.stdout).toContain("\u001b[33mwarning\u001b[39m  variables:");
  });
});

describe("a check", () => {
  it("ends with its time limit, whatever it waits for", async () => {
    const check = { name: "slow", run: () => new Promise<never>(() => {}) };

    const line = await runCheck(check, 20);

    expect(line).toMatchObject({ name: "slow", status: "problem", fault: "unreachable" });
    expect(line.detail).toBe("The check had no result within 0.02 s.");
  });

  it.each([
    ["an old Node.js", () => runCheck(nodeCheck("20.18.1"), 1_000), "problem"],
    ["a Node.js without fixes", () => runCheck(nodeCheck("20.20.2"), 1_000), "warning"],
    ["a Node.js with fixes", () => runCheck(nodeCheck("24.1.0"), 1_000), "ok"],
    ["a full disk", () => spaceFinding(1_000_000, "/"), "problem"],
    ["a nearly full disk", () => spaceFinding(150_000_000, "/"), "warning"],
    ["a disk with room", () => spaceFinding(1e9, "/"), "ok"],
    ["a newer MLflow", () => releaseFinding("3.18.0"), "warning"],
    ["a server without a release", () => releaseFinding(undefined), "warning"],
    ["a clock that is ahead", () => clockFinding(31), "warning"],
    ["a clock that is late", () => clockFinding(-31), "warning"],
    ["a clock that agrees", () => clockFinding(-30), "ok"],
    [
      "a certificate that ends soon",
      () => certificateFinding(new Date("2026-01-14"), new Date("2026-01-01")),
      "warning",
    ],
    [
      "a certificate that does not",
      () => certificateFinding(new Date("2026-01-15"), new Date("2026-01-01")),
      "ok",
    ],
  ])("tells %s", async (_, find, status) => {
    expect(await find()).toMatchObject({ status });
  });
});
