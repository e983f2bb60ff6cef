import { expect, onTestFinished, vi } from "vitest";
import type { OAuthConfig } from "../../../../src/config/http-config.ts";
import type {
  Authenticator,
  Identity,
  RequestedAccess,
} from "../../../../src/http/auth/identity.ts";
import {
  createOAuthAuthenticator,
  type OAuthOptions,
} from "../../../../src/http/auth/oauth/authenticator.ts";
import { HttpRefusal } from "../../../../src/http/refusal.ts";
import { audience, type TestIssuer } from "../../../support/oauth-issuer.ts";

/** The server's configuration as its settings give it. */
export function configFor(issuer: TestIssuer, other: Partial<OAuthConfig> = {}): OAuthConfig {
  return {
    mode: "oauth",
    issuer: issuer.url,
    issuerName: issuer.url.href.replace(/\/$/, ""),
    algorithms: ["RS256", "PS256", "ES256", "EdDSA"],
    tokenTypes: ["at+jwt"],
    clockSkewSeconds: 30,
    workspacesClaim: "workspaces",
    ...other,
  };
}

export function authenticatorFor(
  issuer: TestIssuer,
  config: Partial<OAuthConfig> = {},
  options: Partial<OAuthOptions> = {},
): Authenticator {
  return createOAuthAuthenticator(configFor(issuer, config), { resource: audience, ...options });
}

/** One that exchanges tokens at the issuer. */
export function exchanging(
  issuer: TestIssuer,
  audience?: string,
  options: Partial<OAuthOptions> = {},
): Authenticator {
  const exchange: OAuthConfig["exchange"] = {
    tokenUrl: issuer.tokenUrl,
    clientId: "prompts",
    clientSecret: "client secret+é",
    ...(audience === undefined ? {} : { audience }),
  };
  return authenticatorFor(issuer, { exchange }, options);
}

/** What a request asks that brings a token, and names a workspace in its path. */
export function bearing(token: string, workspace?: string): RequestedAccess {
  return {
    authorization: `Bearer ${token}`,
    address: "192.0.2.1",
    ...(workspace === undefined ? {} : { workspace, pathWorkspace: workspace }),
  };
}

/** The refusal that a request meets. */
export async function refusal(identifying: Promise<Identity>): Promise<HttpRefusal> {
  const error = await identifying.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof HttpRefusal) return error;
  throw new Error("The request was let through, or failed otherwise.", { cause: error });
}

/** The challenge of a refusal. */
export function challengeOf({ headers }: HttpRefusal): string {
  const challenge = headers["www-authenticate"];
  expect(challenge, "every 401 has a challenge").toBeDefined();
  return challenge ?? "";
}

/** Stops both clocks until `pass` moves them. They run again after the test. */
export function stopClocks(): { pass(seconds: number): void } {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
  return {
    pass: (seconds) => {
      vi.advanceTimersByTime(seconds * 1_000);
    },
  };
}
