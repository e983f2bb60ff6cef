import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { audience, startIssuer } from "../../../support/oauth-issuer.ts";
import { authenticatorFor, bearing, refusal, stopClocks } from "./support.ts";

const now = () => Math.floor(Date.now() / 1_000);

describe("a good token", () => {
  it("says who its bearer is and what it may do", async () => {
    const issuer = await startIssuer();
    const token = await issuer.sign({ scope: "prompts:read openid prompts:write" });

    const identity = await authenticatorFor(issuer).identify(bearing(token));

    expect(identity).toEqual({
      subject: "ada",
      key: expect.stringMatching(/^[\w-]{43}$/),
      owner: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt: expect.any(Number),
      caller: expect.stringMatching(/^[\w-]{43}$/),
      scopes: new Set(["prompts:read", "prompts:write"]),
    });
  });

  it.each([
    ["the scheme in another case", (token: string) => `bEARER ${token}`],
    ["several spaces", (token: string) => `Bearer   ${token} `],
  ])("is read with %s", async (_, header) => {
    const issuer = await startIssuer();
    const authorization = header(await issuer.sign());

    const identity = await authenticatorFor(issuer).identify({ authorization, address: "" });

    expect(identity.subject).toBe("ada");
  });

  it("may be for others as well", async () => {
    const issuer = await startIssuer();
    const token = await issuer.sign({ aud: ["https://elsewhere.example.com", audience] });

    expect((await authenticatorFor(issuer).identify(bearing(token))).subject).toBe("ada");
  });

  it("is for the configured audience where one is", async () => {
    const issuer = await startIssuer();
    const authenticator = authenticatorFor(issuer, { audience: "prompts" });

    expect(
      (await authenticator.identify(bearing(await issuer.sign({ aud: "prompts" })))).subject,
    ).toBe("ada");
    const refused = await refusal(authenticator.identify(bearing(await issuer.sign())));
    expect(refused.message).toContain("its audience must be prompts");
  });

  it.each(["RS256", "EdDSA"])("may be signed with %s", async (alg) => {
    const issuer = await startIssuer();
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    issuer.published.push({ ...(await exportJWK(publicKey)), kid: "other" });
    const token = await new SignJWT({ iss: issuer.url.origin, sub: "ada", aud: audience })
      .setProtectedHeader({ alg, kid: "other", typ: "at+jwt" })
      .setExpirationTime("1m")
      .sign(privateKey);

    expect((await authenticatorFor(issuer).identify(bearing(token))).subject).toBe("ada");
  });

  it.each(["at+jwt", "AT+JWT", "application/at+jwt"])("is of the type %s", async (typ) => {
    const issuer = await startIssuer();
    const token = await issuer.sign({}, { typ });

    expect((await authenticatorFor(issuer).identify(bearing(token))).subject).toBe("ada");
  });

  it.each(["at+jwt", "JWT", undefined])("is of the type %s where JWT is allowed", async (typ) => {
    const issuer = await startIssuer();
    const authenticator = authenticatorFor(issuer, { tokenTypes: ["at+jwt", "jwt"] });
    const token = await issuer.sign({}, { typ });

    expect((await authenticator.identify(bearing(token))).subject).toBe("ada");
    const logout = bearing(await issuer.sign({}, { typ: "logout+jwt" }));
    await expect(authenticator.identify(logout)).rejects.toThrow("type is not");
  });

  it.each([
    ["scope", { scope: "prompts:read prompts:delete" }],
    ["scp as a text", { scp: "prompts:read prompts:delete" }],
    ["scp as a list", { scp: ["prompts:read", "prompts:delete", "other"] }],
    ["both", { scope: "prompts:read", scp: ["prompts:delete"] }],
  ])("carries scopes in %s", async (_, claims) => {
    const issuer = await startIssuer();
    const token = await issuer.sign(claims);

    const { scopes } = await authenticatorFor(issuer).identify(bearing(token));

    expect(scopes).toEqual(new Set(["prompts:read", "prompts:delete"]));
  });

  it("without a scope may do nothing", async () => {
    const issuer = await startIssuer();

    const { scopes } = await authenticatorFor(issuer).identify(bearing(await issuer.sign()));

    expect(scopes).toEqual(new Set());
  });
});

describe("clocks that differ", () => {
  it.each<[string, (seconds: number) => Record<string, unknown>]>([
    ["exp", (seconds) => ({ exp: now() - seconds })],
    ["nbf", (seconds) => ({ nbf: now() + seconds })],
    ["iat", (seconds) => ({ iat: now() + seconds })],
  ])("are borne with as far as is configured (%s)", async (_, claims) => {
    const issuer = await startIssuer();
    stopClocks();
    const authenticator = authenticatorFor(issuer, { clockSkewSeconds: 30 });

    const within = await authenticator.identify(bearing(await issuer.sign(claims(29))));
    const outside = await refusal(authenticator.identify(bearing(await issuer.sign(claims(31)))));

    expect(within.subject).toBe("ada");
    expect(outside.status).toBe(401);
  });

  it("do not let a token live on", async () => {
    const issuer = await startIssuer();
    const clocks = stopClocks();
    const authenticator = authenticatorFor(issuer);
    const token = await issuer.sign();
    await authenticator.identify(bearing(token));

    clocks.pass(629);
    await authenticator.identify(bearing(token));
    clocks.pass(2);

    const refused = await refusal(authenticator.identify(bearing(token)));
    expect(refused.message).toContain("has expired");
  });
});
