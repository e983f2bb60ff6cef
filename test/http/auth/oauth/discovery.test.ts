import { describe, expect, it } from "vitest";
import { type Answer, startIssuer } from "../../../support/oauth-issuer.ts";
import { authenticatorFor, bearing, refusal } from "./support.ts";

const oauthDocument = "/.well-known/oauth-authorization-server";
const openIdDocument = "/.well-known/openid-configuration";

describe("the issuer's metadata", () => {
  it("is at the OpenID address where there is none of OAuth's", async () => {
    const issuer = await startIssuer({ path: "/realms/red" });
    const json = { issuer: issuer.url.href, jwks_uri: issuer.jwksUri.href };
    issuer.answers.set(`${oauthDocument}/realms/red`, { status: 404 });
    issuer.answers.set(`/realms/red${openIdDocument}`, { json });

    const identity = await authenticatorFor(issuer).identify(bearing(await issuer.sign()));

    expect(identity.subject).toBe("ada");
    expect(issuer.paths).toEqual([
      `${oauthDocument}/realms/red`,
      `/realms/red${openIdDocument}`,
      "/keys",
    ]);
  });

  it("may write the issuer with a final slash, and so may tokens", async () => {
    const issuer = await startIssuer();
    const name = `${issuer.url.origin}/`;
    issuer.answers.set(oauthDocument, { json: { issuer: name, jwks_uri: issuer.jwksUri.href } });

    const token = await issuer.sign({ iss: name });

    expect((await authenticatorFor(issuer).identify(bearing(token))).subject).toBe("ada");
  });

  it("is not believed about an issuer with a path that is written otherwise", async () => {
    const issuer = await startIssuer({ path: "/realms/red" });
    const token = await issuer.sign({ iss: `${issuer.url.href}/` });

    const refused = await refusal(authenticatorFor(issuer).identify(bearing(token)));

    expect(refused.message).toContain("issuer is not http");
  });

  it.each<[string, Answer, RegExp]>([
    [
      "is another issuer's",
      { json: { issuer: "https://evil.example.com", jwks_uri: "https://evil.example.com/keys" } },
      /"issuer" property does not match/,
    ],
    ["names no keys", { json: {} }, /"issuer" property/],
    ["is no JSON", { text: "<html>" }, /content-type must be application\/json/],
    ["fails", { status: 500 }, /status 500/],
    ["leads elsewhere", { status: 302 }, /status 302/],
  ])("cannot be used when it %s", async (_, answer, reason) => {
    const issuer = await startIssuer();
    issuer.answers.set(oauthDocument, answer);

    const refused = await refusal(authenticatorFor(issuer).identify(bearing(await issuer.sign())));

    expect(refused.status).toBe(503);
    expect(refused.headers).toEqual({ "retry-after": "5" });
    expect(refused.message).toMatch(reason);
    expect(refused.message).toContain(`${openIdDocument}: status 404`);
    expect(refused.message).toContain("--oauth-jwks-uri");
  });

  it.each(["http://evil.example.com/keys", "file:///keys", "keys", 7, undefined])(
    "cannot be used when it names the keys %j",
    async (jwksUri) => {
      const issuer = await startIssuer();
      const json = { issuer: issuer.url.origin, jwks_uri: jwksUri };
      issuer.answers.set(oauthDocument, { json });

      const refused = await refusal(
        authenticatorFor(issuer).identify(bearing(await issuer.sign())),
      );

      expect(refused.status).toBe(503);
      expect(refused.message).toContain("it names no https jwks_uri");
    },
  );
});
