import { describe, expect, it } from "vitest";
import * as z from "zod";
import { runCommand } from "../../support/command-line.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { isolated } from "../../support/program.ts";
import { suiteServer } from "./suite-server.ts";

const mlflow = await mlflowAvailable("3.17.2");

const report = z.array(
  z.object({
    name: z.string(),
    status: z.string(),
    detail: z.string(),
    cure: z.string().nullable(),
  }),
);

/** What doctor says, line by line. */
async function doctor(url: string, variables: Readonly<Record<string, string>>) {
  const { environment } = isolated({ MLFLOW_TRACKING_URI: url, ...variables });
  const fields = ["doctor", "--json", "name,status,detail,cure"];
  const { code, stdout } = await runCommand(fields, environment);
  const lines = report.parse(JSON.parse(stdout));
  return { code, stdout, line: (name: string) => lines.find((line) => line.name === name) };
}

describe.skipIf(!mlflow.ok)(title("doctor on MLflow 3.17.2 with basic auth", mlflow), () => {
  const auth = {
    username: "ann",
    password: "Zoë's pass:word 1",
    defaultPermission: "READ",
  } as const;
  const server = suiteServer({ release: "3.17.2", workspaces: true, auth });
  const signedIn = (password: string) => ({
    MLFLOW_TRACKING_USERNAME: auth.username,
    MLFLOW_TRACKING_PASSWORD: password,
  });

  it("finds nothing wrong where nothing is", async () => {
    const { code, stdout, line } = await doctor(server.url, signedIn(auth.password));

    expect(code, stdout).toBe(0);
    expect(stdout).not.toContain('"problem"');
    expect(line("credential")).toMatchObject({ status: "ok" });
    expect(line("release")?.detail).toContain("3.17.2");
  });

  it("names a credential that MLflow does not accept, and does not show it", async () => {
    const { code, stdout, line } = await doctor(server.url, signedIn("a wrong-päss:word"));

    expect(code).toBe(4);
    expect(line("registry")).toMatchObject({ status: "ok" });
    expect(line("credential")).toMatchObject({
      status: "problem",
      detail: expect.stringMatching(/does not accept the credential.*Check the user name and pass/),
    });
    expect(stdout).not.toContain("a wrong-p");
  });

  it("names a credential that is missing", async () => {
    const { code, line } = await doctor(server.url, {});

    expect(code).toBe(4);
    expect(line("credential")?.detail).toContain("asks for a credential and none was sent");
  });

  it("names a workspace that there is not", async () => {
    const variables = { ...signedIn(auth.password), MLFLOW_WORKSPACE: "nowhere" };

    const { code, line } = await doctor(server.url, variables);

    expect(code).not.toBe(0);
    expect(line("credential")).toMatchObject({ status: "ok" });
    expect(line("workspaces")).toMatchObject({
      status: "problem",
      detail: expect.stringContaining('"nowhere"'),
    });
  });
});
