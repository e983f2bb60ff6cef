import { describe, expect, it } from "vitest";
import { startIssuer } from "../../../support/oauth-issuer.ts";
import { authenticatorFor, bearing, challengeOf, refusal } from "./support.ts";

interface Situation {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly asked?: string;
  readonly configured?: string;
  readonly claim?: string;
}

async function identify({ claims, asked, configured, claim }: Situation) {
  const issuer = await startIssuer();
  const authenticator = authenticatorFor(issuer, claim ? { workspacesClaim: claim } : {}, {
    ...(configured === undefined ? {} : { workspace: configured }),
  });
  return await authenticator.identify(bearing(await issuer.sign(claims), asked));
}

const list = (...workspaces: string[]) => ({ workspaces });

describe("a caller is served", () => {
  it.each<[string, Situation, string | undefined]>([
    ["the one asked for", { claims: list("red", "blue"), asked: "blue" }, "blue"],
    ["the configured one", { claims: list("red", "blue"), configured: "red" }, "red"],
    ["the default one, where it is listed", { claims: list("red", "default") }, "default"],
    ["the only one", { claims: list("red") }, "red"],
    ["the configured one without the claim", { configured: "red" }, "red"],
    ["the configured one by name without the claim", { configured: "red", asked: "red" }, "red"],
    ["the registry's own without anything", {}, undefined],
  ])("%s", async (_, situation, workspace) => {
    const identity = await identify(situation);

    expect(identity.workspace).toBe(workspace);
  });

  it.each<[string, unknown]>([
    ["spaces", "red  blue"],
    ["commas", "red,blue"],
    ["both", " red, blue "],
  ])("one of a text with %s", async (_, workspaces) => {
    expect((await identify({ claims: { workspaces }, asked: "blue" })).workspace).toBe("blue");
  });

  it.each<[string, Record<string, unknown>]>([
    ["its literal name", { "realm.workspaces": ["red"], realm: { workspaces: ["blue"] } }],
    ["the path in it", { realm: { workspaces: ["red"] } }],
  ])("by a claim with dots, found by %s", async (_, claims) => {
    const identity = await identify({ claims, claim: "realm.workspaces" });

    expect(identity.workspace).toBe("red");
  });

  it("by no claim that every object has", async () => {
    expect((await identify({ claim: "constructor.name" })).workspace).toBeUndefined();
  });
});

describe("a caller is refused", () => {
  it.each<[string, Situation, number, string]>([
    [
      "what its token does not list",
      { claims: list("red"), asked: "blue" },
      403,
      'The access token does not allow the workspace "blue": its claim "workspaces" does not list it.',
    ],
    [
      "what it asks for without the claim",
      { asked: "blue", configured: "red" },
      403,
      'The access token does not allow the workspace "blue": its claim "workspaces" is missing.',
    ],
    [
      "the configured one, where it is not listed",
      { claims: list("red"), configured: "blue" },
      403,
      'The access token does not allow this server\'s workspace "blue": its claim "workspaces" does not list it. Name one with /mcp/{workspace} or the header X-MLFLOW-WORKSPACE: "red".',
    ],
    [
      "when it lists none",
      { claims: list() },
      403,
      'The access token allows no workspace: its claim "workspaces" lists none.',
    ],
    [
      "when it lists none in a text",
      { claims: { workspaces: " , " } },
      403,
      'The access token allows no workspace: its claim "workspaces" lists none.',
    ],
    [
      "when it lists none and one is configured",
      { claims: list(), configured: "red" },
      403,
      'The access token allows no workspace: its claim "workspaces" lists none.',
    ],
    [
      "when it lists several and asks for none",
      { claims: list("red", "blue") },
      400,
      'The access token allows several workspaces and the request names none. Name one with /mcp/{workspace} or the header X-MLFLOW-WORKSPACE: "red", "blue".',
    ],
    ...[7, true, null, { red: true }, ["red", 7]].map<[string, Situation, number, string]>(
      (workspaces) => [
        `when the claim is ${JSON.stringify(workspaces)}`,
        { claims: { workspaces } },
        403,
        `The access token's claim "workspaces" must be a list of workspace names, or one text with spaces or commas between them, and is neither.`,
      ],
    ),
  ])("%s", async (_, situation, status, message) => {
    const refused = await refusal(identify(situation));

    expect(refused.status).toBe(status);
    expect(refused.message).toBe(message);
    expect(refused.headers).toEqual({});
  });

  it("without its text breaking out of the answer", async () => {
    const asked = 'x"\r\nSet-Cookie: a=b';

    const refused = await refusal(identify({ claims: list("red"), asked }));

    expect(refused.message).not.toMatch(/[\r\n]/);
  });

  it("with a challenge that no workspace's name breaks out of", async () => {
    const issuer = await startIssuer();
    const workspace = 'x", error="none"\r\nSet-Cookie: a=b\u{1f600}';

    const refused = await refusal(
      authenticatorFor(issuer).identify(bearing("not-a-token", workspace)),
    );

    expect(challengeOf(refused)).toMatch(
      /^Bearer error="[^"]+", error_description="[^"]+", scope="[^"]+", resource_metadata="[^"]+"$/,
    );
    expect(challengeOf(refused)).toMatch(/^[\x20-\x7e]+$/);
  });
});

describe("a token for one workspace's address", () => {
  const red = "https://prompts.example.com/mcp/red";

  it("is good there, as is one for the whole endpoint", async () => {
    const claims = list("red", "blue");

    const own = await identify({ claims: { ...claims, aud: red }, asked: "red" });
    const whole = await identify({ claims, asked: "red" });

    expect(own.workspace).toBe("red");
    expect(whole.workspace).toBe("red");
  });

  it.each([["blue"], [undefined]])("is good nowhere else (%s)", async (asked) => {
    const claims = { ...list("red", "blue"), aud: red };

    const refused = await refusal(identify({ claims, ...(asked ? { asked } : {}) }));

    expect(refused.status).toBe(401);
    expect(refused.message).toContain("audience must be https://prompts.example.com/mcp");
  });

  it("still lists the workspaces it may be used in", async () => {
    const refused = await refusal(
      identify({ claims: { ...list("blue"), aud: red }, asked: "red" }),
    );

    expect(refused.status).toBe(403);
  });
});

describe("the key of a caller", () => {
  it("is the same for another token of the same subject in the same workspace alone", async () => {
    const issuer = await startIssuer();
    const authenticator = authenticatorFor(issuer);
    const identityOf = async (claims: Record<string, unknown>, workspace: string) => {
      const token = await issuer.sign({ ...list("red", "blue"), ...claims });
      return await authenticator.identify(bearing(token, workspace));
    };

    const ada = await identityOf({}, "red");
    const refreshed = await identityOf({ jti: "refreshed", scope: "prompts:write" }, "red");
    const inBlue = await identityOf({}, "blue");
    const bob = await identityOf({ sub: "bob" }, "red");

    expect(refreshed).toMatchObject({ key: ada.key, caller: ada.caller });
    expect(inBlue.key).not.toBe(ada.key);
    expect(inBlue.caller).toBe(ada.caller);
    expect(bob.key).not.toBe(ada.key);
    expect(bob.caller).not.toBe(ada.caller);
  });

  it("is another in another process", async () => {
    const issuer = await startIssuer();
    const token = await issuer.sign();

    const [one, two] = await Promise.all(
      [authenticatorFor(issuer), authenticatorFor(issuer)].map((each) =>
        each.identify(bearing(token)),
      ),
    );

    expect(one?.key).not.toBe(two?.key);
  });
});
