import * as v2 from "@modelcontextprotocol/client";
import * as v1 from "@modelcontextprotocol/sdk/client/auth.js";
import { describe, expect, it } from "vitest";
import { insufficientScope } from "../../../../src/http/auth/oauth/challenge.ts";
import {
  metadataAt,
  metadataPaths,
  protectedResourceMetadata,
} from "../../../../src/http/auth/oauth/resource-metadata.ts";
import type { HttpRefusal } from "../../../../src/http/refusal.ts";
import { audience, startIssuer, type TestIssuer } from "../../../support/oauth-issuer.ts";
import { authenticatorFor, challengeOf, configFor, refusal } from "./support.ts";

const wellKnown = "/.well-known/oauth-protected-resource";

/** A client that knows nothing yet and keeps nothing. */
const provider = {
  redirectUrl: "http://127.0.0.1/callback",
  clientMetadata: { redirect_uris: ["http://127.0.0.1/callback"] },
  clientInformation: () => undefined,
  tokens: () => undefined,
  saveTokens: () => {},
  redirectToAuthorization: () => {},
  saveCodeVerifier: () => {},
  codeVerifier: () => "verifier",
};

/** The metadata as the server serves it. */
function serving(issuer: TestIssuer) {
  return async (input: string | URL): Promise<Response> => {
    const document = metadataAt(configFor(issuer), audience, new URL(input).pathname);
    return document ? Response.json(document) : new Response(null, { status: 404 });
  };
}

function responseTo({ status, message, headers }: HttpRefusal): Response {
  return new Response(message, { status, headers });
}

describe.each([
  ["2", v2],
  ["1", v1],
])("the TypeScript client %s", (_, client) => {
  it.each([
    ["the endpoint", audience, undefined],
    ["a workspace", `${audience}/red`, "red"],
  ])("asks for a token for %s that it called", async (_what, url, workspace) => {
    const issuer = await startIssuer();
    const asked = { address: "", ...(workspace ? { workspace, pathWorkspace: workspace } : {}) };
    const refused = await refusal(authenticatorFor(issuer).identify(asked));

    const { resourceMetadataUrl, scope } = client.extractWWWAuthenticateParams(responseTo(refused));
    const metadata = await client.discoverOAuthProtectedResourceMetadata(
      url,
      { ...(resourceMetadataUrl ? { resourceMetadataUrl } : {}) },
      serving(issuer),
    );
    const resource = await client.selectResourceURL(url, provider, metadata);

    expect(scope).toBe("prompts:read");
    expect(resource?.href).toBe(url);
    expect(metadata.authorization_servers).toEqual([issuer.url.origin]);
  });

  it("finds the metadata without a challenge", async () => {
    const issuer = await startIssuer();

    const metadata = await client.discoverOAuthProtectedResourceMetadata(
      `${audience}/red`,
      {},
      serving(issuer),
    );

    expect(metadata.resource).toBe(`${audience}/red`);
  });

  it("takes the endpoint's metadata for a workspace's as well, from the root", async () => {
    const issuer = await startIssuer();
    const metadata = protectedResourceMetadata(configFor(issuer), audience);

    const resource = await client.selectResourceURL(`${audience}/red`, provider, metadata);

    expect(resource?.href).toBe(audience);
  });

  it("reads what scope a call lacks", () => {
    const refused = insufficientScope("prompts:write", `${audience}/red`);

    const read = client.extractWWWAuthenticateParams(responseTo(refused));

    expect(refused.status).toBe(403);
    expect(read).toMatchObject({ error: "insufficient_scope", scope: "prompts:write" });
    expect(read.resourceMetadataUrl?.pathname).toBe(`${wellKnown}/mcp/red`);
  });

  it("reads what is wrong with a token", async () => {
    const issuer = await startIssuer();
    const asked = { authorization: "Bearer x", address: "" };
    const refused = await refusal(authenticatorFor(issuer).identify(asked));

    const read = client.extractWWWAuthenticateParams(responseTo(refused));

    expect(read).toMatchObject({ error: "invalid_token", scope: "prompts:read" });
  });
});

describe("the metadata", () => {
  it("says whose tokens are taken, how, and what they may allow", async () => {
    const issuer = await startIssuer({ path: "/realms/red" });

    expect(protectedResourceMetadata(configFor(issuer), audience)).toEqual({
      resource: audience,
      authorization_servers: [issuer.url.href],
      scopes_supported: ["prompts:read", "prompts:write", "prompts:delete"],
      bearer_methods_supported: ["header"],
      resource_name: "MLflow prompts",
    });
  });

  it.each([
    ["https://prompts.example.com/mcp", [`${wellKnown}/mcp`, wellKnown]],
    ["https://example.com/ai/prompts/mcp", [`${wellKnown}/ai/prompts/mcp`, wellKnown]],
  ])("of %s is at its own path and at the root", (resource, paths) => {
    expect(metadataPaths(resource)).toEqual(paths);
  });

  it.each<[string, string | undefined]>([
    [wellKnown, audience],
    [`${wellKnown}/mcp`, audience],
    [`${wellKnown}/mcp/red`, `${audience}/red`],
    [`${wellKnown}/mcp/`, undefined],
    [`${wellKnown}/mcp/red/more`, undefined],
    [`${wellKnown}/mcpx`, undefined],
    [`${wellKnown}/other`, undefined],
    ["/mcp", undefined],
  ])("at %s is that of %s", async (path, resource) => {
    const issuer = await startIssuer();

    expect(metadataAt(configFor(issuer), audience, path)?.resource).toBe(resource);
  });
});

describe("a challenge", () => {
  it("for MLflow's refusal of an exchanged token names that token's fault", async () => {
    const issuer = await startIssuer();
    const exchange = { tokenUrl: issuer.tokenUrl, clientId: "prompts", clientSecret: "s" };

    const { challenge } = authenticatorFor(issuer, { exchange });

    expect(challenge).toMatch(/^Bearer error="invalid_token", error_description="MLflow/);
  });

  it("for a scope that a call lacks is the authenticator's, with the endpoint's metadata", async () => {
    const authenticator = authenticatorFor(await startIssuer());

    const refused = authenticator.insufficientScope?.("prompts:write", undefined);
    const inRed = authenticator.insufficientScope?.("prompts:write", "red");

    expect(refused).toEqual(insufficientScope("prompts:write", audience));
    expect(inRed).toEqual(insufficientScope("prompts:write", `${audience}/red`));
  });

  it("is in the order of the MCP specification's example", () => {
    expect(challengeOf(insufficientScope("prompts:delete", audience))).toBe(
      `Bearer error="insufficient_scope", error_description="The access token lacks the scope prompts:delete, which this call needs.", scope="prompts:delete", resource_metadata="https://prompts.example.com${wellKnown}/mcp"`,
    );
  });
});
