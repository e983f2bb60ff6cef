import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { startIssuer, type TestIssuer } from "../../support/oauth-issuer.ts";

/** What the page asked for when it sent the person to the issuer. */
type Authorization = Readonly<Record<string, string>>;

/** An issuer at which people sign in, and whose token endpoint pages may call. */
export interface SigningIssuer {
  readonly issuer: TestIssuer;
  readonly authorizations: readonly Authorization[];
  /** While it is set, people are refused with this error. */
  refuses: string | undefined;
}

/** Everybody is signed in at once, as with a session that the issuer remembers. */
export async function startSigningIssuer(): Promise<SigningIssuer> {
  const issuer = await startIssuer();
  const authorizations: Authorization[] = [];
  const signing: SigningIssuer = { issuer, authorizations, refuses: undefined };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://issuer");
    if (pathname === "/authorize") {
      const asked = Object.fromEntries(searchParams);
      authorizations.push(asked);
      sendBack(response, asked, signing.refuses, authorizations.length);
    } else {
      await sendToken(request, response, authorizations, issuer);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  issuer.answers.set("/.well-known/oauth-authorization-server", {
    json: {
      issuer: issuer.url.href.replace(/\/$/, ""),
      jwks_uri: issuer.jwksUri.href,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
    },
  });
  return signing;
}

function sendBack(
  response: ServerResponse,
  { redirect_uri = "", state = "" }: Authorization,
  refuses: string | undefined,
  count: number,
): void {
  const back = new URL(redirect_uri);
  back.searchParams.set("state", state);
  if (refuses === undefined) back.searchParams.set("code", `code-${count}`);
  else back.searchParams.set("error", refuses);
  response.writeHead(302, { location: back.href }).end();
}

/** Gives a token with the scopes and the audience that were asked for, if the verifier is the page's. */
async function sendToken(
  request: IncomingMessage,
  response: ServerResponse,
  authorizations: readonly Authorization[],
  issuer: TestIssuer,
): Promise<void> {
  const { code, code_verifier = "" } = Object.fromEntries(new URLSearchParams(await text(request)));
  const asked = authorizations.find((_, index) => code === `code-${index + 1}`);
  const challenge = createHash("sha256").update(code_verifier).digest("base64url");
  const headers = { "content-type": "application/json", "access-control-allow-origin": "*" };
  if (asked === undefined || asked.code_challenge !== challenge) {
    response.writeHead(400, headers).end(JSON.stringify({ error: "invalid_grant" }));
    return;
  }
  const { scope, resource } = asked;
  const access_token = await issuer.sign({ scope, aud: resource });
  response.writeHead(200, headers).end(JSON.stringify({ access_token, token_type: "Bearer" }));
}
