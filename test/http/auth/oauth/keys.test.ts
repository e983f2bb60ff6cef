import { describe, expect, it } from "vitest";
import { type Answer, startIssuer, type TestIssuer } from "../../../support/oauth-issuer.ts";
import { authenticatorFor, bearing, refusal, stopClocks } from "./support.ts";

const oauthDocument = "/.well-known/oauth-authorization-server";

function fetchesOf(issuer: TestIssuer, path: string): number {
  return issuer.paths.filter((asked) => asked === path).length;
}

describe("the issuer's keys", () => {
  it("are looked for once, however many wait for them", async () => {
    const issuer = await startIssuer();
    const authenticator = authenticatorFor(issuer);
    const token = await issuer.sign();

    await Promise.all(Array.from({ length: 20 }, () => authenticator.identify(bearing(token))));
    await authenticator.identify(bearing(token));

    expect(issuer.paths).toEqual([oauthDocument, "/keys"]);
  });

  it("are fetched where the configuration says, without metadata", async () => {
    const issuer = await startIssuer();
    const authenticator = authenticatorFor(issuer, { jwksUri: issuer.jwksUri });

    await authenticator.identify(bearing(await issuer.sign()));

    expect(issuer.paths).toEqual(["/keys"]);
  });

  it("are fetched again when a token names a new one, and again only after a while", async () => {
    const issuer = await startIssuer();
    const clocks = stopClocks();
    const authenticator = authenticatorFor(issuer);
    const before = await issuer.sign();
    await authenticator.identify(bearing(before));
    await issuer.rotate();
    const after = await issuer.sign();
    const unknown = await issuer.sign({}, { kid: "unknown" });

    const tooSoon = await refusal(authenticator.identify(bearing(after)));
    clocks.pass(11);
    await authenticator.identify(bearing(after));
    await authenticator.identify(bearing(before));
    for (let i = 0; i < 5; i++) await refusal(authenticator.identify(bearing(unknown)));

    expect(tooSoon.message).toContain("a key that its issuer does not publish");
    expect(fetchesOf(issuer, "/keys")).toBe(2);
  });

  it("stop working some time after they were withdrawn", async () => {
    const issuer = await startIssuer();
    const clocks = stopClocks();
    const authenticator = authenticatorFor(issuer);
    const token = await issuer.sign({ exp: Math.floor(Date.now() / 1_000) + 3_600 });
    await authenticator.identify(bearing(token));
    await issuer.rotate();
    issuer.published.shift();

    clocks.pass(9 * 60);
    await authenticator.identify(bearing(token));
    clocks.pass(61);

    const refused = await refusal(authenticator.identify(bearing(token)));
    expect(refused.status).toBe(401);
    expect(refused.message).toContain("a key that its issuer does not publish");
  });

  it("must be told apart by the token", async () => {
    const issuer = await startIssuer();
    const authenticator = authenticatorFor(issuer);
    await authenticator.identify(bearing(await issuer.sign({}, { kid: undefined })));
    await issuer.rotate();
    const other = authenticatorFor(issuer);

    const refused = await refusal(
      other.identify(bearing(await issuer.sign({}, { kid: undefined }))),
    );

    expect(refused.message).toContain("does not say which of its issuer's keys");
  });

  it("are told of to whoever counts", async () => {
    const issuer = await startIssuer();
    const seen: string[] = [];
    const authenticator = authenticatorFor(
      issuer,
      {},
      { observe: ({ cache, outcome }) => seen.push(`${cache} ${outcome}`) },
    );

    for (let i = 0; i < 3; i++) await authenticator.identify(bearing(await issuer.sign()));

    expect(seen).toEqual(["jwks miss", "jwks hit", "jwks hit"]);
  });
});

describe("an issuer that cannot be reached", () => {
  it("is asked again after a short time, and the token is not blamed", async () => {
    const issuer = await startIssuer();
    const clocks = stopClocks();
    const authenticator = authenticatorFor(issuer);
    const token = await issuer.sign();
    issuer.down = true;

    const first = await refusal(authenticator.identify(bearing(token)));
    const asked = issuer.paths.length;
    issuer.down = false;
    const second = await refusal(authenticator.identify(bearing(token)));
    clocks.pass(5);
    const identity = await authenticator.identify(bearing(token));

    expect(first.status).toBe(503);
    expect(first.message).toContain("UND_ERR_SOCKET");
    expect(second.message).toBe(first.message);
    expect(asked).toBe(2);
    expect(identity.subject).toBe("ada");
  });

  it("lets those in whose keys are known and fresh, and then nobody", async () => {
    const issuer = await startIssuer();
    const clocks = stopClocks();
    const authenticator = authenticatorFor(issuer);
    const token = await issuer.sign({ exp: Math.floor(Date.now() / 1_000) + 3_600 });
    const unknown = await issuer.sign({}, { kid: "unknown" });
    await authenticator.identify(bearing(token));
    issuer.down = true;

    clocks.pass(60);
    const notKnown = await refusal(authenticator.identify(bearing(unknown)));
    const known = await authenticator.identify(bearing(token));
    clocks.pass(600);
    const tooOld = await refusal(authenticator.identify(bearing(token)));

    expect(notKnown.status).toBe(503);
    expect(known.subject).toBe("ada");
    expect(tooOld.status).toBe(503);
    expect(tooOld.headers).toHaveProperty("retry-after");
    expect(tooOld.message).toContain("Check that this server reaches the issuer's jwks_uri");
  });

  it.each<[string, Answer, RegExp]>([
    ["an error", { status: 502 }, /status 502/],
    ["no JSON", { text: "<html>" }, /as JSON/],
    ["no key set", { json: { keys: "none" } }, /malformed/],
  ])("in that it answers %s instead of keys", async (_, answer, reason) => {
    const issuer = await startIssuer();
    issuer.answers.set("/keys", answer);
    const authenticator = authenticatorFor(issuer, { jwksUri: issuer.jwksUri });

    const refused = await refusal(authenticator.identify(bearing(await issuer.sign())));

    expect(refused.status).toBe(503);
    expect(refused.message).toMatch(reason);
    expect(refused.message).toContain("--oauth-jwks-uri");
  });

  it("in time is said to be so", async () => {
    const issuer = await startIssuer();
    const late = () => Promise.reject(new DOMException("late", "TimeoutError"));

    for (const config of [{}, { jwksUri: issuer.jwksUri }]) {
      const authenticator = authenticatorFor(issuer, config, { fetch: late });
      const refused = await refusal(authenticator.identify(bearing(await issuer.sign())));
      expect(refused.status).toBe(503);
      expect(refused.message).toContain("no answer in time");
    }
  });

  it("is not waited for when the server ends", async () => {
    const issuer = await startIssuer();
    const authenticator = authenticatorFor(issuer, { jwksUri: issuer.jwksUri });
    const arrived = new Promise<void>((resolve) => {
      issuer.answers.set("/keys", () => {
        resolve();
        return new Promise<Answer>(() => {});
      });
    });

    const refused = refusal(authenticator.identify(bearing(await issuer.sign())));
    await arrived;
    authenticator.close();

    expect((await refused).status).toBe(503);
  });
});
