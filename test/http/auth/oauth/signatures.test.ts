import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { audience, startIssuer } from "../../../support/oauth-issuer.ts";
import { authenticatorFor, bearing, refusal } from "./support.ts";

describe("a signature is refused", () => {
  it("that is missing (alg none)", async () => {
    const issuer = await startIssuer();
    const [, payload] = (await issuer.sign()).split(".");
    const header = Buffer.from('{"alg":"none"}').toString("base64url");

    const refused = await refusal(
      authenticatorFor(issuer).identify(bearing(`${header}.${payload}.`)),
    );

    expect(refused.message).toContain("is not signed with RS256, PS256, ES256, EdDSA");
  });

  it.each([["PEM"], ["raw key"]])(
    "that is an HMAC with the issuer's public key as its secret (%s)",
    async (form) => {
      const issuer = await startIssuer();
      const [jwk] = issuer.published;
      const key = await importJWK(jwk ?? {}, "ES256");
      const secret =
        key instanceof Uint8Array || form === "raw key"
          ? Buffer.from(jwk?.x ?? "", "base64url")
          : Buffer.from(await exportSPKI(key));
      const token = await new SignJWT({ iss: issuer.url.origin, sub: "ada", aud: audience })
        .setProtectedHeader({ alg: "HS256", kid: "key-1" })
        .setExpirationTime("1m")
        .sign(secret);

      for (const algorithms of [["ES256"], ["HS256", "ES256"]]) {
        const authenticator = authenticatorFor(issuer, { algorithms });
        expect((await refusal(authenticator.identify(bearing(token)))).status).toBe(401);
      }
    },
  );

  it("by an algorithm that is not configured", async () => {
    const issuer = await startIssuer();
    const authenticator = authenticatorFor(issuer, { algorithms: ["RS256"] });

    const refused = await refusal(authenticator.identify(bearing(await issuer.sign())));

    expect(refused.message).toContain("is not signed with RS256.");
  });

  it("of other claims", async () => {
    const issuer = await startIssuer();
    const [header, , signature] = (await issuer.sign()).split(".");
    const [, payload] = (await issuer.sign({ sub: "eve" })).split(".");

    const refused = await refusal(
      authenticatorFor(issuer).identify(bearing(`${header}.${payload}.${signature}`)),
    );

    expect(refused.message).toContain("signature is wrong");
  });

  it("by the token's own key, whatever its header brings", async () => {
    const issuer = await startIssuer();
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    const token = await new SignJWT({ iss: issuer.url.origin, sub: "ada", aud: audience })
      .setProtectedHeader({
        alg: "ES256",
        kid: "key-1",
        jwk: await exportJWK(publicKey),
        jku: "https://evil.example.com/keys",
      })
      .setExpirationTime("1m")
      .sign(privateKey);

    const refused = await refusal(authenticatorFor(issuer).identify(bearing(token)));

    expect(refused.message).toContain("signature is wrong");
  });
});
