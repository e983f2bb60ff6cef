import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/config.ts";
import { ConfigError } from "../../src/config/errors.ts";
import { loadHttpConfig } from "../../src/config/http-config.ts";
import type { Environment } from "../../src/config/settings.ts";
import { loadWebhooksConfig } from "../../src/config/webhooks-config.ts";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "config-"));
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

function config(environment: Environment, flags = {}) {
  return loadConfig(flags, environment, home);
}

function http(environment: Environment, flags = {}) {
  return loadHttpConfig(flags, environment, home).http;
}

function mlflow(environment: Environment) {
  const { registry } = config({ MLFLOW_TRACKING_URI: "http://mlflow.test:5000", ...environment });
  if (registry.kind !== "mlflow") throw new Error("expected an MLflow server");
  return registry;
}

function writeCredentials(text: string): void {
  mkdirSync(join(home, ".mlflow"));
  writeFileSync(join(home, ".mlflow", "credentials"), text);
}

describe("the program's own settings", () => {
  it("have defaults", () => {
    expect(config({})).toMatchObject({
      serve: ["production", "latest"],
      readOnly: false,
      tools: [],
    });
    expect(http({})).toMatchObject({ host: "127.0.0.1", port: 8080, auth: { mode: "none" } });
  });

  it("come from variables, and from flags before variables", () => {
    const environment = { MLFLOW_PROMPTS_SERVE: "staging", MLFLOW_PROMPTS_READ_ONLY: "TRUE" };
    expect(config(environment)).toMatchObject({ serve: ["staging"], readOnly: true });
    expect(config(environment, { serve: "a, b" })).toMatchObject({ serve: ["a", "b"] });
  });

  it("read a secret from the file that its variable with _FILE names", () => {
    const path = join(home, "secret");
    writeFileSync(path, "0123456789abcdef\n");
    const secrets = ["AUDIT_SECRET", "WEBHOOK_SECRET"].map((name) => `MLFLOW_PROMPTS_${name}`);

    const given = http(Object.fromEntries(secrets.map((name) => [`${name}_FILE`, path])));

    expect(given).toMatchObject({
      auditSecret: "0123456789abcdef",
      webhookSecret: "0123456789abcdef",
    });
  });

  it("refuse a secret that is given twice, or in a file that is not there or too short", () => {
    const path = join(home, "secret");
    const given = { MLFLOW_PROMPTS_AUDIT_SECRET_FILE: path };
    expect(() => http(given)).toThrow(/AUDIT_SECRET_FILE is ".*secret", which cannot be read/);

    writeFileSync(path, "s3cret");
    expect(() => http(given)).toThrow(/^(?!.*s3cret).*16 characters/);
    expect(() => http({ ...given, MLFLOW_PROMPTS_AUDIT_SECRET: "0123456789abcdef" })).toThrow(
      "both set",
    );
  });

  it("read no file for a setting that has a flag", () => {
    expect(http({ MLFLOW_PROMPTS_PORT_FILE: join(home, "none") })).toMatchObject({ port: 8080 });
  });

  it.each([
    [
      { MLFLOW_PROMPTS_PORT: "eighty" },
      'MLFLOW_PROMPTS_PORT is "eighty": it must be a port number',
    ],
    [{ MLFLOW_PROMPTS_PORT: "65536" }, 'MLFLOW_PROMPTS_PORT is "65536"'],
    [{ MLFLOW_PROMPTS_READ_ONLY: "maybe" }, "it must be true or false"],
    [{ MLFLOW_PROMPTS_SERVE: "production,,latest" }, "it must be a list of aliases"],
    [{ MLFLOW_PROMPTS_AUTH: "basic" }, "it must be none, forward or oauth"],
    [{ MLFLOW_PROMPTS_WORKSPACES: "Red" }, "it must be a list of workspaces"],
    [{ MLFLOW_PROMPTS_ALLOWED_ORIGINS: "app.test" }, "it must be a list of origins"],
    [{ MLFLOW_PROMPTS_ALLOWED_HOSTS: "app.test:80" }, "host names without ports"],
    [{ MLFLOW_PROMPTS_TRUST_PROXY: "proxy.test" }, "it must be a list of addresses or networks"],
    [{ MLFLOW_PROMPTS_PUBLIC_URL: "https://u:p@x.test" }, "without credentials"],
    [{ MLFLOW_PROMPTS_OAUTH_ISSUER: "http://login.test" }, "it must be an https address"],
    [{ MLFLOW_PROMPTS_OAUTH_ALGORITHMS: "RS256,HS256" }, "asymmetric signature algorithms"],
    [{ MLFLOW_PROMPTS_OAUTH_ALGORITHMS: "none" }, "asymmetric signature algorithms"],
    [{ MLFLOW_PROMPTS_OAUTH_TOKEN_TYPES: "id_token+jwt" }, 'it must be "at+jwt"'],
    [{ MLFLOW_PROMPTS_AUDIT_SECRET: "fifteen letters" }, "16 characters or more"],
    [{ MLFLOW_PROMPTS_RATE_LIMIT: "-1" }, "it must be a whole number of requests"],
    [{ MLFLOW_PROMPTS_SESSION_IDLE: "0" }, "it must be a number of seconds"],
  ])("name the variable and the fix for %j", (environment, sentence) => {
    expect(() => http(environment)).toThrow(ConfigError);
    expect(() => http(environment)).toThrow(sentence);
  });

  it("are read by the commands that have them and by no others", () => {
    const environment = { MLFLOW_PROMPTS_PORT: "eighty", MLFLOW_PROMPTS_WEBHOOK_URL: "mlflow" };
    const webhooks = { MLFLOW_TRACKING_URI: "http://mlflow.test:5000", ...environment };

    expect(config(environment)).not.toHaveProperty("port");
    expect(() => http(environment)).toThrow("MLFLOW_PROMPTS_PORT");
    expect(() => loadWebhooksConfig({}, webhooks, home)).toThrow("MLFLOW_PROMPTS_WEBHOOK_URL");
  });

  it.each([
    "redis.test",
    "http://redis.test",
    "redis://",
    "redis://redis.test/prompts",
    "redis://redis.test?db=1",
    "redis://:s3cret#1@redis.test",
    "redis://:s3cret%@redis.test",
    "redis://:s3cret/1@redis.test",
  ])("refuse %s for Redis, and show no password", (url) => {
    const environment = { MLFLOW_PROMPTS_REDIS_URL: url };
    expect(() => http(environment)).toThrow(ConfigError);
    expect(() => http(environment)).toThrow(
      /^(?!.*s3cret)MLFLOW_PROMPTS_REDIS_URL is not usable: it must be redis\(s\):\/\//,
    );
  });

  it.each(["redis://redis.test", "rediss://:p%40ss@redis.test:6380/2", "redis://[::1]:6379/"])(
    "take %s for Redis",
    (url) => {
      expect(http({ MLFLOW_PROMPTS_REDIS_URL: url }).redisUrl).toBe(url);
    },
  );

  it("name the flag when the flag is wrong", () => {
    expect(() => http({}, { port: "x" })).toThrow('--port is "x"');
  });

  it.each(["127.0.0.1", "127.8.8.8", "::1", "localhost"])("accept the address %s", (host) => {
    expect(http({}, { host }).host).toBe(host);
  });
});

describe("the http command", () => {
  const server = { MLFLOW_TRACKING_URI: "http://mlflow.test:5000" };
  const oauth = {
    MLFLOW_PROMPTS_AUTH: "oauth",
    MLFLOW_PROMPTS_OAUTH_ISSUER: "https://login.test/a",
  };

  it("listens where other machines reach it only when callers show who they are", () => {
    const everywhere = { MLFLOW_PROMPTS_HOST: "0.0.0.0" };
    expect(() => http(everywhere)).toThrow(ConfigError);
    expect(() => http(everywhere)).toThrow("--auth forward");
    expect(() => http({ ...everywhere, MLFLOW_PROMPTS_AUTH: "none" })).toThrow(ConfigError);
    expect(http({ ...everywhere, ...server }, { auth: "forward" }).host).toBe("0.0.0.0");
    expect(http({ ...everywhere, ...oauth }).host).toBe("0.0.0.0");
    expect(http(everywhere, { allowUnauthenticated: "true" }).auth).toEqual({ mode: "none" });
  });

  it("forwards callers' credentials to an MLflow server only, and holds none of its own", () => {
    const forward = { MLFLOW_PROMPTS_AUTH: "forward" };
    expect(() => http(forward)).toThrow("--auth forward needs an MLflow server");
    expect(() => http({ ...forward, ...server, MLFLOW_TRACKING_TOKEN: "secret" })).toThrow(
      /each caller's own credential.*MLFLOW_TRACKING_TOKEN/,
    );
    expect(http({ ...forward, ...server }).auth).toEqual({ mode: "forward" });
  });

  it("wants the issuer of the tokens it accepts", () => {
    expect(() => http({ MLFLOW_PROMPTS_AUTH: "oauth" })).toThrow("--oauth-issuer");
    expect(http(oauth).auth).toEqual({
      mode: "oauth",
      issuer: new URL("https://login.test/a"),
      issuerName: "https://login.test/a",
      algorithms: ["RS256", "PS256", "ES256", "EdDSA"],
      tokenTypes: ["at+jwt"],
      clockSkewSeconds: 30,
      workspacesClaim: "workspaces",
    });
  });

  it("signs in where it exchanges tokens, and shows its secret in no message", () => {
    const exchange = { ...oauth, MLFLOW_PROMPTS_OAUTH_TOKEN_URL: "https://login.test/token" };
    expect(() => http(exchange)).toThrow("MLFLOW_PROMPTS_OAUTH_CLIENT_SECRET");
    const secret = { MLFLOW_PROMPTS_OAUTH_CLIENT_SECRET: "s3cret" };
    expect(() => http({ ...exchange, ...secret })).toThrow(/^(?!.*s3cret).*--oauth-client-id/);
    expect(
      http({ ...exchange, ...secret, MLFLOW_PROMPTS_OAUTH_CLIENT_ID: "me" }).auth,
    ).toMatchObject({
      exchange: { clientId: "me", clientSecret: "s3cret" },
    });
  });

  it("takes a certificate with its key, and neither alone", () => {
    expect(() => http({}, { tlsCert: "a.pem" })).toThrow("--tls-cert and --tls-key");
    expect(http({}, { tlsCert: "a.pem", tlsKey: "b.pem" }).tls).toEqual({
      certPath: "a.pem",
      keyPath: "b.pem",
    });
  });

  it("drops the slash at the end of its public address", () => {
    expect(http({}, { publicUrl: "https://x.test/prompts/" }).publicUrl).toBe(
      "https://x.test/prompts",
    );
  });

  it("tells MLflow's address to callers on this machine, and to others the one that it is given", () => {
    const server = { MLFLOW_TRACKING_URI: "http://mlflow.test:5000/base/" };
    expect(http(server).mlflowUiUrl).toBe("http://mlflow.test:5000/base");
    expect(http(server, { auth: "forward" }).mlflowUiUrl).toBeUndefined();
    expect(http(server, { publicUrl: "https://x.test" }).mlflowUiUrl).toBeUndefined();
    const open = { host: "0.0.0.0", allowUnauthenticated: "true" };
    expect(http(server, open).mlflowUiUrl).toBeUndefined();
    const given = { ...open, mlflowUiUrl: "https://mlflow.example.com/" };
    expect(http(server, given).mlflowUiUrl).toBe("https://mlflow.example.com");
    expect(() => http({}, given)).toThrow(/--mlflow-ui-url needs MLFLOW_TRACKING_URI/);
  });

  it("leaves its settings alone over stdio", () => {
    expect(config({ MLFLOW_PROMPTS_AUTH: "forward" })).not.toHaveProperty("auth");
  });
});

describe("the webhooks command", () => {
  const server = { MLFLOW_TRACKING_URI: "http://mlflow.test:5000" };
  const webhooks = (environment: Environment, flags = {}) =>
    loadWebhooksConfig(flags, { ...server, ...environment }, home);

  it("knows no address and no secret unless told", () => {
    expect(webhooks({})).toEqual({ registry: mlflow({}) });
  });

  it("takes the address of its own, or else that of the service", () => {
    const publicUrl = { MLFLOW_PROMPTS_PUBLIC_URL: "https://prompts.test/base/" };
    expect(webhooks(publicUrl).url).toBe("https://prompts.test/base/webhooks/mlflow");
    expect(webhooks(publicUrl, { webhookUrl: "http://inside:8080/webhooks/mlflow" }).url).toBe(
      "http://inside:8080/webhooks/mlflow",
    );
  });

  it("takes the workspace, the secret and the credential from their variables", () => {
    const given = webhooks({
      MLFLOW_WORKSPACE: "red",
      MLFLOW_PROMPTS_WEBHOOK_SECRET: "0123456789abcdef",
      MLFLOW_TRACKING_TOKEN: "t",
    });
    expect(given).toMatchObject({ workspace: "red", secret: "0123456789abcdef" });
    expect(given.registry.credential).toEqual({ kind: "bearer", token: "t" });
  });

  it("shows a secret that is too short in no message", () => {
    expect(() => webhooks({ MLFLOW_PROMPTS_WEBHOOK_SECRET: "0123456789abcde" })).toThrow(
      "MLFLOW_PROMPTS_WEBHOOK_SECRET is not usable: it must have at least 16 characters.",
    );
  });

  it("needs an MLflow server", () => {
    expect(() => loadWebhooksConfig({}, {}, home)).toThrow("there is no MLflow server to install");
  });
});

describe("the registry", () => {
  it("is a file in the user's data directory, with samples when it is new, when nothing is set", () => {
    expect(config({ XDG_DATA_HOME: "/data" }).registry).toEqual({
      kind: "embedded",
      path: "/data/mlflow-prompts-mcp/registry.db",
      samples: true,
    });
  });

  it.each([
    ["sqlite:///prompts.db", "prompts.db"],
    ["sqlite:////srv/prompts.db", "/srv/prompts.db"],
  ])("%s is the file %s, which starts empty", (uri, path) => {
    expect(config({ MLFLOW_TRACKING_URI: uri }).registry).toEqual({
      kind: "embedded",
      path,
      samples: false,
    });
  });

  it("follows MLFLOW_REGISTRY_URI before MLFLOW_TRACKING_URI", () => {
    const environment = { MLFLOW_REGISTRY_URI: "http://registry.test" };
    expect(mlflow(environment).baseUrl).toBe("http://registry.test");
  });

  it("keeps a prefix and drops a final slash", () => {
    const uri = "https://mlflow.test/team/mlflow/";
    expect(mlflow({ MLFLOW_TRACKING_URI: uri }).baseUrl).toBe("https://mlflow.test/team/mlflow");
  });

  it.each([
    ["ftp://mlflow.test", "it must be http(s)://host[/prefix]"],
    ["http://", "it must be http(s)://host[:port][/prefix]"],
    ["http://mlflow.test:port", "it must be http(s)://host[:port][/prefix]"],
    ["http://mlflow.test?x=1", "without a query"],
    ["sqlite://prompts.db", "sqlite:///relative/path.db"],
    ["sqlite:///:memory:", "sqlite:///relative/path.db"],
    ["postgresql://db/mlflow", "mlflow server --backend-store-uri"],
    ["databricks", "Databricks registries are not supported"],
    ["./mlruns", "sqlite:///path of a database file"],
  ])("%s is refused with the variable and the fix", (uri, sentence) => {
    expect(() => config({ MLFLOW_TRACKING_URI: uri })).toThrow(ConfigError);
    expect(() => config({ MLFLOW_TRACKING_URI: uri })).toThrow(`MLFLOW_TRACKING_URI is "${uri}"`);
    expect(() => config({ MLFLOW_TRACKING_URI: uri })).toThrow(sentence);
  });

  it("never shows a password of a URI", () => {
    const uri = "ftp://ada:secret@mlflow.test";
    expect(() => config({ MLFLOW_TRACKING_URI: uri })).toThrow(/^(?!.*secret)/);
  });

  it("waits as long as a person would, unless MLflow's variables say otherwise", () => {
    expect(mlflow({})).toMatchObject({
      connectTimeoutMs: 2_000,
      requestTimeoutMs: 10_000,
      maxRetries: 2,
    });
    const environment = {
      MLFLOW_HTTP_REQUEST_TIMEOUT: "120",
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
    };
    expect(mlflow(environment)).toMatchObject({ requestTimeoutMs: 120_000, maxRetries: 0 });
    expect(() => mlflow({ MLFLOW_HTTP_REQUEST_TIMEOUT: "soon" })).toThrow(
      'MLFLOW_HTTP_REQUEST_TIMEOUT is "soon": it must be a number of seconds above 0.',
    );
  });

  it("takes the experiment from MLFLOW_EXPERIMENT_ID, of one experiment", () => {
    expect(config({ MLFLOW_EXPERIMENT_ID: " 7 " }).experimentId).toBe("7");
    expect(config({ MLFLOW_EXPERIMENT_ID: " " }).experimentId).toBeUndefined();
    expect(() => config({ MLFLOW_EXPERIMENT_ID: "1,2" })).toThrow(
      'MLFLOW_EXPERIMENT_ID is "1,2": it must be the ID of one experiment.',
    );
  });

  it("takes the workspace from MLFLOW_WORKSPACE, blank meaning none", () => {
    expect(config({ MLFLOW_WORKSPACE: "search" }).workspace).toBe("search");
    expect(config({ MLFLOW_WORKSPACE: " " }).workspace).toBeUndefined();
  });

  it("takes TLS from MLflow's variables", () => {
    const environment = {
      MLFLOW_TRACKING_SERVER_CERT_PATH: "/ca.pem",
      MLFLOW_TRACKING_CLIENT_CERT_PATH: "/me.pem",
    };
    expect(mlflow(environment).tls).toEqual({
      insecure: false,
      caPath: "/ca.pem",
      clientCertPath: "/me.pem",
    });
    expect(() => mlflow({ ...environment, MLFLOW_TRACKING_INSECURE_TLS: "1" })).toThrow(
      "MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH contradict each other",
    );
  });
});

describe("the credential, with MLflow's precedence", () => {
  const basic = { MLFLOW_TRACKING_USERNAME: "ada", MLFLOW_TRACKING_PASSWORD: "pw" };

  it("is absent when nothing is set", () => {
    expect(mlflow({}).credential).toBeUndefined();
  });

  it("is the username and password before the token", () => {
    expect(mlflow({ ...basic, MLFLOW_TRACKING_TOKEN: "t" }).credential).toEqual({
      kind: "basic",
      username: "ada",
      password: "pw",
    });
  });

  it("is the token when only one of username and password is there", () => {
    expect(
      mlflow({ MLFLOW_TRACKING_USERNAME: "ada", MLFLOW_TRACKING_TOKEN: "t" }).credential,
    ).toEqual({ kind: "bearer", token: "t" });
  });

  it("is completed from the credentials file, each part by itself, as Python reads it", () => {
    writeCredentials(
      '[other]\nmlflow_tracking_password = no\n[mlflow]\n# mine\nMLFLOW_TRACKING_USERNAME = file\nmlflow_tracking_password: "a#b;c%%=" \n',
    );
    expect(mlflow({ MLFLOW_TRACKING_TOKEN: "t" }).credential).toEqual({
      kind: "basic",
      username: "file",
      password: '"a#b;c%="',
    });
    expect(mlflow({ MLFLOW_TRACKING_USERNAME: "ada" }).credential).toMatchObject({
      username: "ada",
    });
  });

  it("says so when the credentials file cannot be read", () => {
    mkdirSync(join(home, ".mlflow", "credentials"), { recursive: true });
    expect(() => mlflow({})).toThrow(/credentials cannot be read \(EISDIR\)/);
  });

  it("is what the URI carries when nothing else is set, and leaves the URI", () => {
    const found = mlflow({ MLFLOW_TRACKING_URI: "http://ada:p%40ss@mlflow.test" });
    expect(found.credential).toEqual({ kind: "basic", username: "ada", password: "p@ss" });
    expect(found.baseUrl).toBe("http://mlflow.test");
  });

  it("of a kind that is not supported is refused, not ignored", () => {
    expect(() => mlflow({ MLFLOW_TRACKING_AUTH: "kubernetes" })).toThrow(
      'MLFLOW_TRACKING_AUTH is "kubernetes"',
    );
  });
});
