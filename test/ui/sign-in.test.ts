import { describe, expect, onTestFinished, test } from "vitest";
import { mlflowAvailable, title } from "../support/mlflow-install.ts";
import { startMlflow } from "../support/mlflow-server.ts";
import { headersOf } from "../support/mlflow-users.ts";
import { startSigningIssuer } from "./support/signing-issuer.ts";
import { findBarriers, openView } from "./support/view.ts";

const available = await mlflowAvailable("3.17.2");

describe("with --auth none", () => {
  test("whoever enters the start token sees the prompts, also after a reload", async () => {
    const view = await openView();
    const token = await view.page.evaluate(() => sessionStorage.getItem("mlflow-prompts-token"));
    const page = await view.another();
    await page.goto(`${view.origin}/ui/`);
    await page.getByLabel("Token from the address").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("Token from the address").fill(token ?? "");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("link", { name: "summarize" }).waitFor();
    await page.reload();
    await page.getByRole("link", { name: "summarize" }).waitFor();
    expect(view.takeFaults()).toHaveLength(2);
  });
});

describe.skipIf(!available.ok)(title("with --auth forward", available), () => {
  const administrator = { username: "admin", password: "an administrator's password" };

  test("people sign in with MLflow's credential, which a reload forgets", async () => {
    const mlflow = await startMlflow({
      release: "3.17.2",
      auth: { ...administrator, defaultPermission: "READ" },
    });
    onTestFinished(() => mlflow.stop());
    const view = await openView(
      { MLFLOW_TRACKING_URI: mlflow.url, MLFLOW_PROMPTS_AUTH: "forward" },
      {},
      headersOf(administrator),
    );
    const { page, call } = view;
    await call("register_prompt", { name: "hello", template: "Hi {{ name }}", base_version: 0 });
    expect(await findBarriers(page)).toEqual([]);
    await page.getByLabel("User name").fill("admin");
    await page.getByLabel("Password").fill("not this one");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("alert").getByText("MLflow").first().waitFor();
    await page.getByLabel("User name").fill(administrator.username);
    await page.getByLabel("Password").fill(administrator.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("link", { name: "hello" }).waitFor();
    const kept = () => Object.keys({ ...localStorage, ...sessionStorage }).length;
    expect(await page.evaluate(kept)).toBe(0);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("User name").waitFor();
    expect(view.takeFaults().every((fault) => fault.includes("401"))).toBe(true);
  });
});

describe("with --auth oauth", () => {
  const variables = async (issuer: URL) => ({
    MLFLOW_PROMPTS_AUTH: "oauth",
    MLFLOW_PROMPTS_OAUTH_ISSUER: issuer.href,
    MLFLOW_PROMPTS_UI_CLIENT_ID: "the-page",
  });

  test("people sign in at the issuer, and scopes grow with what they do", async () => {
    const signing = await startSigningIssuer();
    const view = await openView(await variables(signing.issuer.url));
    const { page, origin } = view;
    const signIn = page.getByRole("button", { name: "Sign in at the organisation's page" });
    await signIn.click();
    await page.getByRole("link", { name: "summarize" }).waitFor();
    expect(signing.authorizations).toEqual([
      expect.objectContaining({
        client_id: "the-page",
        redirect_uri: `${origin}/ui/callback`,
        scope: "prompts:read",
        code_challenge_method: "S256",
        resource: `${origin}/mcp`,
      }),
    ]);
    const kept = () => Object.keys({ ...localStorage, ...sessionStorage }).length;
    expect(await page.evaluate(kept)).toBe(0);
    expect(view.takeFaults()).toEqual([expect.stringContaining("401")]);
  });

  test("a refusal of the issuer is said, and may be tried again", async () => {
    const signing = await startSigningIssuer();
    signing.refuses = "access_denied";
    const view = await openView(await variables(signing.issuer.url));
    const signIn = view.page.getByRole("button", { name: "Sign in at the organisation's page" });
    await signIn.click();
    await view.page.getByText("access_denied").waitFor();
    signing.refuses = undefined;
    await signIn.click();
    await view.page.getByRole("link", { name: "summarize" }).waitFor();
    view.takeFaults();
  });

  test("without a client id, people paste a token", async () => {
    const { issuer } = await startSigningIssuer();
    const { MLFLOW_PROMPTS_UI_CLIENT_ID: _, ...plain } = await variables(issuer.url);
    const view = await openView(plain);
    const token = await issuer.sign({ scope: "prompts:read", aud: `${view.origin}/mcp` });
    await view.page.getByLabel("Access token").fill(token);
    await view.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await view.page.getByRole("link", { name: "summarize" }).waitFor();
    view.takeFaults();
  });
});
