import * as oauth from "oauth4webapi";
import * as z from "zod";
import type { OAuthConfig } from "../../../config/http-config.ts";
import { HttpRefusal } from "../../refusal.ts";
import { InvalidToken } from "./invalid-token.ts";
import { failureReason, unavailable } from "./unavailable.ts";

const timeoutMs = 10_000;

const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

/** The endpoint's response (RFC 8693 section 2.2.1) with a token that MLflow can be called with. */
const exchangedSchema = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  token_type: z.literal("bearer"),
  /** Seconds. */
  expires_in: z.number().optional(),
});

export type Exchanged = z.infer<typeof exchangedSchema>;

/** The endpoint's error codes for an invalid token to exchange (RFC 8693 section 2.2.2). */
const callersFaults = ["invalid_grant", "invalid_request"];

/**
 * A function that exchanges a caller's token at the token endpoint (RFC 8693 section 2.1). It
 * rejects with InvalidToken when the endpoint refuses that token, with HttpRefusal 503 when it does
 * not respond, and 502 when its response is unusable or it refuses this server.
 */
export function createTokenExchange(
  issuer: URL,
  settings: NonNullable<OAuthConfig["exchange"]>,
  call: typeof fetch,
): (subjectToken: string) => Promise<Exchanged> {
  const server = { issuer: issuer.href, token_endpoint: settings.tokenUrl.href };
  const client = { client_id: settings.clientId };
  const authentication = oauth.ClientSecretBasic(settings.clientSecret);

  function send(subjectToken: string): Promise<Response> {
    const parameters = {
      subject_token: subjectToken,
      subject_token_type: accessTokenType,
      requested_token_type: accessTokenType,
      ...(settings.audience === undefined ? {} : { audience: settings.audience }),
    };
    return oauth.genericTokenEndpointRequest(
      server,
      client,
      authentication,
      "urn:ietf:params:oauth:grant-type:token-exchange",
      parameters,
      {
        signal: AbortSignal.timeout(timeoutMs),
        [oauth.customFetch]: (url, init) => call(url, init),
        // The configuration allows http for loopback addresses only.
        [oauth.allowInsecureRequests]: settings.tokenUrl.protocol === "http:",
      },
    );
  }

  return async (subjectToken) => {
    const response = await send(subjectToken).catch((error: unknown) => {
      throw noAnswer(failureReason(error));
    });
    if (response.status >= 500 || response.status === 429) {
      await response.body?.cancel();
      throw noAnswer(`status ${response.status}`);
    }
    const answer = await oauth
      .processGenericTokenEndpointResponse(server, client, response)
      .catch((error: unknown) => {
        throw refusal(error, response.status);
      });
    const parsed = exchangedSchema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw ofNoUse("it gives no bearer token");
  };
}

function refusal(error: unknown, status: number): Error {
  const code = error instanceof oauth.ResponseBodyError ? error.error : undefined;
  if (code !== undefined && callersFaults.includes(code)) {
    return new InvalidToken(`The issuer does not exchange the access token for MLflow's: ${code}.`);
  }
  // An error code is one word (RFC 6749 section 5.2). Other text could repeat the secret that was sent.
  const known = code !== undefined && /^[a-z_]{1,40}$/.test(code) ? ` ${code}` : "";
  return ofNoUse(`status ${status}${known}`);
}

function noAnswer(reason: string): HttpRefusal {
  return unavailable(
    `MLflow cannot be called for this access token: the token endpoint does not answer (${reason}). Check that this server reaches --oauth-token-url.`,
  );
}

function ofNoUse(reason: string): HttpRefusal {
  return new HttpRefusal(
    502,
    `MLflow cannot be called for this access token: the token endpoint refuses this server (${reason}). Check --oauth-token-url, --oauth-client-id, its secret, --oauth-mlflow-audience, and that the client may exchange tokens.`,
  );
}
