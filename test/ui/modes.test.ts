import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { mlflowAvailable, title } from "../support/mlflow-install.ts";
import { startMlflow } from "../support/mlflow-server.ts";
import { headersOf } from "../support/mlflow-users.ts";
import { startSigningIssuer } from "./support/signing-issuer.ts";
import { openView, type View } from "./support/view.ts";

const available = await mlflowAvailable("3.17.2");

/** A prompt of somebody else, live in production. */
async function register(call: View["call"]): Promise<void> {
  const fields = { template: "Greet {{ name }}.", commit_message: "A polite greeting" };
  await call("register_prompt", { name: "greet", ...fields, alias: "production" });
}

/** From the list: finds the prompt, reads it, saves its next version, makes that live, and takes it back. */
async function walk(page: Page): Promise<void> {
  await page.getByRole("search").getByLabel("Search").fill("polite");
  await page.getByText("1 prompt", { exact: true }).waitFor();
  await page.getByRole("rowheader").getByRole("link", { name: "greet" }).click();

  await page.getByText("This version is live.").waitFor();
  await page.getByRole("link", { name: "Edit this version" }).click();
  await page.getByRole("textbox", { name: "Text", exact: true }).fill("Greet {{ name }} warmly.");
  await page.getByText("Callers need no change.").waitFor();
  await page.getByRole("button", { name: "Review and save" }).click();
  await page.getByRole("textbox", { name: /What did you change/ }).fill("Warmer");
  await page.getByRole("button", { name: "Save", exact: true }).click();

  await page.getByRole("heading", { name: "Version 2", exact: true }).waitFor();
  await page.getByRole("link", { name: /^Promote to production/ }).click();
  await page.getByText("Callers need no change.").waitFor();
  await page.getByLabel("Reason").fill("People like it");
  await page.getByRole("button", { name: "Point production at version 2" }).click();
  await page.getByRole("heading", { name: "production points at version 2 now." }).waitFor();
  await page.getByRole("button", { name: "Take it back" }).click();
  await page.getByRole("heading", { name: "It is taken back" }).waitFor();
}

/** What the walk leaves behind, under the name that the server knows the person by. */
async function expectWalked(call: View["call"], author: string): Promise<void> {
  const { text, structured } = await call("list_prompt_versions", { name: "greet" });
  expect(structured).toMatchObject({
    versions: [
      { version: 2, author, commit_message: "Warmer", aliases: [] },
      { version: 1, aliases: ["production"] },
    ],
  });
  expect(text).toContain("reason: People like it");
  const { structured: newest } = await call("load_prompt", { name: "greet" });
  expect(newest).toMatchObject({ template: "Greet {{ name }} warmly." });
}

describe("from finding a prompt to taking its promotion back", () => {
  test("with --auth none, by the token in the address", async () => {
    const { page, show, call } = await openView();
    await register(call);
    await show("/");
    await walk(page);
    await expectWalked(call, "anonymous");
  });

  test.skipIf(!available.ok)(
    title("with --auth forward, by MLflow's user name and password", available),
    async () => {
      const admin = { username: "admin", password: "an administrator's password" };
      const mlflow = await startMlflow({
        release: "3.17.2",
        auth: { ...admin, defaultPermission: "READ" },
      });
      onTestFinished(() => mlflow.stop());
      const variables = { MLFLOW_TRACKING_URI: mlflow.url, MLFLOW_PROMPTS_AUTH: "forward" };
      const { page, call, takeFaults } = await openView(variables, {}, headersOf(admin));
      await register(call);
      await page.getByLabel("User name").fill(admin.username);
      await page.getByLabel("Password").fill(admin.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await walk(page);
      await expectWalked(call, "admin");
      expect(takeFaults()).toEqual([expect.stringContaining("401")]);
    },
  );

  test("with --auth oauth, by the issuer, with more scopes when an action needs them", async () => {
    const { issuer, authorizations } = await startSigningIssuer();
    const headers: Record<string, string> = {};
    const variables = {
      MLFLOW_PROMPTS_AUTH: "oauth",
      MLFLOW_PROMPTS_OAUTH_ISSUER: issuer.url.href,
      MLFLOW_PROMPTS_UI_CLIENT_ID: "the-page",
    };
    const { page, origin, call, takeFaults } = await openView(variables, {}, headers);
    const ann = { sub: "ann", aud: `${origin}/mcp`, scope: "prompts:read prompts:write" };
    headers.authorization = `Bearer ${await issuer.sign(ann)}`;
    await register(call);
    // Whenever the page asks for it.
    const signIn = page.getByRole("button", { name: "Sign in at the organisation's page" });
    await page.addLocatorHandler(signIn, () => signIn.click());
    await walk(page);
    await expectWalked(call, "ada");
    expect(authorizations.map(({ scope }) => scope)).toEqual([
      "prompts:read",
      "prompts:read prompts:write",
    ]);
    expect(takeFaults()).toEqual([expect.stringContaining("401"), expect.stringContaining("403")]);
  });
});
