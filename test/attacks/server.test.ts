import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { isolated, run } from "../support/program.ts";
import { startFakeMlflow } from "./support/fake-mlflow.ts";
import { underAttack } from "./support/measured.ts";
import { startAttacked } from "./support/program.ts";
import { sendRaw } from "./support/raw.ts";

/** What the server shows to whom it should not, and how it may be set up. */

const paths = [
  "//x/metrics",
  "/mcp/../metrics",
  "/%2e%2e/metrics",
  "/./metrics",
  "/metrics/",
  "/x/../readyz",
  "//metrics",
  "/mcp/%2e%2e/metrics",
];

it("paths that lead around a proxy's rules", async (context) => {
  const { url, pid } = await startAttacked();
  await underAttack(context, { pid }, async () => {
    for (const path of paths) {
      const answer = await sendRaw(url, `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
      expect(answer, path).not.toContain("mlflow_prompts_requests_total");
      expect(answer, path).not.toContain("The registry can be reached");
      expect(answer, path).toMatch(/^HTTP\/1\.1 4/);
    }
    return `${paths.length} × 4xx`;
  });
});

it("/metrics and /readyz by a foreign host name", async (context) => {
  const { url, pid } = await startAttacked();
  await underAttack(context, { pid }, async () => {
    for (const path of ["/metrics", "/readyz"]) {
      const own = await sendRaw(
        url,
        `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`,
      );
      expect(own).toMatch(/^HTTP\/1\.1 200/);
      const foreign = await sendRaw(
        url,
        `GET ${path} HTTP/1.1\r\nhost: evil.example.com\r\nconnection: close\r\n\r\n`,
      );
      expect(foreign).toMatch(/^HTTP\/1\.1 403/);
    }
    return "2 × 403";
  });
});

it("another user of the machine, who would read the database file", async (context) => {
  const { home, pid } = await startAttacked();
  await underAttack(context, { pid }, async () => {
    const files = readdirSync(home, { recursive: true, encoding: "utf8" });
    const databases = files.filter((file) => file.endsWith(".db"));
    expect(databases).toHaveLength(1);
    const mode = statSync(join(home, databases[0] ?? "")).mode & 0o777;
    expect(mode).toBe(0o600);
    return `its mode is ${mode.toString(8)}`;
  });
});

it("an audit secret that can be guessed", async () => {
  const { environment } = isolated({ MLFLOW_PROMPTS_AUDIT_SECRET: "short" });
  const { code, stderr } = await run(["http", "--port", "0"], environment);
  expect(code).toBe(2);
  expect(stderr).toContain("16");
});

it("TLS that is not checked is said loudly", async () => {
  const mlflow = await startFakeMlflow();
  const variables = { MLFLOW_TRACKING_URI: mlflow.url, MLFLOW_TRACKING_INSECURE_TLS: "true" };
  const { url, lines } = await startAttacked(variables);
  await eventually(() => expect(lines().join("\n")).toContain("MLFLOW_TRACKING_INSECURE_TLS"));
  expect(await (await fetch(new URL("/readyz", url))).text()).toContain("INSECURE_TLS");
});
