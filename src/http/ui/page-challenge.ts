import type { IncomingMessage } from "node:http";

/**
 * The headers of a response, without a Basic challenge for web pages: a browser would ask with its own
 * dialog, and from then on send that password with every request to this origin, whoever causes it.
 * A page reads the status.
 */
export function forPages(
  { headers: { origin } }: IncomingMessage,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { "www-authenticate": challenge, ...rest } = headers;
  if (origin === undefined || challenge === undefined || !/^Basic /i.test(challenge))
    return headers;
  return rest;
}
