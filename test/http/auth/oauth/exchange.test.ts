import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { startIssuer } from "../../../support/oauth-issuer.ts";
import { authenticatorFor, bearing, exchanging, refusal, stopClocks } from "./support.ts";

const accessToken = "urn:ietf:params:oauth:token-type:access_token";

describe("MLflow is called", () => {
  it("with the service's credential where tokens are not exchanged", async () => {
    const issuer = await startIssuer();
    const serviceCredential = { kind: "basic", username: "svc", password: "pw" } as const;
    const authenticator = authenticatorFor(issuer, {}, { serviceCredential });

    const identity = await authenticator.identify(bearing(await issuer.sign()));

    expect(identity.credential).toEqual(serviceCredential);
    expect(authenticator.challenge).toBeUndefined();
  });

  it("without a credential where there is none", async () => {
    const issuer = await startIssuer();

    const identity = await authenticatorFor(issuer).identify(bearing(await issuer.sign()));

    expect(identity).not.toHaveProperty("credential");
  });

  it("with the token that the caller's is exchanged for", async () => {
    const issuer = await startIssuer();
    const token = await issuer.sign();

    const identity = await exchanging(issuer, "mlflow").identify(bearing(token));

    expect(identity.credential).toEqual({ kind: "bearer", token: "mlflow-1" });
    expect(issuer.exchanges).toEqual([
      {
        authorization: `Basic ${Buffer.from("prompts:client+secret%2B%C3%A9").toString("base64")}`,
        form: {
          grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
          subject_token: token,
          subject_token_type: accessToken,
          requested_token_type: accessToken,
          audience: "mlflow",
        },
      },
    ]);
  });

  it("never with the caller's own, service credential or not", async () => {
    const issuer = await startIssuer();
    const token = await issuer.sign();
    const serviceCredential = { kind: "bearer", token: "service" } as const;
    const authenticator = exchanging(issuer, undefined, { serviceCredential });

    const identity = await authenticator.identify(bearing(token));

    expect(identity.credential).toEqual({ kind: "bearer", token: "mlflow-1" });
    expect(issuer.exchanges[0]?.form).not.toHaveProperty("audience");
    expect(inspect(identity, { depth: null })).not.toContain(token);
  });

  it("for nobody whose token is refused here", async () => {
    const issuer = await startIssuer();
    const authenticator = exchanging(issuer);

    await refusal(authenticator.identify(bearing(await issuer.sign({ aud: "other" }))));
    await refusal(authenticator.identify(bearing(await issuer.sign({ workspaces: [] }))));

    expect(issuer.exchanges).toEqual([]);
  });
});

describe("an exchanged token", () => {
  it("is asked for once by all who wait, and once while it lives", async () => {
    const issuer = await startIssuer();
    const authenticator = exchanging(issuer);
    const asked = bearing(await issuer.sign());

    await Promise.all(Array.from({ length: 10 }, () => authenticator.identify(asked)));
    await authenticator.identify(asked);

    expect(issuer.exchanges).toHaveLength(1);
  });

  it("is told of to whoever counts", async () => {
    const issuer = await startIssuer();
    const seen: string[] = [];
    const authenticator = exchanging(issuer, undefined, {
      observe: ({ cache, outcome }) => {
        if (cache === "token_exchange") seen.push(outcome);
      },
    });
    const asked = bearing(await issuer.sign());

    for (let i = 0; i < 3; i++) await authenticator.identify(asked);

    expect(seen).toEqual(["miss", "hit", "hit"]);
  });

  it("is nobody else's", async () => {
    const issuer = await startIssuer();
    const authenticator = exchanging(issuer);

    const ada = await authenticator.identify(bearing(await issuer.sign()));
    const bob = await authenticator.identify(bearing(await issuer.sign({ sub: "bob" })));

    expect([ada, bob].map(({ credential }) => credential)).toEqual([
      { kind: "bearer", token: "mlflow-1" },
      { kind: "bearer", token: "mlflow-2" },
    ]);
  });

  it("makes two callers of two tokens of one subject", async () => {
    const issuer = await startIssuer();
    const authenticator = exchanging(issuer);
    const identified = async (claims: Record<string, unknown>) =>
      authenticator.identify(bearing(await issuer.sign(claims)));

    const full = await identified({ azp: "full" });
    const limited = await identified({ azp: "limited" });
    const renewed = await identified({ azp: "full", jti: "2", iat: 1 });

    expect(limited.key).not.toBe(full.key);
    expect(limited.owner).not.toBe(full.owner);
    expect(renewed.key).not.toBe(full.key);
    expect(renewed.owner).toBe(full.owner);
    expect(new Set([full, limited, renewed].map(({ caller }) => caller)).size).toBe(1);
  });

  it("is one for a token, however its last letter is spelled", async () => {
    const issuer = await startIssuer();
    const authenticator = exchanging(issuer);
    const token = await issuer.sign();
    // The last letter of 64 bytes in base64 has four bits that mean nothing.
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const last = letters.indexOf(token.slice(-1));
    const respelled = `${token.slice(0, -1)}${letters[last + 1]}`;

    const one = await authenticator.identify(bearing(token));
    const other = await authenticator.identify({
      authorization: `bEARER  ${respelled}`,
      address: "",
    });

    expect(respelled).not.toBe(token);
    expect(other.key).toBe(one.key);
    expect(issuer.exchanges).toHaveLength(1);
  });

  it.each<[string, Record<string, unknown>, number, number]>([
    ["shortly before it ends", { expires_in: 200 }, 179, 181],
    ["shortly before it ends, when it is told of in a text", { expires_in: "200" }, 179, 181],
    ["at most half a minute before it ends", { expires_in: 500 }, 469, 471],
    ["after a minute when it is not told", {}, 53, 55],
    ["when the caller's own ends", { expires_in: 9_000 }, 599, 600],
  ])("is kept until %s", async (_, members, kept, gone) => {
    const issuer = await startIssuer();
    const clocks = stopClocks();
    const json = { access_token: "short", token_type: "bearer", ...members };
    issuer.answers.set("/token", { json });
    const authenticator = exchanging(issuer);
    const asked = bearing(await issuer.sign());
    await authenticator.identify(asked);

    clocks.pass(kept);
    await authenticator.identify(asked);
    expect(issuer.exchanges).toHaveLength(1);

    clocks.pass(gone - kept);
    await authenticator.identify(asked);
    expect(issuer.exchanges).toHaveLength(2);
  });

  it.each([
    ["that ends at once", {}, { expires_in: 0 }],
    ["of a caller whose own has ended by a few seconds", { exp: -10 }, { expires_in: 300 }],
  ])("is not kept for ever: one %s", async (_, { exp }: { exp?: number }, members) => {
    const issuer = await startIssuer();
    const clocks = stopClocks();
    issuer.answers.set("/token", { json: { access_token: "x", token_type: "bearer", ...members } });
    const authenticator = exchanging(issuer);
    const end = Math.floor(Date.now() / 1_000) + (exp ?? 600);
    const asked = bearing(await issuer.sign({ exp: end }));

    await authenticator.identify(asked);
    clocks.pass(1);
    await authenticator.identify(asked);

    expect(issuer.exchanges).toHaveLength(2);
  });
});
