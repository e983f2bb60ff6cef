import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMlflowClient } from "../../src/mlflow/client.ts";
import { failed } from "./failed.ts";
import { certificate, clientFor, startStub } from "./stub.ts";
import { denied, modelReply, routes } from "./wire-data.ts";

const options = {
  connectTimeoutMs: 1_000,
  requestTimeoutMs: 1_000,
  maxRetries: 0,
  userAgent: "test/1",
};

describe("an MLflow client", () => {
  it("asks nothing before its first call", async () => {
    const stub = await startStub();

    clientFor(stub.url).registry({ workspace: "red" });

    expect(stub.connections).toBe(0);
  });

  it("keeps a prefix of the URL, with or without a final slash", async () => {
    const stub = await startStub();
    stub.on("GET /a/b/api/2.0/mlflow/registered-models/get", modelReply("x"));

    await clientFor(`${stub.url}/a/b`).registry().getPrompt("x");
    await clientFor(`${stub.url}/a/b/`).registry().getPrompt("x");

    expect(stub.routes()).toHaveLength(2);
  });

  it("sends the credential of its view, and who it is", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x"));
    const client = clientFor(stub.url);
    const basic = { kind: "basic", username: "ann", password: "pä:ss" } as const;

    await client.registry({ credential: basic }).getPrompt("x");
    await client.registry({ credential: { kind: "bearer", token: "t.o-k~en" } }).getPrompt("x");
    await client.registry({ credential: { kind: "header", value: "bEarer t k=" } }).getPrompt("x");
    await client.registry().getPrompt("x");

    expect(stub.arrived.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${Buffer.from("ann:pä:ss", "utf8").toString("base64")}`,
      "Bearer t.o-k~en",
      "bEarer t k=",
      undefined,
    ]);
    expect(stub.arrived[0]?.headers).toMatchObject({
      "user-agent": "test/1",
      accept: "application/json",
    });
    expect(stub.arrived[0]?.headers).not.toHaveProperty("x-mlflow-workspace");
    expect(stub.arrived[0]?.headers).not.toHaveProperty("origin");
  });

  it.each([
    [{ kind: "bearer", token: "two\nlines" }, "MLFLOW_TRACKING_TOKEN"],
    [{ kind: "bearer", token: "" }, "MLFLOW_TRACKING_TOKEN"],
    [{ kind: "basic", username: "a:b", password: "secret-9" }, "user name"],
  ] as const)("sends no credential that a header cannot carry", async (credential, part) => {
    const stub = await startStub();

    const error = await failed(clientFor(stub.url).registry({ credential }).getPrompt("x"));

    expect(error.kind).toBe("unauthenticated");
    expect(error.message).toContain(part);
    expect(inspect(error)).not.toContain("secret-9");
    expect(stub.arrived).toEqual([]);
  });

  it.each([
    "",
    " Bearer x",
    "Bearer x ",
    "Bearer  x",
    "Bearer secret-9\r\nx-injected: 1",
    "Bearer é",
  ])("passes on no header that is none, and says so to its sender: %j", async (value) => {
    const stub = await startStub();
    const registry = clientFor(stub.url).registry({ credential: { kind: "header", value } });

    const error = await failed(registry.getPrompt("x"));

    expect(error.kind).toBe("unauthenticated");
    expect(error.message).toContain("Check the Authorization header you send");
    expect(inspect(error)).not.toMatch(/secret-9|MLFLOW_/);
    expect(stub.arrived).toEqual([]);
  });

  it("shows no secret in any of its objects and errors", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, denied);
    const client = clientFor(stub.url);
    const views = [
      client.registry({ credential: { kind: "bearer", token: "secret-1" } }),
      client.registry({ credential: { kind: "basic", username: "ann", password: "secret-2" } }),
      client.registry({ credential: { kind: "header", value: "Bearer secret-4" } }),
    ];
    const gone = clientFor("http://127.0.0.1:1");
    const unreachable = gone.registry({ credential: { kind: "bearer", token: "secret-3" } });

    const errors = await Promise.all([...views, unreachable].map((r) => failed(r.getPrompt("x"))));

    const shown = inspect([client, views, unreachable, errors], { depth: 9, showHidden: true });
    const printed = [...views, ...errors].map(String).join() + JSON.stringify([views, errors]);
    const encoded = Buffer.from("ann:secret-2").toString("base64");
    for (const secret of ["secret-", encoded]) {
      expect(shown).not.toContain(secret);
      expect(printed).not.toContain(secret);
    }
  });

  it.each([
    "ftp://example.org",
    "example.org",
    "http://user:secret-9@example.org",
    "http://example.org?token=secret-9",
    "http://example.org#x",
  ])("refuses %s as a base URL without repeating it", (baseUrl) => {
    const create = () => createMlflowClient({ baseUrl, ...options });

    expect(create).toThrow(/MLFLOW_TRACKING_URI must be/);
    expect(create).not.toThrow(/secret-9/);
  });
});

describe("TLS", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "mlflow-tls-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("trusts the authority it is given, and shows its own certificate", async () => {
    const stub = await startStub({ tls: true });
    stub.on(routes.getModel, modelReply("x"));
    const tls = { caPath: certificate("authority"), clientCertPath: certificate("client") };

    const prompt = await clientFor(stub.url, { tls }).registry().getPrompt("x");

    expect(prompt.name).toBe("x");
    expect(stub.subjects).toEqual(["client"]);
  });

  it("refuses a certificate that nobody vouches for, and says what to set", async () => {
    const stub = await startStub({ tls: true });

    const error = await failed(clientFor(stub.url, { maxRetries: 3 }).registry().getPrompt("x"));

    expect(error.kind).toBe("unavailable");
    expect(error.message).toContain(stub.url);
    expect(error.message).toContain("MLFLOW_TRACKING_SERVER_CERT_PATH");
    expect(stub.arrived).toEqual([]);
  });

  it("accepts any certificate when told to", async () => {
    const stub = await startStub({ tls: true });
    stub.on(routes.getModel, modelReply("x"));

    const client = clientFor(stub.url, { tls: { insecure: true } });

    expect(await client.registry().getPrompt("x")).toMatchObject({ name: "x" });
  });

  it("names the variable of a file that is missing or is no PEM file", () => {
    const other = join(folder, "other.txt");
    writeFileSync(other, "hello");
    const create = (tls: object) => () =>
      createMlflowClient({ baseUrl: "https://example.org", ...options, tls });

    expect(create({ caPath: join(folder, "none.pem") })).toThrow(
      /MLFLOW_TRACKING_SERVER_CERT_PATH names a file that cannot be read .*none\.pem/,
    );
    expect(create({ clientCertPath: join(folder, "none.pem") })).toThrow(
      /MLFLOW_TRACKING_CLIENT_CERT_PATH names a file that cannot be read/,
    );
    expect(create({ caPath: other })).toThrow(/MLFLOW_TRACKING_SERVER_CERT_PATH .* no PEM/);
  });
});
