import { describe, expect, test } from "vitest";
import * as z from "zod";
import { startService } from "../support/http-service.ts";
import { startSigningIssuer } from "./support/signing-issuer.ts";
import { findBarriers, openView } from "./support/view.ts";

describe("the page of the http command", () => {
  test("shows the prompts of the registry to whoever has its start token", async () => {
    const { page } = await openView();
    await page.getByRole("link", { name: "summarize" }).waitFor();
    expect(page.url()).not.toContain("token");
  });

  test("shows nothing without the start token, and says where it is", async () => {
    const view = await openView();
    const stranger = await view.another();
    await stranger.goto(`${view.origin}/ui/`);
    const dialog = stranger.getByRole("dialog", { name: "Sign in" });
    await dialog.getByText("open the address that the server printed").waitFor();
    expect(await stranger.getByRole("link", { name: "summarize" }).count()).toBe(0);
    expect(await findBarriers(stranger)).toEqual([]);
    await stranger.getByRole("button", { name: "Cancel" }).click();
    await stranger.getByRole("alert").getByText("open the address").waitFor();
    expect(view.takeFaults()).toEqual([expect.stringContaining("401")]);
  });

  test("is served with headers that keep everything else out", async () => {
    const { origin } = await openView();
    const response = await fetch(`${origin}/ui/p/any/thing`);
    const policy = response.headers.get("content-security-policy");
    expect(policy?.split("; ").map((part) => part.replace(/sha256-[^']+/, "sha256-"))).toEqual([
      "default-src 'none'",
      "script-src 'sha256-'",
      "style-src 'sha256-'",
      "connect-src 'self'",
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(response.headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });

  test("may call the issuer of tokens too, where people sign in there", async () => {
    const { issuer } = await startSigningIssuer();
    const { url } = await startService({
      MLFLOW_PROMPTS_AUTH: "oauth",
      MLFLOW_PROMPTS_OAUTH_ISSUER: issuer.url.href,
      MLFLOW_PROMPTS_UI_CLIENT_ID: "the-page",
    });
    const about = await fetch(new URL("/.well-known/oauth-authorization-server", issuer.url));
    const { token_endpoint } = z.object({ token_endpoint: z.url() }).parse(await about.json());
    const { headers } = await fetch(new URL("/ui", url));
    const called = headers.get("content-security-policy")?.split("; ");
    expect(called).toContain(`connect-src 'self' ${new URL(token_endpoint).origin}`);
  });

  test("is in German for who prefers it, and in English for who prefers another language", async () => {
    const { another, show } = await openView();
    const german = await another({ locale: "de-AT" });
    await show("/", german);
    await german.getByLabel("Suche").waitFor();
    expect(await german.locator("html").getAttribute("lang")).toBe("de");
    const french = await another({ locale: "fr-FR" });
    await show("/", french);
    await french.getByLabel("Search").waitFor();
  });

  test("has texts for the languages of the view alone", async () => {
    const { url } = await startService({});
    const statusOf = async (language: string) =>
      (await fetch(new URL(`/ui/texts/${language}.json`, url))).status;
    expect(await statusOf("de")).toBe(200);
    expect(await statusOf("xx")).toBe(404);
    expect(await statusOf("constructor")).toBe(404);
  });

  test("may be called by no other page, on any port of this machine", async () => {
    const { origin, another, takeFaults } = await openView();
    const other = await openView();
    const stranger = await another();
    // The browser asks for one with every document that names none, sooner or later.
    await stranger.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
    await stranger.goto(`${other.origin}/ui/config.json`);
    const outcome = await stranger.evaluate(
      async (url) =>
        fetch(url, { method: "POST", mode: "no-cors", body: "{}" }).then(
          () => "sent",
          (error: unknown) => String(error),
        ),
      `${origin}/mcp`,
    );
    expect(outcome).toBe("sent");
    // The browser reports the refusal itself, a moment later.
    await expect.poll(() => takeFaults()).toEqual([expect.stringContaining("403")]);
    const answer = await fetch(`${origin}/mcp`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin: other.origin,
        "sec-fetch-site": "same-site",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "prompts/list" }),
    });
    expect(answer.status).toBe(403);
  });

  test("is not there with --no-ui, nor on other addresses, unless --ui asks for it", async () => {
    const statusWith = async (variables: Readonly<Record<string, string>>) => {
      const { url } = await startService(variables);
      return (await fetch(new URL("/ui", url))).status;
    };
    const reachable = {
      MLFLOW_PROMPTS_HOST: "0.0.0.0",
      MLFLOW_PROMPTS_ALLOW_UNAUTHENTICATED: "true",
    };
    expect(await statusWith({})).toBe(200);
    expect(await statusWith({ MLFLOW_PROMPTS_UI: "false" })).toBe(404);
    expect(await statusWith(reachable)).toBe(404);
    expect(await statusWith({ ...reachable, MLFLOW_PROMPTS_UI: "true" })).toBe(200);
  });
});
