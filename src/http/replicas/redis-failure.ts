/** `host:port`, without the credentials. */
export function redisPlace(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || "6379"}`;
}

/**
 * Why Redis cannot be used, fit for a message. Redis 5 answers a command that it does not know with
 * its arguments, and among those of HELLO is the password.
 */
export function redisFailure(error: unknown, url: string): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : error.name;
  const said = (error.message || code).replace(/, with args .*/s, "").replace(/\.$/, "");
  const password = decodeURIComponent(new URL(url).password);
  return password === "" ? said : said.replaceAll(password, "...");
}
