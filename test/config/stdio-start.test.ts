import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { loadHttpConfig } from "../../src/config/http-config.ts";
import type { Environment, SettingFlags } from "../../src/config/settings.ts";
import { stdioStart } from "../../src/config/stdio-start.ts";

/** A home without a credentials file. */
const home = "/nowhere";
const checkout = "/srv/checkout/dist/main.js";

function start(environment: Environment, flags: SettingFlags = {}, program = checkout) {
  return stdioStart(loadHttpConfig(flags, environment, home), flags, environment, program);
}

const mlflow = { MLFLOW_TRACKING_URI: "https://mlflow.test/prefix/" };

describe("the start over stdio that http prints", () => {
  it("names the file of an embedded registry, from any folder", () => {
    expect(start({ XDG_DATA_HOME: "/data" }).env).toEqual({
      MLFLOW_TRACKING_URI: "sqlite:////data/mlflow-prompts-mcp/registry.db",
    });
    expect(start({ MLFLOW_TRACKING_URI: "sqlite:///team.db" }).env).toEqual({
      MLFLOW_TRACKING_URI: `sqlite:///${resolve("team.db")}`,
    });
  });

  it("names the server and the workspace, by the variable that counts", () => {
    const environment = { ...mlflow, MLFLOW_REGISTRY_URI: "http://registry.test" };
    expect(start({ ...environment, MLFLOW_WORKSPACE: "red" }).env).toEqual({
      MLFLOW_TRACKING_URI: "http://registry.test",
      MLFLOW_WORKSPACE: "red",
    });
  });

  it.each([
    [
      "a token",
      { MLFLOW_TRACKING_TOKEN: "s3cret" },
      { MLFLOW_TRACKING_TOKEN: "<MLFLOW_TRACKING_TOKEN>" },
    ],
    [
      "a password",
      { MLFLOW_TRACKING_USERNAME: "ann", MLFLOW_TRACKING_PASSWORD: "s3cret" },
      { MLFLOW_TRACKING_USERNAME: "ann", MLFLOW_TRACKING_PASSWORD: "<MLFLOW_TRACKING_PASSWORD>" },
    ],
    [
      "credentials in the address",
      { MLFLOW_TRACKING_URI: "https://s3cret:s3cret@mlflow.test/prefix" },
      {
        MLFLOW_TRACKING_USERNAME: "<MLFLOW_TRACKING_USERNAME>",
        MLFLOW_TRACKING_PASSWORD: "<MLFLOW_TRACKING_PASSWORD>",
      },
    ],
    [
      "credentials of a proxy",
      { https_proxy: "http://s3cret:s3cret@proxy.test:3128", NO_PROXY: "intern.test" },
      { https_proxy: "http://<user>:<password>@proxy.test:3128", NO_PROXY: "intern.test" },
    ],
  ])("has a placeholder for %s", (_, variables, expected) => {
    const { env } = start({ ...mlflow, ...variables });

    expect(env).toEqual({ MLFLOW_TRACKING_URI: "https://mlflow.test/prefix", ...expected });
    expect(JSON.stringify(env)).not.toContain("s3cret");
  });

  it("has the settings of the connection, with files from any folder", () => {
    const variables = {
      MLFLOW_HTTP_REQUEST_TIMEOUT: "30",
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: "5",
      MLFLOW_TRACKING_SERVER_CERT_PATH: "ca.pem",
      NODE_EXTRA_CA_CERTS: "/etc/ca.pem",
    };
    expect(start({ ...mlflow, ...variables }).env).toEqual({
      MLFLOW_TRACKING_URI: "https://mlflow.test/prefix",
      ...variables,
      MLFLOW_TRACKING_SERVER_CERT_PATH: resolve("ca.pem"),
    });
  });

  it("has the program's settings that are not at their defaults, and none of http alone", () => {
    const environment = {
      ...mlflow,
      MLFLOW_PROMPTS_SERVE: "production,latest",
      MLFLOW_PROMPTS_PROTECTED_ALIASES: "live",
      MLFLOW_PROMPTS_PORT: "9000",
      MLFLOW_PROMPTS_AUDIT_SECRET: "a long enough s3cret",
    };
    expect(start(environment, { readOnly: "true", auditLog: "audit.log" }).env).toEqual({
      MLFLOW_TRACKING_URI: "https://mlflow.test/prefix",
      MLFLOW_PROMPTS_PROTECTED_ALIASES: "live",
      MLFLOW_PROMPTS_READ_ONLY: "true",
      MLFLOW_PROMPTS_AUDIT_LOG: resolve("audit.log"),
    });
  });

  it("has a placeholder for the key of the models, and the experiment", () => {
    const { env } = start({
      ...mlflow,
      MLFLOW_EXPERIMENT_ID: "7",
      MLFLOW_PROMPTS_MODEL_URL: "https://models.test/v1",
      MLFLOW_PROMPTS_MODEL_API_KEY: "secret-key",
    });
    expect(env).toMatchObject({
      MLFLOW_EXPERIMENT_ID: "7",
      MLFLOW_PROMPTS_MODEL_URL: "https://models.test/v1",
      MLFLOW_PROMPTS_MODEL_API_KEY: "<MLFLOW_PROMPTS_MODEL_API_KEY>",
    });
    expect(JSON.stringify(env)).not.toContain("secret-key");
  });

  it.each([
    ["/home/ann/.npm/_npx/1/node_modules/mlflow-prompts-mcp/dist/main.js", "exec", "npx"],
    ["/usr/lib/node_modules/mlflow-prompts-mcp/dist/main.js", undefined, "node"],
    // Started by a program that npx has started.
    [checkout, "exec", "node"],
  ])("of %s with npm_command %s begins with %s", (program, npm_command, command) => {
    const args = command === "npx" ? ["-y", "mlflow-prompts-mcp", "stdio"] : [program, "stdio"];
    expect(start({ npm_command }, {}, program)).toMatchObject({ command, args });
  });
});
