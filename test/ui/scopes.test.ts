import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { chatCompletion, fakeModel } from "../support/fake-model.ts";
import { startSigningIssuer } from "./support/signing-issuer.ts";
import { openView } from "./support/view.ts";

/** The page of a prompt that ann registered, for ada, who signed in at the issuer, to read. */
async function openSignedIn(more: Readonly<Record<string, string>> = {}) {
  const { issuer, authorizations } = await startSigningIssuer();
  const headers: Record<string, string> = {};
  const variables = {
    MLFLOW_PROMPTS_AUTH: "oauth",
    MLFLOW_PROMPTS_OAUTH_ISSUER: issuer.url.href,
    MLFLOW_PROMPTS_UI_CLIENT_ID: "the-page",
  };
  const view = await openView({ ...variables, ...more }, {}, headers);
  const ann = { sub: "ann", aud: `${view.origin}/mcp`, scope: "prompts:read prompts:write" };
  headers.authorization = `Bearer ${await issuer.sign(ann)}`;
  await view.call("register_prompt", { name: "greet", template: "Greet {{ name }}" });
  await view.show("/p/greet");
  await signIn(view.page);
  await view.page.getByRole("heading", { name: "Fill in" }).waitFor();
  const scopes = () => authorizations.map(({ scope }) => scope);
  return { ...view, scopes };
}

async function signIn(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign in at the organisation's page" }).click();
}

describe("a person who may only read so far", () => {
  test("approves somebody else's version, in their own name, when the issuer gives the scope", async () => {
    const { page, call, scopes, takeFaults } = await openSignedIn();
    const review = page.getByRole("region", { name: "Review of version 1" });
    await review.getByLabel("Reason, or what to look at").fill("Reads well");
    await review.getByRole("button", { name: "Approve version 1" }).click();
    expect(scopes()).toEqual(["prompts:read"]);
    await signIn(page);

    await review.getByText("Approved by").waitFor();
    const entry = page.getByRole("region", { name: "History" }).getByRole("listitem").first();
    await entry.getByText("approved by ada").waitFor();
    await entry.getByText("Reads well").waitFor();
    expect(scopes()).toEqual(["prompts:read", "prompts:read prompts:write"]);
    expect((await call("list_prompt_versions", { name: "greet" })).structured).toMatchObject({
      versions: [{ reviews: { given: [{ author: "ada", verdict: "approved" }] } }],
    });

    await review.getByRole("button", { name: "Withdraw mine" }).press("Enter");
    await review.getByText("Approved by").waitFor({ state: "detached" });
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await expect.poll(focused).toBe("Review of version 1");
    takeFaults();
  });

  test("runs a prompt when the issuer gives the scope", async () => {
    const model = await fakeModel(() => ({ body: chatCompletion({ content: "Good day Ada" }) }));
    const { page, scopes, takeFaults } = await openSignedIn({
      ...{ MLFLOW_PROMPTS_MODEL_URL: model.url, MLFLOW_PROMPTS_MODELS: "small" },
    });
    await page.getByRole("textbox", { name: "name (required)" }).fill("Ada");
    await page.getByRole("button", { name: "Run" }).click();
    await signIn(page);

    await page.getByText("Good day Ada").waitFor();
    expect(scopes()).toEqual(["prompts:read", "prompts:read prompts:write"]);
    takeFaults();
  });
});
