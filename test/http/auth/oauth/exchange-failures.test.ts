import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { type Answer, startIssuer } from "../../../support/oauth-issuer.ts";
import { bearing, challengeOf, exchanging, refusal } from "./support.ts";

describe("an exchange that fails", () => {
  it.each(["invalid_grant", "invalid_request"])("blames the token for %s", async (error) => {
    const issuer = await startIssuer();
    issuer.answers.set("/token", {
      status: 400,
      json: { error, error_description: "said of the token" },
    });

    const refused = await refusal(exchanging(issuer).identify(bearing(await issuer.sign())));

    expect(refused.status).toBe(401);
    expect(challengeOf(refused)).toContain(
      `error="invalid_token", error_description="The issuer does not exchange the access token for MLflow's: ${error}."`,
    );
    expect(refused.message).not.toContain("said of the token");
  });

  it.each<[string, Answer, string]>([
    [
      "its client is unknown",
      { status: 401, json: { error: "invalid_client" } },
      "status 401 invalid_client",
    ],
    [
      "the audience is not allowed",
      { status: 400, json: { error: "invalid_target" } },
      "status 400 invalid_target",
    ],
    ["it may not", { status: 403, json: { error: "access_denied" } }, "status 403 access_denied"],
    ["there is no such address", { status: 404, text: "not found" }, "status 404)"],
    ["the code is no word", { status: 400, json: { error: "Token <ey...>" } }, "status 400)"],
    ["it is answered with a page", { text: "<html>" }, "status 200)"],
    [
      "the token is bound to a key",
      { json: { access_token: "x", token_type: "DPoP" } },
      "it gives no bearer token",
    ],
    [
      "the token fits no header",
      { json: { access_token: "x\r\ny: z", token_type: "bearer" } },
      "it gives no bearer token",
    ],
  ])("blames this server's configuration when %s", async (_, answer, reason) => {
    const issuer = await startIssuer();
    issuer.answers.set("/token", answer);

    const refused = await refusal(exchanging(issuer).identify(bearing(await issuer.sign())));

    expect(refused.status).toBe(502);
    expect(refused.message).toContain(reason);
    expect(refused.message).toContain("--oauth-client-id");
    expect(refused.headers).toEqual({});
  });

  it.each<[string, Answer]>([
    ["500", { status: 500, text: "oops" }],
    ["429", { status: 429, json: { error: "slow_down" } }],
  ])("asks for patience when the token endpoint answers %s", async (status, answer) => {
    const issuer = await startIssuer();
    issuer.answers.set("/token", answer);

    const refused = await refusal(exchanging(issuer).identify(bearing(await issuer.sign())));

    expect(refused.status).toBe(503);
    expect(refused.headers).toEqual({ "retry-after": "5" });
    expect(refused.message).toContain(`status ${status}`);
  });

  it("asks for patience when the token endpoint is down, and is tried again", async () => {
    const issuer = await startIssuer();
    const authenticator = exchanging(issuer);
    await authenticator.identify(bearing(await issuer.sign({ sub: "first" })));
    const asked = bearing(await issuer.sign());
    issuer.down = true;

    const refused = await Promise.all(
      Array.from({ length: 3 }, () => refusal(authenticator.identify(asked))),
    );
    issuer.down = false;
    const identity = await authenticator.identify(asked);

    expect(refused.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(refused[0]?.message).toContain("the token endpoint does not answer (UND_ERR_SOCKET)");
    expect(identity.credential).toMatchObject({ token: expect.stringContaining("mlflow-") });
  });

  it("is given up when the server ends", async () => {
    const issuer = await startIssuer();
    const authenticator = exchanging(issuer);
    const arrived = new Promise<void>((resolve) => {
      issuer.answers.set("/token", () => {
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

describe("nothing that can be looked at shows a secret", () => {
  it("of the caller's, MLflow's or this server's, while and after it is used", async () => {
    const issuer = await startIssuer();
    const authenticator = exchanging(issuer);
    const token = await issuer.sign();
    const look = () => inspect(authenticator, { depth: null, showHidden: true });
    const looked: string[] = [];
    issuer.answers.set("/token", async () => {
      looked.push(look());
      return { json: { access_token: "mlflow-secret", token_type: "bearer" } };
    });

    await authenticator.identify(bearing(token));
    looked.push(look());

    expect(looked).toHaveLength(2);
    for (const secret of [...token.split("."), "mlflow-secret", "client secret"]) {
      expect(looked.join()).not.toContain(secret);
    }
  });

  it.each<[string, Answer]>([
    ["the token", { status: 400, json: { error: "invalid_grant" } }],
    ["this server", { status: 401, json: { error: "invalid_client" } }],
    ["nobody", { status: 503 }],
  ])("in a failure that blames %s", async (_, answer) => {
    const issuer = await startIssuer();
    issuer.answers.set("/token", answer);
    const token = await issuer.sign();

    const refused = await refusal(exchanging(issuer).identify(bearing(token)));

    const shown = inspect(refused, { depth: null, showHidden: true });
    for (const secret of [...token.split("."), "client secret"]) {
      expect(shown).not.toContain(secret);
    }
  });
});
