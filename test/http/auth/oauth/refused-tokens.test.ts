import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startIssuer } from "../../../support/oauth-issuer.ts";
import { authenticatorFor, bearing, challengeOf, refusal } from "./support.ts";

const metadata =
  'resource_metadata="https://prompts.example.com/.well-known/oauth-protected-resource/mcp"';
const now = () => Math.floor(Date.now() / 1_000);

describe("no token", () => {
  it.each([
    ["no header", undefined],
    ["an empty header", ""],
    ["another scheme", "Basic YWRhOnNlY3JldA=="],
  ])("is challenged without an error: %s", async (_, authorization) => {
    const issuer = await startIssuer();
    const asked = { address: "", ...(authorization === undefined ? {} : { authorization }) };

    const refused = await refusal(authenticatorFor(issuer).identify(asked));

    expect(refused.status).toBe(401);
    expect(challengeOf(refused)).toBe(`Bearer scope="prompts:read", ${metadata}`);
    expect(refused.message).toContain(`get one from ${issuer.url.origin} `);
    expect(issuer.paths).toEqual([]);
  });

  it("is told where the metadata of the workspace is that was called", async () => {
    const issuer = await startIssuer();

    const refused = await refusal(
      authenticatorFor(issuer).identify({ pathWorkspace: "red", workspace: "red", address: "" }),
    );

    expect(challengeOf(refused)).toContain("/.well-known/oauth-protected-resource/mcp/red");
  });
});

describe("a token is refused", () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ["for another audience", { aud: "https://other.example.com" }, /audience must be https:/],
    ["without an audience", { aud: undefined }, /has no claim aud/],
    ["whose audience is a part of this one", { aud: "https://prompts.example.com" }, /audience/],
    ["of another issuer", { iss: "https://evil.example.com" }, /issuer is not http:/],
    ["without an issuer", { iss: undefined }, /has no claim iss/],
    ["without a subject", { sub: undefined }, /has no claim sub/],
    ["with an empty subject", { sub: "" }, /claim sub has the wrong form/],
    ["whose subject is a number", { sub: 7 }, /claim sub has the wrong form/],
    [
      "whose subject is no text that can be told apart",
      { sub: "a\ud800" },
      /claim sub has the wrong/,
    ],
    ["without an end", { exp: undefined }, /has no claim exp/],
    ["whose end is a text", { exp: "tomorrow" }, /claim exp has the wrong form/],
    ["that has ended", { exp: now() - 100 }, /has expired/],
    ["that is not valid yet", { nbf: now() + 100 }, /not valid yet/],
    ["that was issued in the future", { iat: now() + 100 }, /issued in the future/],
    ["whose scope is a number", { scope: 7 }, /claim scope has the wrong form/],
  ])("%s", async (_, claims, reason) => {
    const issuer = await startIssuer();
    const token = await issuer.sign(claims);

    const refused = await refusal(authenticatorFor(issuer).identify(bearing(token)));

    expect(refused.status).toBe(401);
    expect(refused.message).toMatch(reason);
    expect(challengeOf(refused)).toMatch(
      /^Bearer error="invalid_token", error_description="[\x20-\x7e]+", scope="prompts:read", resource_metadata="[^"]+"$/,
    );
    expect(challengeOf(refused)).toMatch(reason);
  });

  it.each([
    ["ID token of an issuer that writes so", "id_token+jwt"],
    ["JWT of no stated purpose", "JWT"],
    ["JWT without a type", undefined],
    ["JWT whose type is a number", 7],
  ])("that is an %s (RFC 9068 section 4)", async (_, typ) => {
    const issuer = await startIssuer();
    const token = await issuer.sign({}, { typ });

    const refused = await refusal(authenticatorFor(issuer).identify(bearing(token)));

    expect(refused.status).toBe(401);
    expect(refused.message).toContain("type is not at+jwt");
    expect(refused.message).toContain("--oauth-token-types");
  });

  it.each([{ jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }, { "x5t#S256": "bwcK0e" }, null])(
    "that is bound to a key of its sender: %j",
    async (cnf) => {
      const issuer = await startIssuer();
      const token = await issuer.sign({ cnf });

      const refused = await refusal(authenticatorFor(issuer).identify(bearing(token)));

      expect(refused.status).toBe(401);
      expect(refused.message).toContain("bound to a key of its sender");
    },
  );

  it("that is no JWT, and is not repeated", async () => {
    const issuer = await startIssuer();

    const refused = await refusal(authenticatorFor(issuer).identify(bearing("opaque-secret")));

    expect(refused.message).toContain("is not a signed JWT");
    expect(JSON.stringify([refused.message, refused.headers])).not.toContain("opaque-secret");
    expect(issuer.paths).toEqual([]);
  });

  it.each(["Bearer", "Bearer a b", "Bearer a,b", 'Bearer "a"', "Bearer é"])(
    "that is written %j",
    async (authorization) => {
      const issuer = await startIssuer();

      const refused = await refusal(
        authenticatorFor(issuer).identify({ authorization, address: "" }),
      );

      expect(challengeOf(refused)).toContain('error="invalid_token"');
      expect(challengeOf(refused)).toContain("the word 'Bearer', a space, a token");
    },
  );

  it("whatever it looks like", async () => {
    const issuer = await startIssuer();
    const authenticator = authenticatorFor(issuer);
    const part = fc.oneof(
      fc.base64String(),
      fc.json().map((text) => Buffer.from(text).toString("base64url")),
    );
    const token = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join(".")),
    );

    await fc.assert(
      fc.asyncProperty(token, async (text) => {
        const refused = await refusal(authenticator.identify(bearing(text)));
        expect(refused.status).toBe(401);
        expect(challengeOf(refused)).toMatch(/^[\x20-\x7e]+$/);
      }),
    );
  });
});
